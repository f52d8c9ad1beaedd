// A large body neither holds the event loop nor outlives an interruption.
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { forEachSlice } from "../../../src/sources/reading/Slices.ts"
import { read, rssWith } from "./read.ts"

const item = `<item><guid>1</guid><title>Title</title><description>${"word ".repeat(400)}</description></item>`
const large = new TextEncoder().encode(rssWith(item.repeat(2_000)))

describe("large bodies", () => {
  it.live("timers run while a large feed is read", () =>
    Effect.gen(function* () {
      let ticks = 0
      const ticker = yield* Effect.fork(
        Effect.forever(
          Effect.zipRight(
            Effect.sleep(1),
            Effect.sync(() => ticks++)
          )
        )
      )
      const found = yield* read(large, { maxItems: 5_000 })
      yield* Fiber.interrupt(ticker)
      assert.lengthOf(found.items, 2_000)
      assert.isAtLeast(ticks, 10)
    })
  )

  it.live("an interrupted reading stops between two slices", () =>
    Effect.gen(function* () {
      let visited = 0
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        forEachSlice(large, "utf-8", () => {
          visited++
          Deferred.unsafeDone(begun, Effect.void)
          return true
        })
      )
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      const atInterruption = visited
      yield* Effect.sleep(20)
      assert.strictEqual(visited, atInterruption)
      assert.isBelow(visited, large.length / 65_536)
    })
  )

  it.effect("the text is the same as of the whole, and a visitor may stop it", () =>
    Effect.gen(function* () {
      const text = "Привет ".repeat(30_000)
      let joined = ""
      yield* forEachSlice(new TextEncoder().encode(text), "utf-8", (slice) => {
        joined += slice
        return true
      })
      assert.strictEqual(joined, text)
      let visited = 0
      yield* forEachSlice(large, "utf-8", () => ++visited < 2)
      assert.strictEqual(visited, 2)
    })
  )
})
