// One channel's fiber on a test clock: what leaves, when, and what is recorded of it.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, TestClock } from "effect"
import { ChannelId } from "../../src/domain/Names.ts"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import { NoLongerQueued } from "../../src/outbox/NoLongerQueued.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import {
  TelegramFlood,
  TelegramRefused,
  TelegramUnknown,
  TelegramUnreachable
} from "../../src/telegram/Telegram.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import {
  calmLease,
  claimOf,
  deals,
  enqueue,
  layer,
  picture,
  publishing,
  Stage,
  settable,
  stuckAfterLease,
  titles
} from "./stage.ts"

const onStage = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, layer)
const method = "sendMessage"
const refused = (blame: TelegramRefused["blame"], description = "no") =>
  new TelegramRefused({ method, blame, code: 400, description })
const full = new StorageFailed({ operation: "record", reason: "full", cause: "ENOSPC" })
const broken = new StorageFailed({ operation: "read", reason: "io", cause: "EIO" })
const failing = (name: string, error: unknown) => ({
  method: name,
  // The double fails as the contract allows; its list is kept simple.
  error: Effect.fail(error) as unknown as Effect.Effect<never>
})
const lastWords = Effect.map(Stage, (stage) => stage.reports.at(-1) ?? "")

describe("posting", () => {
  it.scoped("goes in order, each once, at the channel's pace", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        for (const title of ["a", "b", "c"]) yield* enqueue(title)
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("20 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b", "c"])
        const [a = 0, b = 0, c = 0] = stage.sent.map(({ at }) => at)
        assert.isAtLeast(b - a, 3000)
        assert.isAtLeast(c - b, 3000)
        assert.isBelow(c - a, 7000)
        assert.strictEqual((yield* claimOf())._tag, "Empty")
      })
    )
  )

  it.scoped(
    "a burst of 90 is posted once each, in order, and no minute holds more than the channel's pace",
    () =>
      onStage(
        Effect.gen(function* () {
          const stage = yield* Stage
          const names = Array.from({ length: 90 }, (_, index) => `n${index}`)
          for (const name of names) yield* enqueue(name)
          yield* Effect.fork(publishing())
          yield* TestClock.adjust("7 minutes")
          assert.deepStrictEqual(yield* titles, names)
          for (const { at } of stage.sent) {
            const minute = stage.sent.filter((other) => other.at >= at && other.at < at + 60_000)
            assert.isAtMost(minute.length, deals.pace.perMinute)
          }
        })
      )
  )

  it.scoped("a restart does not begin with empty windows: what the last process sent still counts", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        for (const name of Array.from({ length: 40 }, (_, index) => `n${index}`)) yield* enqueue(name)
        const emptyWindows = Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))
        for (let restart = 0; restart < 3; restart++) {
          const process = yield* Effect.fork(Effect.provide(publishing(), Layer.fresh(emptyWindows)))
          yield* TestClock.adjust("50 seconds")
          yield* Fiber.interrupt(process)
        }
        for (const { at } of stage.sent) {
          const minute = stage.sent.filter((other) => other.at >= at && other.at < at + 60_000)
          assert.isAtMost(minute.length, deals.pace.perMinute)
        }
        assert.isAbove(stage.sent.length, 30)
      })
    )
  )

  it.scoped("looks take turns without repetition, over refused posts, lost answers and restarts", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const file = (text: string) => ({ _tag: "File", path: "look.liquid", text }) as const
        const channel = {
          ...deals,
          template: file("one {{ title }}"),
          variants: [file("two {{ title }}"), file("three {{ title }}")]
        }
        stage.script.push(
          Effect.succeed({ messageIds: [1] }),
          new TelegramRefused({
            method: "sendMessage",
            code: 400,
            description: "message is too long",
            blame: "post"
          }),
          new TelegramUnreachable({ method: "sendMessage", detail: "no connection" })
        )
        for (const name of ["a", "b", "c", "d", "e"]) yield* enqueue(name, channel)
        for (let restart = 0; restart < 4; restart++) {
          const process = yield* Effect.fork(publishing(channel))
          yield* TestClock.adjust("40 seconds")
          yield* Fiber.interrupt(process)
        }
        assert.deepStrictEqual(yield* titles, ["one a", "two b", "two c", "two c", "three d", "one e"])
      })
    )
  )

  it.scoped("the intent stands before a byte leaves, and the outcome before the next intent", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        yield* enqueue("a")
        yield* enqueue("b")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(stage.log, [
          "begin 1",
          "send a",
          "settle 1 Sent",
          "begin 2",
          "send b",
          "settle 2 Sent"
        ])
        assert.strictEqual(new Set(stage.markers).size, 2)
        for (const marker of stage.markers) assert.match(marker, /^[0-9A-Za-z]{10}$/)
      })
    )
  )

  it.scoped("a hint wakes an idle channel at once", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("10 seconds")
        assert.match(yield* lastWords, /nothing to post/)
        yield* enqueue("a")
        yield* TestClock.adjust("1 millis")
        assert.strictEqual(stage.sent.length, 1)
      })
    )
  )

  it.scoped("a pause that comes while the post waits for its slot keeps it back", () =>
    onStage(
      Effect.gen(function* () {
        const steering = yield* Steering
        yield* enqueue("a")
        yield* enqueue("b")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("1 second")
        yield* steering.pause({ kind: "channel", id: "deals" }, "test", 0)
        yield* TestClock.adjust("60 seconds")
        assert.deepStrictEqual(yield* titles, ["a"])
        assert.match(yield* lastWords, /paused/)
        yield* steering.resume({ kind: "channel", id: "deals" })
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
      })
    )
  )

  it.scoped("a delivery that leaves the queue between claim and intent is not sent", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.failures.push(failing("begin", new NoLongerQueued({ delivery: 1 })))
        yield* enqueue("a")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(stage.sent, [])
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(yield* titles, ["a"])
      })
    )
  )

  it.scoped("in quiet hours nothing goes out, or without a sound", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const quiet = { from: 0, to: 120, zone: "UTC" }
        const held = { ...deals, quiet: { ...quiet, mode: "hold" as const } }
        const soft = { ...deals, id: ChannelId.make("soft"), quiet: { ...quiet, mode: "silent" as const } }
        yield* enqueue("a", held)
        yield* enqueue("b", soft)
        yield* Effect.fork(publishing(held))
        yield* Effect.fork(publishing(soft))
        yield* TestClock.adjust("119 minutes")
        assert.deepStrictEqual(yield* titles, ["b"])
        assert.isTrue(stage.sent[0]?.post.silent)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* titles, ["b", "a"])
        assert.isFalse(stage.sent[1]?.post.silent)
      })
    )
  )
})

