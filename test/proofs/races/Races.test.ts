// A short race for every run of the tests, over within 90 s on an idle machine; `npm run races` is the long one.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { describeRace, race } from "./Races.ts"

const options = { processes: 4, channels: 6, items: 40, killSeconds: 35, seed: 1 }

describe("processes on one database and one Redis", () => {
  it.scopedLive(
    "that are killed at random lose nothing and double nothing",
    () =>
      Effect.gen(function* () {
        const found = yield* race(options)
        assert.deepInclude(
          found,
          { sent: found.expected, lost: 0, doubled: 0, parked: 0 },
          describeRace(options, found)
        )
        assert.isAbove(found.unknown, 0)
      }),
    900_000
  )
})
