// The read side page by page, the audit log and the samples, on the store that is really used.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { DeliveryId } from "../../src/domain/Names.ts"
import { AuditLog } from "../../src/outbox/AuditLog.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Samples } from "../../src/outbox/Samples.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Views } from "../../src/outbox/Views.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { begin, deals, enqueue, lease, now } from "../contracts/outbox.ts"
import { enqueueLayer } from "./fixtures.ts"

const storage = enqueueLayer.pipe(Layer.provideMerge(Storage.layerMemory), Layer.provideMerge(Signals.layer))
const minute = 60_000

const send = (title: string, at: number, message: number) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const fence = yield* lease("me", deals, at)
    const id = yield* enqueue(title, { now: at - 2_000 })
    const outcome = { _tag: "Sent", messageIds: [message] } as const
    yield* outbox.settle(yield* begin(id, fence, deals, at), fence, outcome, at)
    return id
  })

const titles = (rows: ReadonlyArray<{ readonly title: string }>) => rows.map(({ title }) => title)

describe("Views (SQLite)", () => {
  it.scoped("show a queue in the order in which it goes out, page by page", () =>
    Effect.gen(function* () {
      const [views, outbox] = yield* Effect.all([Views, Outbox])
      yield* enqueue("one")
      yield* enqueue("two")
      yield* enqueue("urgent", { priority: 5 })
      const last = yield* enqueue("three")
      assert.deepStrictEqual(titles(yield* views.queue(deals, 0, 3)), ["urgent", "one", "two"])
      assert.deepStrictEqual(titles(yield* views.queue(deals, 3, 3)), ["three"])
      yield* outbox.reorder(last, "first")
      assert.deepStrictEqual(titles(yield* views.queue(deals, 0, 2)), ["three", "urgent"])
    }).pipe(Effect.provide(storage))
  )

  it.scoped("show what was sent, newest first, and go on where a page ended", () =>
    Effect.gen(function* () {
      const [views, ledger] = yield* Effect.all([Views, Ledger])
      for (const [at, title] of ["a", "b", "c"].entries()) yield* send(title, now + at, at + 1)
      const first = yield* views.sent(deals, Option.none(), 2)
      assert.deepStrictEqual(titles(first), ["c", "b"])
      assert.deepStrictEqual(titles(yield* views.sent(deals, Option.fromNullable(first[1]), 2)), ["a"])
      const [newest] = yield* ledger.deliveries({ limit: 1 })
      const rest = yield* ledger.deliveries({ limit: 5, ...(newest === undefined ? {} : { before: newest }) })
      assert.deepStrictEqual(titles(rest), ["b", "a"])
    }).pipe(Effect.provide(storage))
  )

  it.scoped("show the whole life of a delivery, and of none that is not there", () =>
    Effect.gen(function* () {
      const [views, outbox] = yield* Effect.all([Views, Outbox])
      const id = yield* enqueue("tried twice")
      const fence = yield* lease("me", deals, now)
      const later = { _tag: "Deferred", scope: "delivery", until: now + 5, reason: "busy" } as const
      yield* outbox.settle(yield* begin(id, fence, deals, now), fence, later, now + 1)
      const sent = { _tag: "Sent", messageIds: [7], chatId: -100 } as const
      yield* outbox.settle(yield* begin(id, fence, deals, now + 5), fence, sent, now + 6)
      const life = Option.getOrThrow(yield* views.delivery(id))
      assert.deepInclude(life.row, { id, title: "tried twice", state: "sent", attempts: 2, messageIds: [7] })
      assert.deepStrictEqual(
        life.attempts.map(({ number, outcome, detail, endedAt }) => ({ number, outcome, detail, endedAt })),
        [
          { number: 1, outcome: "deferred", detail: "busy", endedAt: now + 1 },
          { number: 2, outcome: "sent", detail: null, endedAt: now + 6 }
        ]
      )
      assert.strictEqual(life.item.title, "tried twice")
      assert.isTrue(Option.isNone(yield* views.delivery(DeliveryId.make(id + 1))))
    }).pipe(Effect.provide(storage))
  )

  it.scoped("have another pulse after every write", () =>
    Effect.gen(function* () {
      const views = yield* Views
      const before = yield* views.pulse
      assert.strictEqual(yield* views.pulse, before)
      yield* enqueue("one")
      assert.notStrictEqual(yield* views.pulse, before)
    }).pipe(Effect.provide(storage))
  )
})

describe("the audit log", () => {
  it.scoped("keeps what was begun, with its answer once there is one, newest first", () =>
    Effect.gen(function* () {
      const log = yield* AuditLog
      const one = yield* log.begin({ by: "ann", command: "pause", target: "news" }, now)
      const two = yield* log.begin({ by: "bob", command: "retry", target: "delivery 3" }, now + 1)
      yield* log.end(one, true, "It is paused.", now + 2)
      const [newest, oldest] = yield* log.entries({ limit: 10 })
      assert.deepInclude(newest, { id: two, by: "bob", done: null, answer: null })
      assert.deepInclude(oldest, { id: one, at: now, done: true, answer: "It is paused." })
      assert.deepStrictEqual(
        (yield* log.entries({ before: two, limit: 10 })).map(({ id }) => id),
        [one]
      )
    }).pipe(Effect.provide(storage))
  )
})

describe("the samples", () => {
  it.scoped("say of each minute what was posted, how late, and what waits; of longer spans in sum", () =>
    Effect.gen(function* () {
      const samples = yield* Samples
      const start = Math.ceil(now / (5 * minute)) * 5 * minute
      yield* send("a", start + 10_000, 1)
      yield* send("b", start + 20_000, 2)
      yield* enqueue("waits", { now: start })
      yield* samples.take(start + minute, 100)
      yield* samples.take(start + minute, 999)
      yield* samples.take(start + 2 * minute, 200)
      const first = { at: start + minute, posts: 2, latencyMs: 2_000, queued: 1, memoryBytes: 100 }
      const second = { at: start + 2 * minute, posts: 0, latencyMs: null, queued: 1, memoryBytes: 200 }
      assert.deepStrictEqual(yield* samples.since(start, minute), [first, second])
      assert.deepStrictEqual(yield* samples.since(start, 5 * minute), [
        { ...first, at: second.at, memoryBytes: 200 }
      ])
      yield* samples.take(start + 15 * 86_400_000, 1)
      assert.lengthOf(yield* samples.since(0, minute), 1)
    }).pipe(Effect.provide(storage))
  )
})
