// Every seed that ever broke a promise, with what it found: each is run again and holds.
import { describe, it } from "@effect/vitest"
import {
  type FaultName,
  faultNames,
  referenceScenario,
  type Scenario,
  scenarioOf
} from "../../src/simulation/Scenario.ts"
import { simulate } from "../../src/simulation/World.ts"
import { holds } from "./outcomes.ts"

/** One kind of trouble only, and much of it. */
const only = (faults: ReadonlyArray<FaultName>, seed: number): Scenario => ({
  ...referenceScenario({ seed, hours: 12 }),
  faults,
  weight: 10
})

/** Broke a promise once; each is kept, with what it found. Worlds change with the service: not each breaks again when its repair is taken out. */
const regressions: ReadonlyArray<readonly [found: string, scenario: Scenario]> = [
  [
    "a disk that reports errors ended one publisher for good: the race for the first branch to give up waited for all of them",
    only(["disk-errors"], 1)
  ],
  [
    "two calls 64 ms apart: a commit that waited for a busy disk made a call late for its turn",
    only(["disk-busy"], 2)
  ],
  ["two calls 64 ms apart, under every fault", referenceScenario({ seed: 1, hours: 48 })],
  [
    "a call too many in a minute: an edit that broke off was not counted after a restart",
    scenarioOf({ seed: 36, hours: 24 })
  ],
  [
    "a call too many in a minute: what a dead process had under way was not counted",
    scenarioOf({ seed: 30, hours: 24 })
  ],
  [
    "two processes took turns at a channel, each of them forgetting what the other had seen, and none ever decided",
    { ...scenarioOf({ seed: 401, hours: 3 }), instances: 2 }
  ],
  [
    "two processes never decided, with unanswered calls alone",
    { ...only(["resets-after", "no-answers", "telegram-errors"], 3), hours: 3, weight: 5, instances: 2 }
  ],
  [
    "a channel hung for good: a call that nobody answered had lost its deadline to an interruption of its caller",
    { ...scenarioOf({ seed: 594, hours: 24 }), instances: 1 }
  ],
  [
    "what a person sent back to a full queue counted as one too many (the world's mistake)",
    { ...scenarioOf({ seed: 3016, hours: 40 }), instances: 1 }
  ],
  [
    "a channel stood still for hours, with nothing to post as it said: it waited for a turn in its log chat, which Telegram had flooded",
    {
      ...scenarioOf({ seed: 270_155, hours: 39 }),
      ...{ sources: 2, channels: 1, instances: 2, faults: ["floods-refused", "resets-before"] }
    }
  ],
  [
    "two edits came within half a second: one was made by a process that had lost the channel, for its date was behind",
    {
      ...scenarioOf({ seed: 272_687, hours: 9 }),
      ...{ sources: 1, channels: 3, instances: 2 },
      faults: faultNames.filter(
        (name) =>
          !/^(?:floods|telegram|resets-before|blind|redis-emptied|disk|crashes$|operators|partitions)/.test(
            name
          )
      )
    }
  ]
]

describe("a world", () => {
  it.each(regressions)("holds where once %s", async (_, scenario) => holds(await simulate(scenario)))
})
