import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { beginning, traced } from "../src/Spans.ts"

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

/** How deep the stacks of the fiber's references are. */
const depth = Effect.map(Effect.getFiberRefs, ({ locals }) =>
  Math.max(...[...locals.values()].map((stack) => stack.length))
)

/** A resource of the round, acquired under a time limit, as a fetched body is. */
const round = Effect.addFinalizer(() => Effect.void).pipe(
  Effect.timeout("1 second"),
  Effect.scoped,
  Effect.orDie
)

describe("a piece of work", () => {
  it.effect("that is done for ever lets nothing grow", () =>
    Effect.gen(function* () {
      const before = yield* depth
      yield* Effect.repeatN(round, 50)
      assert.isAbove(yield* depth, before + 50, "without, it grows")
      const grown = yield* depth
      yield* Effect.repeatN(beginning(round, "Round", {}), 50)
      assert.isAtMost(yield* depth, grown + 1)
    })
  )
})
