// What counts as wrong, and what does not: each condition on the real store.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, TestClock } from "effect"
import type { Catalog } from "../../../src/config/Catalog.ts"
import type { Channel } from "../../../src/domain/Channel.ts"
import type { PollRecord } from "../../../src/domain/Poll.ts"
import type { Facts } from "../../../src/operator/alerts/Look.ts"
import { problemsOf } from "../../../src/operator/alerts/Problems.ts"
import { silentMs } from "../../../src/operator/alerts/Silence.ts"
import { type Status, snapshot } from "../../../src/operator/Status.ts"
import type { Problem } from "../../../src/outbox/Alerts.ts"
import { Ledger } from "../../../src/outbox/Ledger.ts"
import { Outbox } from "../../../src/outbox/Outbox.ts"
import { Steering } from "../../../src/outbox/Steering.ts"
import { FetchRefused } from "../../../src/sources/FetchErrors.ts"
import { SourceJournal } from "../../../src/sources/SourceJournal.ts"
import { ChildId, type ChildState } from "../../../src/supervision/ChildState.ts"
import { catalog, deals, live, sendNext, shop, shopLists, store } from "../operating.ts"

const hour = 3_600_000
const allWell: Facts = { catalogRefused: null, freeBytes: null }

interface Given {
  readonly children?: Readonly<Record<string, ChildState>>
  readonly facts?: Partial<Facts>
  readonly webhookFailed?: string
  readonly reported?: ReadonlyArray<Problem>
  readonly catalog?: Catalog
  readonly status?: Partial<Status>
  readonly restored?: boolean
}

const problems = (given: Given = {}) =>
  Effect.gen(function* () {
    const children = new Map(
      Object.entries(given.children ?? {}).map(([id, state]) => [ChildId.make(id), state] as const)
    )
    const status = yield* Effect.provide(snapshot(catalog, "/data/oncecast.db"), live(children))
    return problemsOf({
      status: { ...status, ...given.status },
      catalog: given.catalog ?? catalog,
      restored: given.restored === true ? [{ channel: deals, at: 0, floor: 1, settled: false }] : [],
      facts: { ...allWell, ...given.facts },
      webhookFailed: given.webhookFailed ?? null,
      reported: given.reported ?? []
    })
  })

const keys = (given: Given = {}) =>
  Effect.map(problems(given), (found) => found.map(({ key, tone }) => `${key}: ${tone}`))

const polled = (poll: Partial<PollRecord>) =>
  Effect.flatMap(SourceJournal, (journal) =>
    Effect.zipRight(
      journal.record({
        ...{ source: shop, at: 0, tookMs: 1, outcome: "failed" as const, note: "It answered 503.", fresh: 0 },
        ...{ failures: 3, nextAt: 9, ...poll }
      }),
      journal.flush(0)
    )
  )

const lease = Effect.flatMap(Outbox, (outbox) => outbox.lease(deals, "me", 0, 60_000))

