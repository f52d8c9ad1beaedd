import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { makeWatch } from "../../../src/sources/Deadlines.ts"

describe("deadlines", () => {
  it.scoped("each is kept to the millisecond, also one that is sooner than those before it", () =>
    Effect.gen(function* () {
      const watch = yield* makeWatch
      const cut: Array<string> = []
      const until = (name: string, at: number) => watch({ at: () => at, cut: () => cut.push(name) })
      until("late", 5_000)
      yield* TestClock.adjust("1 second")
      until("sooner", 2_000)
      const calledOff = until("never", 3_000)
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(cut, [])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(cut, ["sooner"])
      calledOff()
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(cut, ["sooner", "late"])
    })
  )

  it.scoped("what makes progress gets more time, and is cut off once", () =>
    Effect.gen(function* () {
      const watch = yield* makeWatch
      let [at, cuts] = [1_000, 0]
      watch({ at: () => at, cut: () => cuts++ })
      yield* TestClock.adjust("900 millis")
      at = 4_000
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(cuts, 0)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(cuts, 1)
    })
  )
})
