// The admin's chat: words and presses of buttons in, answers out. It decides nothing and does nothing of its own: views show the Status, changes
// are the Commands, after a question. Promises: handling waits for the store at most, never for Telegram or a page, so that what is told to
// the bot after it is not held up; a failure, even a bug, is an answer. Who may be heard is settled before.
import { Clock, Effect, Option } from "effect"
import { html } from "../../domain/Html.ts"
import type { SourceId } from "../../domain/Names.ts"
import type { Update } from "../../telegram/Updates.ts"
import { LiveState } from "../LiveState.ts"
import { NotFound } from "../NotDone.ts"
import { numberIn, type Pressed, pressedIn, targetWith } from "./ButtonData.ts"
import { askBurst, askReorder, askRestored, askRetry, askSteer } from "./Changes.ts"
import {
  type AskParked,
  type ChatCommand,
  type ChatNeeds,
  catalog,
  chatCommands,
  helpView,
  type Problem,
  status
} from "./ChatCommands.ts"
import { type Choice, Confirmations } from "./Confirmations.ts"
import { historyView } from "./HistoryView.ts"
import { channelsView, sourcesView } from "./ListViews.ts"
import { queueView } from "./QueueView.ts"
import { Replies } from "./Replies.ts"
import { type Said, saying, sentence } from "./Said.ts"
import { statusView } from "./StatusView.ts"

export type Press = Extract<Update, { readonly _tag: "Press" }>
export type Words = Extract<Update, { readonly _tag: "Words" }>

export interface ChatOptions {
  /** Known as soon as the service is up. */
  readonly live: Effect.Effect<typeof LiveState.Service>
  readonly ask: AskParked
}

/** Hears one update of somebody who may be heard. */
export const chat = ({ live, ask }: ChatOptions) => {
  const commands = chatCommands(ask)
  return (update: Press | Words): Effect.Effect<void, never, Exclude<ChatNeeds, LiveState>> =>
    answering(
      update.person,
      update._tag === "Press" ? pressed(update, commands) : said(update, commands)
    ).pipe(Effect.provideServiceEffect(LiveState, live))
}

const bug = "This is a bug in Oncecast: the log has more. Nothing else is held up by it."

/** A problem is said. A bug as well, for the update that found it would come again for ever, and all others behind it. */
const answering = <R>(person: number, handled: Effect.Effect<void, Problem, R>) =>
  Effect.gen(function* () {
    const replies = yield* Replies
    yield* handled.pipe(
      Effect.catchAll(({ message }) => replies.say(person, sentence(message))),
      Effect.catchAllDefect((defect) =>
        Effect.zipRight(Effect.logError("A bug in the chat", defect), replies.say(person, sentence(bug)))
      )
    )
  })

const spoken = /^\/([A-Za-z]+)(?:@\w+)?(?:[ \t]+|(?=\n)|$)([\s\S]*)$/

const said = ({ person, text }: Words, commands: Readonly<Record<string, ChatCommand>>) =>
  Effect.gen(function* () {
    const replies = yield* Replies
    const [, word = "", rest = ""] = spoken.exec(text.trim()) ?? []
    const name = word.toLowerCase()
    if (name === "" || name === "help" || name === "start") return yield* replies.say(person, helpView)
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) {
      return yield* replies.say(person, saying(html`There is no /${name}; /help lists what there is.`))
    }
    const answer = yield* command.run(person, rest)
    if (answer !== undefined) yield* replies.say(person, answer)
  })

/** Another page of what the message shows; undefined for buttons that do something else. */
const viewOf = ({ word, args }: Pressed) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    switch (word) {
      case "status":
        return statusView(yield* status)
      case "channels":
        return channelsView(yield* status, numberIn(args[0]))
      case "sources":
        return sourcesView(yield* status, numberIn(args[0]))
      case "history":
        return yield* historyView(numberIn(args[0]), now)
      case "queue": {
        const target = targetWith(yield* catalog, args[0])
        const channel = [...(yield* catalog).channels.values()].find(({ id }) => id === target?.id)
        return target?.kind === "channel" && channel !== undefined
          ? yield* queueView(yield* catalog, channel, numberIn(args[1]), now)
          : undefined
      }
      default:
        return undefined
    }
  })