describe("what is wrong", () => {
  it.scoped("is nothing when all is well, and what is queued only waits", () =>
    Effect.gen(function* () {
      yield* shopLists(3)
      yield* sendNext({ _tag: "Sent", messageIds: [1] })
      assert.deepStrictEqual(yield* keys(), [])
    }).pipe(Effect.provide(store))
  )

  it.scoped("with the service as a whole has its reason and the next step", () =>
    Effect.gen(function* () {
      const found = yield* problems({
        children: {
          "janitor/upkeep": { _tag: "Quarantined", since: 0, probeAt: 9, cause: "a bug" },
          "bot/publisher": { _tag: "OpenCircuit", until: 9, why: "another program reads this bot" },
          "source/blog": { _tag: "Restarting", at: 9, attempt: 1, cause: "a bug" }
        },
        facts: {
          catalogRefused: "oncecast.yaml:3: is not a name",
          freeBytes: 20_000_000,
          backups: { newestAt: -2 * hour, everyMs: hour }
        },
        webhookFailed: "hooks.example answered 500",
        status: {
          storage: "The disk is full.",
          limits: { kept: "local-share", since: 0, why: "it does not answer" }
        }
      })
      assert.deepStrictEqual(
        found.map(({ key, about, tone, why }) => [key, about, tone, why]),
        [
          ["database", "database", "failing", "The disk is full."],
          ["disk", "disk", "notice", "20 MB are free"],
          ["limits", "limits", "notice", "it does not answer"],
          ["janitor/upkeep quarantined", "children", "failing", "a bug"],
          ["bot/publisher failing", "children", "notice", "another program reads this bot"],
          ["backups", "backups", "failing", "the newest is 2 h old"],
          ["catalog", "catalog", "failing", "oncecast.yaml:3: is not a name"],
          ["webhook", "webhook", "notice", "hooks.example answered 500"]
        ]
      )
      for (const { next } of found) assert.match(next, /\.$/)
      assert.deepStrictEqual(yield* keys({ facts: { backups: { newestAt: 0, everyMs: hour } } }), [])
    }).pipe(Effect.provide(store))
  )

  it.scoped(
    "with a channel after a restore is that what waits there cannot be sent, not that nothing waits",
    () =>
      Effect.gen(function* () {
        yield* lease
        assert.deepStrictEqual(yield* keys({ restored: true }), [])
        yield* shopLists(1)
        assert.deepStrictEqual(yield* keys({ restored: true }), ["channel/deals restored: decide"])
      }).pipe(Effect.provide(store))
  )

  it.scoped("with a channel: nobody knows, nothing can be posted, it waits for a person", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      yield* shopLists(1)
      const id = yield* sendNext({ _tag: "Unknown", reason: "reset" })
      assert.deepStrictEqual(yield* keys(), ["channel/deals frozen: notice"])
      yield* outbox.resolve(id, { _tag: "Park", reason: "cannot know" }, 0)
      assert.deepStrictEqual(yield* keys(), ["channel/deals parked: decide"])
      yield* lease
      yield* outbox.hold(deals, { until: hour, scope: "flood", why: "Telegram asks to wait" }, 0)
      assert.deepStrictEqual(yield* keys(), ["channel/deals parked: decide"])
      yield* outbox.hold(
        deals,
        { until: hour, scope: "trouble", why: "Telegram refused sendMessage: kicked (403)." },
        0
      )
      assert.deepStrictEqual(yield* keys(), [
        "channel/deals parked: decide",
        "channel/deals troubled: failing"
      ])
      // Whoever paused it knows; the question stays.
      yield* (yield* Steering).pause({ kind: "channel", id: "deals" }, "ann", 0)
      assert.deepStrictEqual(yield* keys(), ["channel/deals parked: decide"])
    }).pipe(Effect.provide(store))
  )

  it.scoped("with a source: it fails several times in a row, it lets no program in, its flood is held", () =>
    Effect.gen(function* () {
      yield* polled({ failures: 1 })
      assert.deepStrictEqual(yield* keys(), [])
      const open: ChildState = { _tag: "OpenCircuit", until: 9, why: "It answered 503." }
      assert.deepStrictEqual(yield* keys({ children: { "source/shop": open } }), [
        "source/shop failing: failing"
      ])
      yield* polled({ at: 1, failures: 3 })
      assert.deepStrictEqual(yield* keys(), ["source/shop failing: failing"])
      const { message } = new FetchRefused({
        url: "https://shop.example/",
        detail: "answers with a bot check (Cloudflare)",
        challenge: true
      })
      yield* polled({ at: 2, note: message })
      assert.deepStrictEqual(yield* keys(), ["source/shop blocked: failing"])
      yield* (yield* Steering).pause({ kind: "source", id: "shop" }, "ann", 0)
      assert.deepStrictEqual(yield* keys(), [])
      yield* shopLists(1)
      yield* shopLists(30, "flood")
      assert.deepStrictEqual(yield* keys(), ["source/shop held: decide"])
      const muted: Catalog = { ...catalog, alerts: { ...terms, mute: ["source/shop"] } }
      assert.deepStrictEqual(yield* keys({ catalog: muted }), [])
    }).pipe(Effect.provide(store))
  )

  it.scoped("with a queue: it is old, or nothing was posted for long though there was news", () =>
    Effect.gen(function* () {
      yield* shopLists(2)
      yield* TestClock.adjust("13 hours")
      const [silent] = yield* problems()
      assert.strictEqual(silent?.what, "channel deals has posted nothing for 13 h though there was news")
      assert.strictEqual(silent?.why, "it never posted anything")
      yield* sendNext({ _tag: "Sent", messageIds: [1] })
      assert.deepStrictEqual(yield* keys(), [])
      yield* TestClock.adjust("24 hours")
      assert.deepStrictEqual(yield* keys(), [
        "channel/deals silent: failing",
        "channel/deals backlog: notice"
      ])
      yield* sendNext({ _tag: "Refused", reason: "too long" })
      assert.deepStrictEqual(yield* keys(), [], "the refusal is the news since the last post")
      yield* TestClock.adjust("12 hours")
      assert.deepStrictEqual(yield* keys(), ["channel/deals silent: failing"])
    }).pipe(Effect.provide(store))
  )
})