describe("pictures", () => {
  const url = "https://shop.example/1.png"

  it.scoped("quiet hours that begin while a post waits for its slot hold it back", () =>
    onStage(
      Effect.gen(function* () {
        const quiet = { from: 60, to: 120, zone: "UTC", mode: "hold" } as const
        const channel = { ...deals, quiet, pace: { gapMs: 60_000, perMinute: 15 } }
        yield* TestClock.setTime(59.5 * 60_000)
        yield* enqueue("a", channel)
        yield* enqueue("b", channel)
        yield* Effect.fork(publishing(channel))
        yield* TestClock.adjust("60 minutes")
        assert.deepStrictEqual(yield* titles, ["a"])
        yield* TestClock.adjust("2 minutes")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
      })
    )
  )

  it.scoped("a picture goes with the post; without one that can be used the post is a text", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.pictures.set(url, picture())
        stage.pictures.set("https://shop.example/page", new TextEncoder().encode("<html>".repeat(20)))
        yield* enqueue("a", deals, { images: [url] })
        yield* enqueue("b", deals, { images: ["https://shop.example/missing.png"] })
        yield* enqueue("c", deals, { images: ["https://shop.example/page"] })
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(
          stage.sent.map(({ photo }) => photo?.fileName),
          ["photo.png", undefined, undefined]
        )
        assert.deepStrictEqual(
          stage.sent.map(({ post }) => post.photoUrls),
          [[url], [], []]
        )
      })
    )
  )

  it.scoped("a refused picture is left out at once, in an attempt and a slot of its own", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.pictures.set(url, picture())
        stage.script.push(Effect.fail(refused("media")))
        yield* enqueue("a", deals, { images: [url] })
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(
          stage.sent.map(({ photo }) => photo !== undefined),
          [true, false]
        )
        assert.isAtLeast((stage.sent[1]?.at ?? 0) - (stage.sent[0]?.at ?? 0), 3000)
        assert.strictEqual(new Set(stage.markers).size, 2)
        assert.deepStrictEqual(
          stage.outcomes.map(({ _tag }) => _tag),
          ["Deferred", "Sent"]
        )
      })
    )
  )
})