const targetOf = (key: string | undefined) =>
  Effect.flatMap(catalog, (current) =>
    Effect.mapError(
      Effect.fromNullable(targetWith(current, key)),
      () => new NotFound({ what: "That is not in the catalog any more." })
    )
  )

const sourceWith = (key: string | undefined): Effect.Effect<SourceId, NotFound, LiveState> =>
  Effect.gen(function* () {
    const { id } = yield* targetOf(key)
    const source = [...(yield* catalog).sources.keys()].find((one) => one === id)
    return source ?? (yield* new NotFound({ what: "That source is not in the catalog any more." }))
  })

/** The question before a change; undefined for other buttons. */
const questionOf = (person: number, { word, args }: Pressed) =>
  Effect.gen(function* () {
    switch (word) {
      case "pause":
      case "resume":
        return yield* askSteer(person, word, yield* targetOf(args[0]))
      case "retry":
        return yield* askRetry(person, numberIn(args[0]))
      case "first":
      case "last":
        return yield* askReorder(person, numberIn(args[0]), word)
      case "restored": {
        const { id } = yield* targetOf(args[0])
        return yield* askRestored(person, id, args[1] === "send" ? "send" : "skip")
      }
      case "burst":
        return yield* askBurst(person, yield* sourceWith(args[0]), numberIn(args[1]), args[2])
      default:
        return undefined
    }
  })

const over =
  "This question is over: answered, older than ten minutes, or from before a restart. /history shows what was done; else ask again."

const pressed = (press: Press, commands: Readonly<Record<string, ChatCommand>>) =>
  Effect.gen(function* () {
    const { messageId, person } = press
    const replies = yield* Replies
    const data = pressedIn(press.data)
    if (data.word === "yes" || data.word === "no") return yield* decided(press, data)
    yield* replies.answer(press.press)
    const question = yield* questionOf(person, data)
    if (question !== undefined) return yield* replies.say(person, question)
    const bare =
      data.args.length === 0 && Object.hasOwn(commands, data.word) ? commands[data.word] : undefined
    const view: Said | undefined = (yield* viewOf(data)) ?? (bare && (yield* bare.run(person, "")))
    if (view !== undefined) yield* replies.amend(person, messageId, view)
  })

const decided = (press: Press, { word, args: [id, choice] }: Pressed) =>
  Effect.gen(function* () {
    const [confirmations, replies] = yield* Effect.all([Confirmations, Replies])
    if (word === "no") {
      const dropped = yield* confirmations.drop(press.person, id)
      yield* replies.answer(press.press, dropped ? "Nothing was changed." : over)
      if (dropped) yield* replies.amend(press.person, press.messageId, sentence("Left as it was."))
      return
    }
    yield* Option.match(yield* confirmations.take(press.person, id, choice), {
      onNone: () => replies.answer(press.press, over),
      onSome: (chosen) => carryOut(press, chosen)
    })
  })

const carryOut = ({ messageId, person, press }: Press, { deed, slow }: Choice) =>
  Effect.gen(function* () {
    const replies = yield* Replies
    const outcome = Effect.match(deed, {
      onSuccess: (answer) => `✅ ${answer}`,
      onFailure: ({ message }) => `❌ ${message}`
    })
    const tell = (text: string) => replies.amend(person, messageId, sentence(text))
    if (slow !== true) {
      const text = yield* outcome
      yield* replies.answer(press, text)
      return yield* tell(text)
    }
    const begun = yield* replies.errand(person, Effect.flatMap(outcome, tell))
    if (!begun)
      return yield* tell("❌ Nothing was changed: what you asked for before is still under way. Ask again.")
    yield* replies.answer(press, "Under way")
  })
