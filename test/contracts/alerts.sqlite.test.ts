// What was told, on SQLite: one process at a time may tell, and what it keeps is what the next one finds.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { type AlertState, Alerts, type Problem } from "../../src/outbox/Alerts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Database } from "../../src/storage/Database.ts"
import * as Storage from "../../src/storage/Storage.ts"

const storage = Storage.layerMemory.pipe(Layer.provideMerge(Signals.layer))
const state: AlertState = { episodes: [], waiting: [], nextId: 7, summedUpAt: 5 }

describe("Alerts (SQLite)", () => {
  it.scoped("are told by one owner until its time is over or it gives them back", () =>
    Effect.gen(function* () {
      const alerts = yield* Alerts
      assert.isTrue(yield* alerts.lease("a", 0, 100))
      assert.isFalse(yield* alerts.lease("b", 99, 100))
      assert.isTrue(yield* alerts.lease("a", 99, 100))
      assert.isTrue(yield* alerts.lease("b", 199, 100))
      assert.isFalse(yield* alerts.keep("a", state), "it is b's by now")
      yield* alerts.yieldLease("a")
      assert.isFalse(yield* alerts.lease("a", 200, 100))
      yield* alerts.yieldLease("b")
      assert.isTrue(yield* alerts.lease("a", 200, 100))
    }).pipe(Effect.provide(storage))
  )

  it.scoped("are not kept by a dead owner for as long as the clock was ahead", () =>
    Effect.gen(function* () {
      const alerts = yield* Alerts
      assert.isTrue(yield* alerts.lease("a", 86_400_000, 100))
      assert.isFalse(yield* alerts.lease("b", 0, 100))
      assert.isTrue(yield* alerts.lease("b", 400, 100))
    }).pipe(Effect.provide(storage))
  )

  it.scoped("are found as they were kept; of another version's there is nothing to be found", () =>
    Effect.gen(function* () {
      const alerts = yield* Alerts
      assert.isNull(Option.getOrNull(yield* alerts.load))
      yield* alerts.lease("a", 0, 100)
      assert.isNull(Option.getOrNull(yield* alerts.load))
      assert.isTrue(yield* alerts.keep("a", state))
      assert.deepStrictEqual(Option.getOrNull(yield* alerts.load), state)
      const database = yield* Database
      yield* database.transaction("spoil it", (db) => db.run(`UPDATE alerts SET state = '{"nextId": "x"}'`))
      assert.isNull(Option.getOrNull(yield* alerts.load))
    }).pipe(Effect.provide(storage))
  )

  it.scoped("reach who tells from the other processes, as each said last and for as long as it lives", () =>
    Effect.gen(function* () {
      const alerts = yield* Alerts
      const problem = (key: string): Problem => ({
        ...{ key, about: "children", tone: "failing", what: key, why: "", next: "", holdMs: 0 }
      })
      const keys = (owner: string, now: number) =>
        Effect.map(alerts.reported(owner, now), (all) => all.map(({ key }) => key))
      yield* alerts.report("a", [problem("a1")], 100)
      yield* alerts.report("b", [problem("b1"), problem("b2")], 200)
      yield* alerts.report("a", [problem("a2")], 150)
      assert.deepStrictEqual(yield* keys("c", 99), ["a2", "b1", "b2"])
      assert.deepStrictEqual(yield* keys("a", 99), ["b1", "b2"], "its own it knows itself")
      assert.deepStrictEqual(yield* keys("c", 150), ["b1", "b2"])
      yield* alerts.report("b", [], 300)
      assert.deepStrictEqual(yield* keys("c", 99), ["a2"])
      yield* alerts.lease("c", 150, 100)
      assert.deepStrictEqual(yield* keys("c", 99), [], "what is over is cleared away")
    }).pipe(Effect.provide(storage))
  )
})