describe("what goes wrong", () => {
  it.scoped("a 429 pauses only its own channel, for as long as it says and a second more", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const news = { ...deals, id: ChannelId.make("news"), chat: "@news" }
        stage.script.push(Effect.fail(new TelegramFlood({ method, retryAfterSeconds: 40 })))
        yield* enqueue("a")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("1 second")
        yield* enqueue("n", news)
        yield* Effect.fork(publishing(news))
        yield* TestClock.adjust("39 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "n"])
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "n", "a"])
        assert.isAtLeast(stage.sent[2]?.at ?? 0, 41_000)
      })
    )
  )

  it.scoped("a 429 that came while the clock was ahead is not waited for until that date", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const { clock, setBack } = settable(yield* Effect.clock)
        yield* TestClock.adjust("2 days")
        stage.script.push(Effect.fail(new TelegramFlood({ method, retryAfterSeconds: 40 })))
        yield* Effect.fork(Effect.withClock(publishing(), clock))
        yield* TestClock.adjust("30 seconds")
        yield* Effect.withClock(enqueue("a"), clock)
        yield* TestClock.adjust("1 second")
        setBack(86_400_000)
        yield* TestClock.adjust("15 minutes")
        assert.deepStrictEqual(yield* titles, ["a", "a"])
      })
    )
  )

  it.scoped("two channels flooded within a minute mean that the bot is too fast: every channel waits", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const [news, more] = ["news", "more"].map((name) => ({
          ...deals,
          id: ChannelId.make(name),
          chat: `@${name}`
        })) as [typeof deals, typeof deals]
        const flood = Effect.fail(new TelegramFlood({ method, retryAfterSeconds: 40 }))
        stage.script.push(flood, flood)
        yield* enqueue("a")
        yield* enqueue("n", news)
        yield* Effect.fork(publishing())
        yield* Effect.fork(publishing(news))
        yield* TestClock.adjust("1 second")
        yield* enqueue("m", more)
        yield* Effect.fork(publishing(more))
        yield* TestClock.adjust("38 seconds")
        assert.sameMembers([...(yield* titles)], ["a", "n"])
        yield* TestClock.adjust("10 seconds")
        assert.include(yield* titles, "m")
      })
    )
  )

  it.scoped("a refused post is refused, and the next one goes", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(Effect.fail(refused("post")))
        yield* enqueue("a")
        yield* enqueue("b")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
        assert.deepStrictEqual(
          stage.outcomes.map(({ _tag }) => _tag),
          ["Refused", "Sent"]
        )
      })
    )
  )

  it.scoped(
    "an answer that nobody has seen before holds back its post alone, and is believed the third time",
    () =>
      onStage(
        Effect.gen(function* () {
          const stage = yield* Stage
          stage.script.push(Effect.fail(refused("unclear")), Effect.succeed({ messageIds: [5] }))
          stage.script.push(Effect.fail(refused("unclear")), Effect.fail(refused("unclear")))
          yield* enqueue("a")
          yield* enqueue("b")
          yield* Effect.fork(publishing())
          yield* TestClock.adjust("10 seconds")
          assert.deepStrictEqual(yield* titles, ["a", "b"])
          yield* TestClock.adjust("10 minutes")
          assert.deepStrictEqual(yield* titles, ["a", "b", "a", "a"])
          assert.strictEqual(stage.outcomes.at(-1)?._tag, "Refused")
        })
      )
  )

  it.scoped(
    "a channel without rights is looked at again after 1 minute, 2, 4 …; a success forgets that",
    () =>
      onStage(
        Effect.gen(function* () {
          const stage = yield* Stage
          for (let index = 0; index < 3; index++) stage.script.push(Effect.fail(refused("channel")))
          yield* enqueue("a")
          yield* Effect.fork(publishing())
          yield* TestClock.adjust("8 minutes")
          const times = stage.sent.map(({ at }) => Math.floor(at / 60_000))
          assert.deepStrictEqual(times, [0, 1, 3, 7])
          assert.strictEqual((yield* claimOf())._tag, "Empty")
        })
      )
  )

  it.scoped("a chat that was wrong is not waited for once the catalog names another", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(refused("channel", "chat not found"))
        yield* enqueue("a")
        const wrong = yield* Effect.fork(publishing({ ...deals, chat: "@daels" }))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(wrong)
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(
          stage.sent.map(({ chat }) => chat),
          ["@daels", "@deals"]
        )
      })
    )
  )

  it.scoped("a wrong token is looked at again every 5 minutes", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(Effect.fail(refused("configuration")))
        yield* enqueue("a")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("299 seconds")
        assert.strictEqual(stage.sent.length, 1)
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(stage.sent.length, 2)
      })
    )
  )

  it.scoped("an unreachable Telegram is tried again, ever more rarely, and nothing is lost", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const gone = new TelegramUnreachable({ method, detail: "ECONNREFUSED" })
        for (let index = 0; index < 6; index++) stage.script.push(Effect.fail(gone))
        yield* enqueue("a")
        yield* enqueue("b")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("3 minutes")
        assert.deepStrictEqual(yield* titles, ["a", "a", "a", "a", "a", "a", "a", "b"])
        const gaps = stage.sent.slice(1, 7).map(({ at }, index) => at - (stage.sent[index]?.at ?? 0))
        assert.isAbove(gaps[5] ?? 0, 15_000)
        assert.isBelow(gaps[5] ?? 0, 35_000)
      })
    )
  )

  it.scoped(
    "a full disk stops the channel until the outcome is recorded; nothing else leaves meanwhile",
    () =>
      onStage(
        Effect.gen(function* () {
          const stage = yield* Stage
          for (let index = 0; index < 8; index++) stage.failures.push(failing("settle", full))
          yield* enqueue("a")
          yield* enqueue("b")
          yield* Effect.fork(publishing())
          yield* TestClock.adjust("12 seconds")
          assert.deepStrictEqual(yield* titles, ["a"])
          yield* TestClock.adjust("30 seconds")
          assert.deepStrictEqual(stage.log.slice(0, 4), ["begin 1", "send a", "settle 1 Sent", "begin 2"])
        })
      )
  )

  it.scoped("a full disk before the intent sends nothing", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.failures.push(failing("begin", full), failing("begin", full))
        yield* enqueue("a")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(stage.sent, [])
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* titles, ["a"])
      })
    )
  )

  it.scoped("a store that cannot go on ends the fiber", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.failures.push(failing("claim", broken))
        assert.strictEqual(yield* Effect.flip(publishing()), broken)
      })
    )
  )

  it.scoped("a template that is no good ends the fiber with its line", () =>
    onStage(
      Effect.gen(function* () {
        const template = { _tag: "File" as const, path: "deals.liquid", text: "a\n{{ title" }
        const error = yield* Effect.flip(publishing({ ...deals, template }))
        assert.match(error.message, /deals\.liquid.*line 2/)
      })
    )
  )
})

