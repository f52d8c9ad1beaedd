// What stands behind every service method: its body may be a generator, give the steps of one, or give an effect.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { traced } from "../src/Spans.ts"

const steps = function* (to: number) {
  let sum = 0
  for (let one = 1; one <= to; one++) sum += yield* Effect.succeed(one)
  return sum
}

describe("a service method", () => {
  for (const [what, method] of [
    ["a generator", traced("Test.generator")(steps)],
    ["a function that gives the steps of a generator", traced("Test.steps")((to: number) => steps(to))],
    ["a function that gives an effect", traced("Test.effect")((to: number) => Effect.gen(() => steps(to)))]
  ] as const)
    it.effect(`does what ${what} says, each time it is run, with spans and without`, () =>
      Effect.gen(function* () {
        const sum = method(3)
        assert.strictEqual(yield* sum, 6)
        assert.strictEqual(yield* Effect.withTracerEnabled(sum, false), 6)
      })
    )
})
