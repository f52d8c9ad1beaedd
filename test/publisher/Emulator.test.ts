// The channel fiber and the Bot API client against the emulator, over real sockets and in real time: what readers see in the end.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Effect, Fiber, Layer, Redacted, Schedule, type Scope } from "effect"
import { type Channel, channelDefaults } from "../../src/domain/Channel.ts"
import type { Item } from "../../src/domain/Item.ts"
import { ChannelId } from "../../src/domain/Names.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { channelFiber } from "../../src/publisher/ChannelFiber.ts"
import type { ChannelReport } from "../../src/publisher/ChannelReport.ts"
import { Photos } from "../../src/publisher/Photos.ts"
import { Emulator, type EmulatorShape } from "../../src/sandbox/Emulator.ts"
import type { FaultRule } from "../../src/sandbox/Faults.ts"
import { serve } from "../../src/sandbox/http/HttpShell.ts"
import type { Listener } from "../../src/sandbox/http/Listener.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { shownText } from "../../src/sandbox/Messages.ts"
import { Database } from "../../src/storage/Database.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { layerBotApi } from "../../src/telegram/BotApi.ts"
import type { Reader } from "../../src/telegram/Reader.ts"
import type { Telegram } from "../../src/telegram/Telegram.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import { insertDelivery } from "../storage/fixtures.ts"
import { picture } from "./stage.ts"

const channelNamed = (name: string): Channel => ({
  ...channelDefaults,
  id: ChannelId.make(name),
  chat: `@${name}`,
  pace: { gapMs: 1, perMinute: 6000 },
  capacity: 1000
})
const [deals, news] = [channelNamed("deals"), channelNamed("news")]

const silent: ChannelReport = {
  running: () => Effect.void,
  waiting: () => Effect.void,
  openCircuit: () => Effect.void
}

class World extends Context.Tag("test/World")<
  World,
  { readonly emulator: EmulatorShape; readonly listener: Listener }
>() {}

const world = Layer.scoped(
  World,
  Effect.gen(function* () {
    const emulator = yield* Emulator.make({})
    for (const { id } of [deals, news]) yield* emulator.control.addChat({ username: id, title: id })
    const listener = yield* serve(emulator, { host: "127.0.0.1", port: 0 })
    return { emulator, listener }
  })
)

const telegram: Layer.Layer<Telegram | Reader, never, World> = Layer.unwrapEffect(
  Effect.map(World, ({ listener }) =>
    layerBotApi({ token: Redacted.make(sandboxToken), apiRoot: listener.url, timeout: "2 seconds" })
  )
)

const layer = Layer.mergeAll(
  Storage.layerMemory,
  telegram,
  Layer.succeed(Photos, { load: () => Effect.succeed(picture()) }),
  Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))
).pipe(Layer.provideMerge(world), Layer.provideMerge(Signals.layer))

type Services = Layer.Layer.Success<typeof layer>

const inWorld = <A, E>(effect: Effect.Effect<A, E, Services | Scope.Scope>) => Effect.provide(effect, layer)

const enqueue = (channel: Channel, title: string, item: Partial<Item> = {}) =>
  Effect.flatMap(Database, (database) =>
    database.transaction("enqueue", (db) =>
      insertDelivery(db, { channel: channel.id, title, item, priority: 0, now: 0 })
    )
  )

const publishing = (channel: Channel) => channelFiber(channel, "one", silent, { drain: "1 second" })

/** What readers see in a channel. */
const shown = (channel: Channel) =>
  Effect.flatMap(World, ({ emulator }) =>
    Effect.map(emulator.control.standing(channel.chat), (messages) =>
      messages.map((message) => shownText(message).text.replaceAll("\u200b", ""))
    )
  )
const fault = (rule: FaultRule) => Effect.flatMap(World, ({ emulator }) => emulator.control.fault(rule))

const eventually = <A, E, R>(look: Effect.Effect<A, E, R>, good: (value: A) => boolean) =>
  look.pipe(
    Effect.repeat({ until: good, schedule: Schedule.spaced("20 millis") }),
    Effect.zipRight(look),
    Effect.timeout("10 seconds")
  )

const claimOf = (channel: Channel) => Effect.flatMap(Outbox, (outbox) => outbox.claim(channel.id, 1e15))

