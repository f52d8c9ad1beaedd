// What the bot says to people goes out from here, beside whatever is handled meanwhile. Promises: each person hears in order, at their chat's pace;
// nobody waits for another person's chat, nor for what takes long; what cannot be said after some tries is logged and dropped: it is
// only an answer, and whoever misses it asks again. Ends with its scope.
import { Clock, Context, Duration, Effect, FiberSet, Layer, Metric, Schedule } from "effect"
import { inLine, type Line, makeLine } from "../../domain/Line.ts"
import { chatDropped, chatReply } from "../../Metrics.ts"
import { type Buttons, Conversation, type Document } from "../../telegram/Conversation.ts"
import type { CallError } from "../../telegram/Telegram.ts"
import { personTurn } from "../../throttle/PrivateChat.ts"
import { Throttle } from "../../throttle/Throttle.ts"
import type { Said } from "./Said.ts"

/** Messages that may wait for one person; more is a stuck finger. */
const mostWaiting = 30
/** Errands that may run at once, each of another person. */
const mostErrands = 4

const again = Schedule.exponential("1 second").pipe(Schedule.intersect(Schedule.recurs(4)))

export class Replies extends Context.Tag("oncecast/operator/chat/Replies")<
  Replies,
  {
    readonly say: (person: number, said: Said) => Effect.Effect<void>
    /** In the place of a message that was said before. */
    readonly amend: (person: number, messageId: number, said: Said) => Effect.Effect<void>
    /** Of Telegram's own markup, as a post has it. */
    readonly show: (person: number, markup: string, buttons?: Buttons) => Effect.Effect<void>
    readonly document: (person: number, document: Document) => Effect.Effect<void>
    /** Ends the waiting of a button. */
    readonly answer: (press: string, text?: string) => Effect.Effect<void>
    /** Does what takes long; false, and nothing is done, while this person's last errand runs. */
    readonly errand: (person: number, work: Effect.Effect<void>) => Effect.Effect<boolean>
  }
>() {
  static readonly layer = Layer.suspend(() => Layer.scoped(Replies, make))
}

type Send = (conversation: typeof Conversation.Service) => Effect.Effect<unknown, CallError>

const make = Effect.gen(function* () {
  const conversation = yield* Conversation
  const throttle = yield* Throttle
  const fibers = yield* FiberSet.make<void>()
  const lines = new Map<number, { readonly turn: Line; waiting: number }>()
  const errands = makeLine(mostErrands)
  const busy = new Set<number>()

  const lineOf = (person: number) => {
    const line = lines.get(person) ?? { turn: makeLine(1), waiting: 0 }
    lines.set(person, line)
    return line
  }
  const flooded = (person: number, error: CallError) =>
    error._tag === "TelegramFlood"
      ? Effect.flatMap(Clock.currentTimeMillis, (now) =>
          throttle.flooded(`${person}`, now + (error.retryAfterSeconds + 1) * 1000)
        )
      : Effect.void
  const carried = (person: number, send: Send) =>
    personTurn(person).pipe(
      Effect.zipRight(send(conversation)),
      Effect.tapError((error) => flooded(person, error)),
      Effect.retry({ schedule: again, while: (error) => error._tag !== "TelegramRefused" }),
      Effect.asVoid,
      Effect.catchAll((error) => Effect.logWarning("An admin could not be answered", error)),
      Effect.provideService(Throttle, throttle),
      Effect.annotateLogs({ person })
    )
  const tell = (person: number, send: Send): Effect.Effect<void> =>
    Effect.suspend(() => {
      const line = lineOf(person)
      if (line.waiting >= mostWaiting) return Metric.increment(chatDropped)
      line.waiting += 1
      const told = carried(person, send).pipe(
        inLine(line.turn),
        Effect.ensuring(
          Effect.sync(() => {
            line.waiting -= 1
          })
        ),
        Metric.trackDurationWith(chatReply, Duration.toSeconds)
      )
      return Effect.asVoid(FiberSet.run(fibers, told))
    })

  return Replies.of({
    say: (person, { text, buttons }) => tell(person, (chat) => chat.say(person, text.markup, buttons)),
    amend: (person, messageId, { text, buttons }) =>
      tell(person, (chat) => chat.amend(person, messageId, text.markup, buttons)),
    show: (person, markup, buttons) => tell(person, (chat) => chat.say(person, markup, buttons)),
    document: (person, document) => tell(person, (chat) => chat.sendDocument(person, document)),
    answer: (press, text = "") =>
      conversation.answer(press, text).pipe(
        Effect.catchAll((error) => Effect.logWarning("A press could not be answered", error)),
        (answered) => Effect.asVoid(FiberSet.run(fibers, answered))
      ),
    errand: (person, work) =>
      Effect.suspend(() => {
        if (busy.has(person)) return Effect.succeed(false)
        busy.add(person)
        const run = inLine(errands)(work).pipe(Effect.ensuring(Effect.sync(() => busy.delete(person))))
        return Effect.as(FiberSet.run(fibers, run), true)
      })
  })
})
