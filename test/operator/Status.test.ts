import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, TestClock } from "effect"
import { readiness } from "../../src/operator/Health.ts"
import { Status, snapshot } from "../../src/operator/Status.ts"
import { plain, statusText } from "../../src/operator/Tables.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { Database } from "../../src/storage/Database.ts"
import { ChildId, type ChildState } from "../../src/supervision/ChildState.ts"
import { catalog, emptied, live, sendNext, shopLists, shownPage, store } from "./operating.ts"

const children = (state: ChildState) =>
  new Map([
    [ChildId.make("channel/deals"), state],
    [ChildId.make("source/shop"), state]
  ])
const running: ChildState = { _tag: "Running", since: 0 }
const look = snapshot(catalog, "/data/oncecast.db")
/** How large the database may become, in pages. */
const pagesAtMost = (pages: number) =>
  Effect.flatMap(Database, (database) =>
    database.read("limit its size", (db) => db.get(`PRAGMA max_page_count = ${pages}`))
  )
const dealsOf = (status: Status) => status.channels.find((channel) => channel.id === "deals")

describe("the snapshot", () => {
  it.scoped("says why each thing waits, in one clause", () =>
    Effect.gen(function* () {
      const waiting: ChildState = { _tag: "Waiting", until: 5_000, why: "next poll" }
      const status = yield* Effect.provide(look, live(children(waiting)))
      assert.deepStrictEqual(dealsOf(status)?.activity, { is: "waiting", why: "next poll", until: 5_000 })
      const broken: ChildState = { _tag: "Quarantined", since: 0, probeAt: 9_000, cause: "a bug" }
      const sick = yield* Effect.provide(look, live(children(broken)))
      assert.deepStrictEqual(sick.sources[0]?.activity, { is: "quarantined", why: "a bug", until: 9_000 })
    }).pipe(Effect.provide(store))
  )

  it.scoped("shows a paused and a frozen channel as such, and what is being done about it", () =>
    Effect.gen(function* () {
      yield* shopLists(2)
      yield* sendNext({ _tag: "Unknown", reason: "no answer" })
      const frozen = dealsOf(
        yield* Effect.provide(look, live(children({ _tag: "OpenCircuit", until: 1, why: "a second look" })))
      )
      assert.deepStrictEqual(frozen?.activity, { is: "frozen", why: "a second look", until: 1 })
      assert.include(dealsOf(yield* look)?.activity.why, "when the service runs")
      const steering = yield* Steering
      yield* steering.pause({ kind: "source", id: "shop" }, "ann", 1)
      const status = yield* look
      assert.deepStrictEqual(status.sources[0]?.activity, {
        is: "paused",
        why: "by ann; resume with `oncecast resume shop`",
        until: null
      })
    }).pipe(Effect.provide(store))
  )

  it.scoped("shows a channel that left the catalog for as long as something of it waits", () =>
    Effect.gen(function* () {
      const gone = snapshot(emptied, "/data/oncecast.db")
      yield* shopLists(1)
      const [left, ...others] = (yield* gone).channels
      assert.deepStrictEqual([left?.id, left?.ledger?.counts.queued, others], ["deals", 1, []])
      assert.include(left?.activity.why, "waiting until it is there again: 1")
      yield* sendNext({ _tag: "Sent", messageIds: [1] })
      assert.deepStrictEqual((yield* gone).channels, [])
    }).pipe(Effect.provide(store))
  )

  it.scoped("says that nothing can be written while the disk is full, on every surface, and no longer", () =>
    Effect.gen(function* () {
      const steering = yield* Steering
      const pauseBy = (by: string) =>
        Effect.zipRight(
          steering.resume({ kind: "source", id: "shop" }),
          steering.pause({ kind: "source", id: "shop" }, by, 0)
        )
      assert.isNull((yield* look).storage)
      yield* pagesAtMost(1)
      const error = yield* Effect.flip(pauseBy("x".repeat(1_000_000)))
      const full = yield* look
      assert.strictEqual(full.storage, error.message)
      assert.include(full.storage, "the disk is full; free space and it goes on by itself")
      assert.include(statusText(full), error.message)
      assert.include(shownPage(full), error.message)
      assert.deepStrictEqual((yield* readiness).reasons, [error.message])
      yield* pagesAtMost(1_000_000)
      yield* pauseBy("me")
      assert.isNull((yield* look).storage)
      assert.isTrue((yield* readiness).ready)
    }).pipe(Effect.provide(Layer.merge(store, live(children(running)))))
  )

  it.scoped("works on a stopped service, and goes through JSON unchanged", () =>
    Effect.gen(function* () {
      yield* shopLists(3)
      yield* sendNext({ _tag: "Sent", messageIds: [1] })
      const status = yield* look
      assert.strictEqual(status.startedAt, null)
      assert.strictEqual(dealsOf(status)?.activity.is, "stopped")
      assert.deepStrictEqual(dealsOf(status)?.ledger?.counts, { queued: 2, sent: 1 })
      assert.deepStrictEqual(yield* Schema.decodeUnknown(Status)(JSON.parse(JSON.stringify(status))), status)
      assert.include(statusText(status), "this is what the database says")
    }).pipe(Effect.provide(store))
  )

  it.scoped("never shows what may be secret in a source's URL", () =>
    Effect.gen(function* () {
      const status = yield* Effect.provide(look, live(children(running)))
      assert.strictEqual(status.sources[0]?.url, "https://shop.example/feed.xml?…")
      assert.notInclude(JSON.stringify(status) + shownPage(status) + statusText(status), "secret")
    }).pipe(Effect.provide(store))
  )

  it.scoped("escapes what comes from outside on the page, and strips what could steer a terminal", () =>
    Effect.gen(function* () {
      const hostile = "<script>alert(1)</script>\u001b[31m"
      const status = yield* Effect.provide(look, live(children({ _tag: "Waiting", until: 1, why: hostile })))
      assert.notInclude(shownPage(status), "<script>")
      assert.include(shownPage(status), "&lt;script&gt;")
      assert.notInclude(statusText(status), "\u001b")
      assert.strictEqual(plain("a\u001b[0m\u202eb\r\nc"), "a [0m b c")
    }).pipe(Effect.provide(store))
  )
})

describe("readiness", () => {
  it.scoped("is given while the store answers and a publisher runs", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readiness, { ready: true, reasons: [] })
    }).pipe(Effect.provide(Layer.merge(store, live(children(running)))))
  )

  it.scoped("is refused with the reason during a shutdown, and when no publisher runs", () =>
    Effect.gen(function* () {
      const quarantined: ChildState = { _tag: "Quarantined", since: 0, probeAt: 1, cause: "" }
      const found = yield* Effect.provide(readiness, live(children(quarantined), true))
      assert.isFalse(found.ready)
      assert.deepStrictEqual(found.reasons, [
        "The service is shutting down.",
        "No publisher runs: channel/deals."
      ])
      yield* TestClock.adjust("1 second")
    }).pipe(Effect.provide(store))
  )
})
