import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { traced } from "../src/Spans.ts"

function* steps(by: number) {
  const one = yield* Effect.succeed(1)
  return one + by
}

describe("a service method", () => {
  it.effect(
    "may be a generator function, hand on what one gives, or give an effect; each can be run again",
    () =>
      Effect.gen(function* () {
        const made = [
          traced("A.a")(steps),
          traced("A.b")((by: number) => steps(by)),
          traced("A.c")((by: number) => Effect.succeed(1 + by))
        ]
        for (const method of made) {
          const effect: Effect.Effect<number> = method(2)
          assert.deepStrictEqual([yield* effect, yield* effect], [3, 3])
        }
      })
  )
})
