// What was told, on SQLite: one process at a time may tell, and what it keeps is what the next one finds.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { type AlertState, Alerts } from "../../src/outbox/Alerts.ts"
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

  it.scoped("are found as they were kept; of another version's there is nothing to be found", () =>
    Effect.gen(function* () {
      const alerts = yield* Alerts
      assert.deepStrictEqual(yield* alerts.load, Option.none())
      yield* alerts.lease("a", 0, 100)
      assert.deepStrictEqual(yield* alerts.load, Option.none())
      assert.isTrue(yield* alerts.keep("a", state))
      assert.deepStrictEqual(yield* alerts.load, Option.some(state))
      const database = yield* Database
      yield* database.transaction("spoil it", (db) => db.run(`UPDATE alerts SET state = '{"nextId": "x"}'`))
      assert.deepStrictEqual(yield* alerts.load, Option.none())
    }).pipe(Effect.provide(storage))
  )
})
