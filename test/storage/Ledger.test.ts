import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { AttemptId, ChannelId, SourceId } from "../../src/domain/Names.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { SourceJournal } from "../../src/sources/SourceJournal.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { begin, deals, enqueue, lease, news, now } from "../contracts/outbox.ts"
import { enqueueLayer } from "./fixtures.ts"

const hour = 3_600_000

const storage = enqueueLayer.pipe(Layer.provideMerge(Storage.layerMemory), Layer.provideMerge(Signals.layer))

/** Sends a new delivery of `deals` at `at`. */
const send = (title: string, at: number, message: number) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const fence = yield* lease("me", deals, at)
    const id = yield* enqueue(title, { now: at })
    yield* outbox.settle(
      yield* begin(id, fence, deals, at),
      fence,
      { _tag: "Sent", messageIds: [message] },
      at
    )
    return id
  })

describe("Ledger (SQLite)", () => {
  it.scoped("knows nothing of a new database", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger
      assert.deepStrictEqual(yield* ledger.channels(now), [])
      assert.deepStrictEqual(yield* ledger.deliveries({ limit: 10 }), [])
      assert.deepStrictEqual(yield* ledger.polls, [])
      assert.strictEqual((yield* ledger.items).size, 0)
    }).pipe(Effect.provide(storage))
  )

  it.scoped("shows of each channel why it stands as it stands", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const ledger = yield* Ledger
      yield* send("old", now - 30 * hour, 1)
      yield* send("today", now - 2 * hour, 2)
      yield* send("just now", now - 60_000, 3)
      const stuck = yield* enqueue("stuck")
      const fence = yield* lease("me", deals, now)
      yield* outbox.settle(yield* begin(stuck, fence), fence, { _tag: "Unknown", reason: "reset" }, now)
      yield* enqueue("late", { now: now + 5 })
      yield* enqueue("early", { now: now + 3 })
      yield* outbox.hold(deals, { until: now + 10, scope: "flood", why: "flood wait" }, now)
      yield* (yield* Steering).pause({ kind: "channel", id: news }, "admin", now)
      const [first, second] = yield* ledger.channels(now + 5)
      assert.deepStrictEqual(first, {
        channel: deals,
        counts: { queued: 2, sent: 3, unknown: 1 },
        oldestQueuedAt: now + 3,
        holdUntil: now + 10,
        holdWhy: "flood wait",
        troubled: false,
        paused: false,
        frozenBy: stuck,
        callsLastMinute: 0,
        sentLastHour: 1,
        sentLastDay: 2,
        lastSentAt: now - 60_000,
        unpostedSince: now + 3,
        owner: "me"
      })
      assert.deepInclude(second, { channel: news, counts: {}, paused: true, owner: null, lastSentAt: null })
      assert.deepInclude((yield* ledger.channels(now - 1))[0], { callsLastMinute: 1 })
      const [later] = yield* ledger.channels(now + hour)
      assert.deepInclude(later, { holdUntil: null, holdWhy: null, owner: null })
    }).pipe(Effect.provide(storage))
  )

  it.scoped("lists deliveries, the newest change first, by state and by channel", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const sent = yield* send("sent", now + 2, 17)
      const a = yield* enqueue("a", { now: now + 1 })
      const b = yield* enqueue("b", { now: now + 3, channel: news })
      const ids = (query: Parameters<typeof ledger.deliveries>[0]) =>
        Effect.map(ledger.deliveries(query), (rows) => rows.map(({ id }) => id))
      assert.deepStrictEqual(yield* ids({ limit: 10 }), [b, sent, a])
      assert.deepStrictEqual(yield* ids({ limit: 2 }), [b, sent])
      assert.deepStrictEqual(yield* ids({ limit: 10, state: "queued" }), [b, a])
      assert.deepStrictEqual(yield* ids({ limit: 10, channel: deals }), [sent, a])
      assert.deepStrictEqual(yield* ids({ limit: 10, channel: news, state: "sent" }), [])
      assert.deepStrictEqual(yield* ids({ limit: -1 }), [])
      assert.deepStrictEqual((yield* ledger.deliveries({ limit: 1, state: "sent" }))[0], {
        id: sent,
        channel: deals,
        source: SourceId.make("shop"),
        title: "sent",
        link: null,
        event: "new",
        state: "sent",
        reason: null,
        attempts: 1,
        attempt: AttemptId.make(1),
        queuedAt: now + 2,
        stateAt: now + 2,
        dueAt: 0,
        messageIds: [17]
      })
    }).pipe(Effect.provide(storage))
  )

  it.scoped("knows since when a channel has had something to post and posted nothing", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const ledger = yield* Ledger
      const since = (at: number) =>
        Effect.map(ledger.channels(at), ([one]) => [one?.unpostedSince, one?.troubled])
      const refused = yield* enqueue("refused")
      assert.deepStrictEqual(yield* since(now), [now, false])
      const fence = yield* lease("me", deals, now)
      const settle = (id: typeof refused, outcome: Parameters<typeof outbox.settle>[2], at: number) =>
        Effect.flatMap(begin(id, fence, deals, at), (attempt) => outbox.settle(attempt, fence, outcome, at))
      yield* settle(refused, { _tag: "Refused", reason: "too long" }, now + 1)
      assert.deepStrictEqual(yield* since(now), [now + 1, false], "nothing waits, and nothing was posted")
      yield* settle(yield* enqueue("sent"), { _tag: "Sent", messageIds: [1] }, now + 2)
      assert.deepStrictEqual(yield* since(now), [null, false])
      const skipped = yield* enqueue("over a cap", { now: now + 3 })
      yield* outbox.expire(deals, fence, { delivery: skipped }, "cap: 3 of brand Acme in 1d", now + 4)
      assert.deepStrictEqual(yield* since(now), [null, false], "it was to be left out")
      yield* enqueue("late", { now: now + 5 })
      yield* outbox.expire(deals, fence, { before: now + 6 }, "waited longer than 1d", now + 9)
      assert.deepStrictEqual(yield* since(now), [now + 9, false])
      yield* outbox.hold(deals, { until: now + 20, scope: "trouble", why: "Telegram refused" }, now)
      assert.deepStrictEqual(yield* since(now), [now + 9, true])
      assert.deepStrictEqual(yield* since(now + 20), [now + 9, false])
    }).pipe(Effect.provide(storage))
  )

  it.scoped("tallies what is new and what became of it since a moment", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger
      for (const at of [1, 2, 3, 4, 5]) yield* send(`sent ${at}`, now + at, at)
      yield* enqueue("news", { now: now + 6, channel: news })
      assert.deepStrictEqual(yield* ledger.tally(now + 3), {
        fresh: [{ source: SourceId.make("shop"), items: 3 }],
        deliveries: [{ channel: deals, state: "sent", deliveries: 2 }]
      })
      assert.strictEqual((yield* ledger.tally(0)).fresh[0]?.items, 6)
      assert.deepStrictEqual(yield* ledger.tally(now + 6), { fresh: [], deliveries: [] })
    }).pipe(Effect.provide(storage))
  )

  it.scoped("counts the items and shows the last poll of every source", () =>
    Effect.gen(function* () {
      const ledger = yield* Ledger
      const journal = yield* SourceJournal
      yield* enqueue("one")
      yield* enqueue("two", { channel: ChannelId.make("other") })
      assert.deepStrictEqual([...(yield* ledger.items)], [["shop", 2]])
      const poll = { tookMs: 1, outcome: "unchanged", note: "", fresh: 0, failures: 0, nextAt: 0 } as const
      for (const [source, at] of [
        ["a", 1],
        ["b", 2],
        ["a", 3],
        ["c", 1]
      ] as const) {
        yield* journal.record({ ...poll, source: SourceId.make(source), at })
      }
      yield* journal.flush(0)
      assert.deepStrictEqual(
        (yield* ledger.polls).map(({ source, at }) => `${source}${at}`),
        ["a3", "b2", "c1"]
      )
    }).pipe(Effect.provide(storage))
  )
})