describe("an unknown outcome", () => {
  const lost = Effect.fail(new TelegramUnknown({ method, detail: "ECONNRESET" }))

  it.scoped(
    "freezes its channel until it is settled; found absent, it is sent again under a new marker",
    () =>
      onStage(
        Effect.gen(function* () {
          const [stage, outbox] = [yield* Stage, yield* Outbox]
          stage.script.push(lost)
          const a = yield* enqueue("a")
          yield* enqueue("b")
          yield* Effect.fork(publishing())
          yield* TestClock.adjust("10 minutes")
          assert.deepStrictEqual(yield* titles, ["a"])
          assert.match(yield* lastWords, /^open .* may or may not have arrived/)
          assert.isTrue(yield* outbox.resolve(a, { _tag: "Absent" }, 600_000))
          yield* TestClock.adjust("10 seconds")
          assert.deepStrictEqual(yield* titles, ["a", "a", "b"])
          assert.strictEqual(new Set(stage.markers).size, 3)
        })
      )
  )

  it.scoped("found there, it is not sent again", () =>
    onStage(
      Effect.gen(function* () {
        const [stage, outbox] = [yield* Stage, yield* Outbox]
        stage.script.push(lost)
        const a = yield* enqueue("a")
        yield* enqueue("b")
        yield* Effect.fork(publishing({ ...deals, onUnknown: "park" }))
        yield* TestClock.adjust("1 minute")
        assert.isTrue(yield* outbox.resolve(a, { _tag: "Sent", messageIds: [9] }, 60_000))
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
      })
    )
  )

  it.scoped("`resend` waits until the request can no longer land", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(lost)
        yield* enqueue("a")
        yield* Effect.fork(publishing({ ...deals, onUnknown: "resend" }))
        yield* TestClock.adjust("89 seconds")
        assert.deepStrictEqual(yield* titles, ["a"])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "a"])
      })
    )
  )

  it.scoped("`drop` gives it up and goes on", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(lost)
        yield* enqueue("a")
        yield* enqueue("b")
        yield* Effect.fork(publishing({ ...deals, onUnknown: "drop" }))
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
      })
    )
  )

  it.scoped("is what a bug inside a send leads to", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(Effect.dieMessage("a bug"))
        yield* enqueue("a")
        yield* Effect.fork(publishing())
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* titles, ["a"])
        assert.strictEqual((yield* claimOf())._tag, "Frozen")
      })
    )
  )
})

