// The admin's chat as it is used: people write to the bot in an emulated Telegram and press its buttons; the bot's real children read, the real
// commands act on the real store in memory and on a catalog file. Only time, the network and the pages of shops are not real.
import { Context, Effect, Fiber, Layer, Option, TestClock } from "effect"
import { adminChat, bots } from "../../../src/App/Bots.ts"
import { loadCatalog } from "../../../src/config/CatalogSource.ts"
import { anyWords } from "../../../src/config/WordsRules.ts"
import { Confirmations } from "../../../src/operator/chat/Confirmations.ts"
import { Replies } from "../../../src/operator/chat/Replies.ts"
import type { LiveState } from "../../../src/operator/LiveState.ts"
import { current, shownText } from "../../../src/sandbox/Messages.ts"
import { ChildReport } from "../../../src/supervision/ChildReport.ts"
import { Conversation } from "../../../src/telegram/Conversation.ts"
import { LimitStore } from "../../../src/throttle/LimitStore.ts"
import { Throttle } from "../../../src/throttle/Throttle.ts"
import { type Emulated, emulated } from "../../telegram/emulated.ts"
import { editing, fileOf } from "../editing.ts"
import { looking } from "../operating.ts"

export const admin = 7_001
export const second = 7_002
export const stranger = 7_003

export const written = `# the shops
admins: [${admin}, ${second}]
channels:
  deals: { chat: "@deals" }
  news: { chat: "@example_news" }
sources:
  shop: { kind: rss, url: "https://user:secret@shop.example/feed.xml?key=secret", to: [deals], start: all } # ours
  blog: { kind: rss, url: "https://blog.example/feed", to: [news], start: all }
`

export class Stage extends Context.Tag("test/ChatStage")<
  Stage,
  { readonly telegram: Emulated; readonly path: string }
>() {}

const stage = Layer.scoped(
  Stage,
  Effect.gen(function* () {
    const telegram = yield* emulated()
    for (const person of [admin, second]) yield* telegram.control.say(person, "hello")
    return { telegram, path: yield* fileOf(written) }
  })
)

const catalogAt = (path: string) => Effect.orDie(loadCatalog(path, () => Option.none(), anyWords))

const installation = Layer.unwrapEffect(Effect.map(Stage, ({ path }) => editing(path)))
const conversation = Layer.effect(
  Conversation,
  Effect.map(Stage, ({ telegram }) => telegram.conversation)
)
const throttle = Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))

/** What a process keeps in memory. */
const memory = Layer.merge(Replies.layer, Confirmations.layer)

export const chatLayer = Layer.mergeAll(installation, looking, conversation, throttle).pipe(
  Layer.provideMerge(stage)
)

const report = { running: () => Effect.void, waiting: () => Effect.void, openCircuit: () => Effect.void }

const liveAt = (path: string): typeof LiveState.Service => ({
  startedAt: 0,
  publishesTo: "the test",
  catalog: catalogAt(path),
  refusedCatalog: Effect.succeed(Option.none()),
  children: Effect.succeed(new Map()),
  limits: Effect.succeed({ kept: "memory", since: null, why: null }),
  draining: Effect.succeed(false)
})

/** The bot's listening child, for as long as the process lives: until it is interrupted. */
export const listening = Effect.gen(function* () {
  const { path, telegram } = yield* Stage
  const children = bots(
    {
      updates: { publisher: telegram.updates, witness: Option.none() },
      catalog: catalogAt(path),
      owner: "one"
    },
    adminChat(Effect.succeed(liveAt(path)))
  )
  const run = children.get("publisher") ?? Effect.dieMessage("nobody listens")
  return yield* run.pipe(Effect.provide(memory), Effect.provideService(ChildReport, report))
})

/** A process that listens; `Fiber.interrupt` is its end. */
export const started = Effect.fork(listening)

export const restarted = <A, E>(fiber: Fiber.RuntimeFiber<A, E>) =>
  Effect.zipRight(Fiber.interrupt(fiber), started)

/** Lets time pass in steps, so that what happens in one is seen by the next. */
export const pass = (seconds: number) =>
  Effect.forEach(Array.from({ length: seconds }), () => TestClock.adjust("1 second"), { discard: true })

export interface Shown {
  readonly id: number
  readonly text: string
  /** Kinds of markup in it. */
  readonly entities: ReadonlyArray<string>
  readonly buttons: ReadonlyArray<{ readonly text: string; readonly data: string }>
  /** Of a file. */
  readonly file: string
}

/** What the bot has said to a person and what stands there now, oldest first. */
export const shownTo = (person = admin) =>
  Effect.gen(function* () {
    const { telegram } = yield* Stage
    const messages = yield* Effect.orDie(telegram.control.standing(`${person}`))
    return messages
      .filter(({ author }) => author.kind === "bot")
      .map((message): Shown => {
        const { content, keyboard } = current(message)
        return {
          id: message.id,
          text: shownText(message).text,
          entities: shownText(message).entities.map(({ type }) => type),
          buttons: (keyboard?.inline_keyboard.flat() ?? []).map(({ text, callback_data }) => ({
            text,
            data: callback_data ?? ""
          })),
          file: content.kind === "document" ? content.media.name : ""
        }
      })
  })

/** The last message; fails where there is none. */
export const last = (person = admin) =>
  Effect.flatMap(shownTo(person), (all) => Effect.orDie(Effect.fromNullable(all.at(-1))))

const settled = 6

/** What a person writes, and the last message after it. */
export const say = (text: string, person = admin) =>
  Effect.gen(function* () {
    const { telegram } = yield* Stage
    yield* telegram.control.say(person, text)
    yield* pass(settled)
    return yield* last(person)
  })

/** Presses the newest button whose label holds these words, and gives the message under which it stood as it is then. */
export const press = (label: string, person = admin, by = person) =>
  Effect.gen(function* () {
    const { telegram } = yield* Stage
    const message = (yield* shownTo(person)).findLast(({ buttons }) =>
      buttons.some(({ text }) => text.includes(label))
    )
    const data = message?.buttons.find(({ text }) => text.includes(label))?.data
    if (message === undefined || data === undefined) return yield* Effect.dieMessage(`no button ${label}`)
    yield* Effect.orDie(telegram.control.press(`${person}`, message.id, data, by))
    yield* pass(settled)
    const now = (yield* shownTo(person)).find(({ id }) => id === message.id)
    return { ...message, ...now, data }
  })

/** Presses what a button carried, though it stands there no longer. */
export const pressAgain = (messageId: number, data: string, person = admin) =>
  Effect.gen(function* () {
    const { telegram } = yield* Stage
    yield* Effect.ignore(telegram.control.press(`${person}`, messageId, data, person))
    yield* pass(settled)
  })

/** What the presses were answered with, oldest first. */
export const answers = Effect.gen(function* () {
  const { telegram } = yield* Stage
  return yield* telegram.control.calls("answerCallbackQuery")
})
