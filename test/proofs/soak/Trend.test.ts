import { assert, describe, it } from "@effect/vitest"
import { chance } from "../../../src/sandbox/Chance.ts"
import { type Point, rises, trend } from "./Trend.ts"

/** Sixty minutes around 200, plus so much an hour, with noise of ± 4 in which neighbours are alike. */
const line = (perHour: number, seed: number): ReadonlyArray<Point> => {
  let drift = 0
  return Array.from({ length: 60 }, (_, minute) => {
    drift = 0.7 * drift + 4 * (chance(seed, minute) - 0.5)
    return [minute / 60, 200 + (perHour * minute) / 60 + drift]
  })
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed)

describe("whether memory grows", () => {
  it("a line without noise has its slope and no error", () => {
    const found = trend([
      [0, 1],
      [1, 3],
      [2, 5]
    ])
    assert.deepInclude(found, { slope: 2, error: 0, noise: 0, rise: 4 })
  })

  it("a leak of 20 MB an hour is always found", () => {
    assert.deepStrictEqual(
      seeds.filter((seed) => !rises(trend(line(20, seed)))),
      []
    )
  })

  it("ups and downs without a leak are hardly ever taken for one", () => {
    assert.isAtMost(seeds.filter((seed) => rises(trend(line(0, seed)))).length, 6)
  })
})