describe("over HTTP", () => {
  it.scopedLive("a burst arrives in order, each once, and Telegram never has to refuse", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        yield* emulator.control.rate({ mode: "reject", burst: 1, spacingMs: 20, perMinute: 1000 })
        const names = Array.from({ length: 25 }, (_, index) => `n${index}`)
        for (const name of names) yield* enqueue(deals, name)
        yield* Effect.fork(publishing(deals))
        yield* eventually(shown(deals), (texts) => texts.length >= names.length)
        assert.deepStrictEqual(yield* shown(deals), names)
        assert.strictEqual((yield* emulator.control.calls("sendMessage")).length, names.length)
      })
    )
  )

  it.scopedLive("a picture goes with its text, and a picture that Telegram refuses is left out", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        const images = ["https://shop.example/1.png"]
        yield* enqueue(deals, "with", { images })
        yield* enqueue(deals, "without", { images })
        const broken = { kind: "error", code: 400, description: "Bad Request: IMAGE_PROCESS_FAILED" } as const
        yield* fault({ stage: "received", method: "sendPhoto", nth: 2, action: broken })
        yield* Effect.fork(publishing(deals))
        yield* eventually(shown(deals), (texts) => texts.length >= 2)
        assert.deepStrictEqual(yield* shown(deals), ["with", "without"])
        const methods = (yield* emulator.control.calls()).map(({ method }) => method)
        assert.deepStrictEqual(methods, ["sendPhoto", "sendPhoto", "sendMessage"])
      })
    )
  )

  it.scopedLive("a 429 pauses its own channel only", () =>
    inWorld(
      Effect.gen(function* () {
        const flood = {
          kind: "error",
          code: 429,
          description: "Too Many Requests: retry after 1",
          retryAfter: 1
        } as const
        yield* fault({ stage: "received", chat: "@deals", action: flood })
        yield* enqueue(deals, "a")
        yield* enqueue(news, "b")
        yield* Effect.fork(publishing(deals))
        yield* Effect.fork(publishing(news))
        yield* eventually(shown(news), (texts) => texts.length === 1)
        assert.deepStrictEqual(yield* shown(deals), [])
        yield* eventually(shown(deals), (texts) => texts.length === 1)
      })
    )
  )

  const lies: ReadonlyArray<readonly [string, FaultRule]> = [
    [
      "a 500 after the post was made",
      {
        stage: "processed",
        action: { kind: "error", code: 500, description: "Internal Server Error: restart" }
      }
    ],
    ["a 502 page after the post was made", { stage: "processed", action: { kind: "html", status: 502 } }],
    ["a 429 page after the post was made", { stage: "processed", action: { kind: "html", status: 429 } }],
    ["a reset after the post was made", { stage: "processed", action: { kind: "rst" } }],
    ["half an answer", { stage: "body", action: { kind: "half" } }],
    ["an answer that never comes", { stage: "processed", action: { kind: "stall" } }],
    [
      "a post that lands after we stopped waiting",
      { stage: "received", action: { kind: "late", ms: 300, loss: { kind: "rst" } } }
    ]
  ]
  for (const [name, rule] of lies) {
    it.scopedLive(`${name} freezes its channel; nothing is sent twice, and the others go on`, () =>
      inWorld(
        Effect.gen(function* () {
          yield* fault({ ...rule, chat: "@deals" })
          for (const title of ["a", "b"]) yield* enqueue(deals, title)
          yield* enqueue(news, "c")
          yield* Effect.fork(publishing(deals))
          yield* Effect.fork(publishing(news))
          yield* eventually(
            claimOf(deals),
            (claim) => claim._tag === "Frozen" && claim.why.includes("not known")
          )
          yield* Effect.sleep("500 millis")
          assert.deepStrictEqual(yield* shown(deals), ["a"])
          assert.deepStrictEqual(yield* shown(news), ["c"])
        })
      )
    )
  }

  it.scopedLive(
    "a Telegram that cannot be reached is tried again until it can; nothing is lost or doubled",
    () =>
      inWorld(
        Effect.gen(function* () {
          const { listener } = yield* World
          yield* listener.refuse
          for (const title of ["a", "b"]) yield* enqueue(deals, title)
          yield* Effect.fork(publishing(deals))
          yield* Effect.sleep("300 millis")
          yield* listener.accept
          yield* eventually(shown(deals), (texts) => texts.length >= 2)
          assert.deepStrictEqual(yield* shown(deals), ["a", "b"])
        })
      )
  )

  it.scopedLive("an interruption while the answer is under way records it", () =>
    inWorld(
      Effect.gen(function* () {
        yield* fault({ stage: "processed", action: { kind: "delay", ms: 300 } })
        yield* enqueue(deals, "a")
        const fiber = yield* Effect.fork(publishing(deals))
        yield* eventually(shown(deals), (texts) => texts.length === 1)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual((yield* claimOf(deals))._tag, "Empty")
      })
    )
  )

  it.scopedLive("a bot without rights waits, and posts when it has them", () =>
    inWorld(
      Effect.gen(function* () {
        const { emulator } = yield* World
        yield* emulator.control.setMembership("@deals", "administrator", { can_post_messages: false })
        yield* enqueue(deals, "a")
        yield* Effect.fork(publishing(deals))
        const claim = yield* eventually(
          Effect.flatMap(Effect.all([Outbox, Clock.currentTimeMillis]), ([outbox, now]) =>
            outbox.claim(deals.id, now)
          ),
          ({ _tag }) => _tag === "Waiting"
        )
        assert.match(claim._tag === "Waiting" ? claim.why : "", /rights/)
        assert.deepStrictEqual(yield* shown(deals), [])
      })
    )
  )
})