describe("the end", () => {
  it.scoped("an interruption while a post is under way waits for the answer and records it", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const answer = yield* Deferred.make<{ messageIds: ReadonlyArray<number> }>()
        stage.script.push(Deferred.await(answer))
        yield* enqueue("a")
        const fiber = yield* Effect.fork(publishing())
        yield* TestClock.adjust("1 second")
        const ending = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(stage.outcomes, [])
        yield* Deferred.succeed(answer, { messageIds: [77] })
        const exit = yield* Fiber.join(ending)
        assert.isTrue(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
        assert.deepStrictEqual(stage.outcomes, [{ _tag: "Sent", messageIds: [77] }])
      })
    )
  )

  it.scoped("an answer that does not come in time stays open, and the next start takes it for unknown", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const cut = yield* Deferred.make<void>()
        stage.script.push(Effect.onInterrupt(Effect.never, () => Deferred.succeed(cut, undefined)))
        yield* enqueue("a")
        const fiber = yield* Effect.fork(publishing())
        yield* TestClock.adjust("1 second")
        const ending = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust("1900 millis")
        assert.isNull(ending.unsafePoll())
        yield* TestClock.adjust("200 millis")
        yield* Fiber.join(ending)
        yield* Deferred.await(cut)
        assert.deepStrictEqual(stage.outcomes, [])
        yield* Effect.fork(publishing(deals, "two"))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* titles, ["a"])
        assert.strictEqual((yield* claimOf())._tag, "Frozen")
      })
    )
  )

  it.scoped("a reload waits for the answer, however late, keeps its lease, and leaves nothing unknown", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const options = { leaseTtl: "15 seconds", ending: Effect.never } as const
        stage.script.push(Effect.as(Effect.sleep("40 seconds"), { messageIds: [7] }))
        yield* enqueue("a")
        const replaced = yield* Effect.fork(publishing(deals, "one", options))
        yield* TestClock.adjust("1 second")
        const ending = yield* Effect.fork(Fiber.interrupt(replaced))
        yield* Effect.fork(publishing(deals, "two", options))
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual([stage.outcomes, ending.unsafePoll()], [[], null])
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual(stage.outcomes, [{ _tag: "Sent", messageIds: [7] }])
        assert.strictEqual((yield* claimOf())._tag, "Empty")
      })
    )
  )

  it.scoped("a shutdown that comes during a reload cuts its wait short", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const ends = yield* Deferred.make<void>()
        stage.script.push(Effect.never)
        yield* enqueue("a")
        const fiber = yield* Effect.fork(
          publishing(deals, "one", { ...calmLease, ending: Deferred.await(ends) })
        )
        yield* TestClock.adjust("1 second")
        const ending = yield* Effect.fork(Fiber.interrupt(fiber))
        yield* TestClock.adjust("1 minute")
        yield* Deferred.succeed(ends, undefined)
        yield* TestClock.adjust("1900 millis")
        assert.isNull(ending.unsafePoll())
        yield* TestClock.adjust("200 millis")
        yield* Fiber.join(ending)
      })
    )
  )

  it.scoped("the channel is given back, so that the next owner need not wait", () =>
    onStage(
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(publishing(deals, "one"))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
        yield* enqueue("a")
        yield* Effect.fork(publishing(deals, "two"))
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* titles, [], "a call that nobody recorded may just have been made")
        yield* TestClock.adjust("3 seconds")
        assert.deepStrictEqual(yield* titles, ["a"])
      })
    )
  )
})