describe("an old queue", () => {
  const friday = Date.parse("2026-11-27T16:00:00Z")
  const monday = Date.parse("2026-11-30T12:00:00Z")

  it.scoped(
    "is not one of a channel that only rests at its weekend, and is one of a channel that should post",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(friday)
        yield* shopLists(1)
        yield* TestClock.setTime(monday)
        const hours = (days: ReadonlyArray<number>) => {
          const channels = [...catalog.channels].map(
            ([id, channel]) =>
              [id, { ...channel, zone: "UTC", windows: [{ days, from: 540, to: 1_020 }] }] as const
          )
          return keys({ catalog: { ...catalog, channels: new Map(channels) } })
        }
        const old = "channel/deals backlog: notice"
        assert.notInclude(yield* hours([1, 2, 3, 4, 5]), old)
        assert.include(yield* hours([0, 1, 2, 3, 4, 5, 6]), old, "nightly rests count")
        assert.include(yield* keys(), old)
      }).pipe(Effect.provide(store))
  )
})

const terms = {
  ...{ on: true, silenceMs: hour, backlogMs: hour, zone: "UTC" },
  mute: [] as ReadonlyArray<string>
}

describe("the dead-man's switch", () => {
  const silence = (choice: Partial<Channel>) =>
    Effect.gen(function* () {
      const channel = Option.getOrThrow(Option.fromNullable(catalog.channels.get(deals)))
      const ledger = yield* Ledger
      const now = yield* TestClock.currentTimeMillis
      const row = (yield* ledger.channels(now)).find((one) => one.channel === deals)
      return row === undefined ? 0 : silentMs({ ...channel, ...choice }, row, now) / hour
    })

  it.scoped("counts from the news, or from the last post when that was later", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* silence({}), 0)
      yield* TestClock.adjust("5 hours")
      yield* shopLists(2)
      yield* TestClock.adjust("5 hours")
      assert.strictEqual(yield* silence({}), 5)
      yield* sendNext({ _tag: "Sent", messageIds: [1] })
      yield* TestClock.adjust("3 hours")
      assert.strictEqual(yield* silence({}), 3)
      yield* sendNext({ _tag: "Sent", messageIds: [2] })
      yield* TestClock.adjust("3 days")
      assert.strictEqual(yield* silence({}), 0, "there is no news")
    }).pipe(Effect.provide(store))
  )

  it.scoped("is held while the operator wants nothing to go out", () =>
    Effect.gen(function* () {
      yield* shopLists(2)
      yield* TestClock.adjust("20 hours")
      assert.strictEqual(yield* silence({}), 20)
      const quiet = { from: 18 * 60, to: 22 * 60, zone: "UTC" }
      assert.strictEqual(yield* silence({ quiet: { ...quiet, mode: "hold" } }), 0)
      assert.strictEqual(yield* silence({ quiet: { ...quiet, mode: "silent" } }), 20)
      assert.strictEqual(yield* silence({ digest: { items: 10, at: [21 * 60] } }), 0)
      assert.strictEqual(yield* silence({ digest: { items: 10, at: [19 * 60] } }), 20)
      assert.strictEqual(yield* silence({ digest: { items: 10, at: [], withinMs: 30 * hour } }), 0)
      assert.strictEqual(yield* silence({ digest: { items: 2, at: [], withinMs: 30 * hour } }), 20)
      yield* sendNext({ _tag: "Sent", messageIds: [1] })
      yield* TestClock.adjust("4 hours")
      const cap = { by: "brand" as const, max: 1, perMs: 3 * hour, over: "wait" as const }
      assert.strictEqual(yield* silence({ caps: [cap] }), 1)
      yield* (yield* Steering).pause({ kind: "channel", id: "deals" }, "ann", 0)
      assert.strictEqual(yield* silence({}), 0)
    }).pipe(Effect.provide(store))
  )
})
