// What the tests of worlds share.
import { assert } from "@effect/vitest"
import { Option } from "effect"
import type { Outcome } from "../../src/simulation/WorldOptions.ts"

// Worlds are full of errors, and nobody looks where they come from: vitest would have a hundred frames of each, 6 % of the time.
Error.stackTraceLimit = 10

export const seeds = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + index)

export const holds = ({ broken, last, scenario }: Outcome) =>
  assert.isTrue(
    Option.isNone(broken),
    `seed ${scenario.seed}: ${JSON.stringify(Option.getOrUndefined(broken))}\n${last.slice(-20).join("\n")}`
  )