describe("the lease", () => {
  const short = { leaseTtl: "15 seconds" } as const

  it.scoped("of two processes only one posts; the other takes over when it is gone", () =>
    onStage(
      Effect.gen(function* () {
        for (const title of ["a", "b", "c", "d"]) yield* enqueue(title)
        const one = yield* Effect.fork(publishing(deals, "one", short))
        yield* TestClock.adjust("1 millis")
        yield* Effect.fork(publishing(deals, "two", short))
        yield* TestClock.adjust("4 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
        yield* Fiber.interrupt(one)
        yield* TestClock.adjust("15 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b", "c", "d"])
      })
    )
  )

  it.scoped("lost, it stops the sending within a third of its time, and is asked for again", () =>
    onStage(
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* Effect.fork(publishing(deals, "one", short))
        yield* TestClock.adjust("1 second")
        // As if this process had been stopped for longer than its lease.
        yield* outbox.lease(deals.id, "two", 1_000_000, 60_000)
        yield* TestClock.adjust("5 seconds")
        assert.match(yield* lastWords, /another process/)
        yield* enqueue("a")
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual(yield* titles, [])
      })
    )
  )

  it.scoped("that runs out on a full disk loses no outcome: it is recorded when there is room again", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const outbox = yield* Outbox
        let isFull = false
        const room = Effect.suspend(() => (isFull ? Effect.fail(full) : Effect.void))
        const disk = Outbox.of({
          ...outbox,
          lease: (...given) => Effect.zipRight(room, outbox.lease(...given)),
          renew: (...given) => Effect.zipRight(room, outbox.renew(...given)),
          yieldLease: (...given) => Effect.zipRight(room, outbox.yieldLease(...given)),
          settle: (...given) => Effect.zipRight(room, outbox.settle(...given))
        })
        stage.script.push(
          Effect.sync(() => {
            isFull = true
            return { messageIds: [7] }
          })
        )
        yield* enqueue("a")
        yield* enqueue("b")
        const options = { ...short, ending: Effect.never }
        yield* Effect.fork(Effect.provideService(publishing(deals, "one", options), Outbox, disk))
        yield* TestClock.adjust("2 minutes")
        assert.deepStrictEqual(yield* titles, ["a"])
        isFull = false
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual(yield* titles, ["a", "b"])
        assert.strictEqual((yield* claimOf())._tag, "Empty")
      })
    )
  )

  it.scoped("that cannot be renewed because the store is busy ends when its time is up", () =>
    onStage(
      Effect.gen(function* () {
        const stuck = yield* stuckAfterLease
        yield* Effect.fork(Effect.provideService(publishing(deals, "one", short), Outbox, stuck))
        yield* TestClock.adjust("9 seconds")
        yield* enqueue("a")
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* titles, ["a"])
        yield* TestClock.adjust("6 seconds")
        yield* enqueue("b")
        yield* TestClock.adjust("30 seconds")
        assert.deepStrictEqual(yield* titles, ["a"])
      })
    )
  )
})
