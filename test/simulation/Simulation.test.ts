// Worlds whose promises all hold, each of them the same from beginning to end whenever it is run. `oncecast simulate` runs many more.
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import {
  type FaultName,
  referenceScenario,
  type Scenario,
  scenarioOf
} from "../../src/simulation/Scenario.ts"
import { shrink } from "../../src/simulation/Shrinking.ts"
import { simulate } from "../../src/simulation/World.ts"
import type { Outcome } from "../../src/simulation/WorldOptions.ts"
import { mutants } from "./mutants.ts"

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

const holds = ({ broken, last, scenario }: Outcome) =>
  assert.isTrue(
    Option.isNone(broken),
    `seed ${scenario.seed}: ${JSON.stringify(Option.getOrUndefined(broken))}\n${last.slice(-20).join("\n")}`
  )

/** One kind of trouble only, and much of it. */
const only = (faults: ReadonlyArray<FaultName>, seed: number): Scenario => ({
  ...referenceScenario({ seed, hours: 12 }),
  faults,
  weight: 10
})

/** Broke a promise once; each is kept, with what it found. Those with one kind of trouble break it again when the repair is taken out. */
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
    { ...scenarioOf({ seed: 3016, hours: 40 }) }
  ]
]

describe("a world", () => {
  it("is the same, event by event, each time it is run from its seed", async () => {
    for (const seed of seeds(1, 20)) {
      const scenario = { ...scenarioOf({ seed, hours: 4 }), instances: 1 }
      const [one, other] = [await simulate(scenario), await simulate(scenario)]
      assert.strictEqual(one.digest, other.digest, `seed ${seed}`)
      assert.strictEqual(one.events, other.events, `seed ${seed}`)
    }
  })

  it("is another one for another seed", async () => {
    const digests = await Promise.all(
      seeds(1, 3).map(async (seed) => (await simulate(referenceScenario({ seed, hours: 2 }))).digest)
    )
    assert.strictEqual(new Set(digests).size, digests.length)
  })

  it("keeps every promise for two days under all faults at once", async () => {
    for (const seed of seeds(200, 3)) holds(await simulate(referenceScenario({ seed, hours: 48 })))
  }, 600_000)

  it("keeps every promise for a day under whatever faults its seed brings", async () => {
    for (const seed of seeds(300, 10)) {
      holds(await simulate({ ...scenarioOf({ seed, hours: 24 }), instances: 1 }))
    }
  }, 600_000)

  it.each([
    ["verify", true],
    ["resend", true],
    ["park", false],
    ["drop", false]
  ] as const)(
    "whose Telegram carries requests out later than the program allows for loses nothing that onUnknown: %s does not give up, and doubles only where it says so",
    async (onUnknown, doubles) => {
      const faults: ReadonlyArray<FaultName> = ["late-landing", "floods-absorbed", "no-answers", "crashes"]
      let doubled = 0
      for (const seed of seeds(600, 3)) {
        const scenario = {
          ...referenceScenario({ seed, hours: 12 }),
          channels: 1,
          faults,
          weight: 3,
          onUnknown
        }
        const outcome = await simulate({ ...scenario, lateness: "beyond-bound" })
        holds(outcome)
        doubled += outcome.doubled
      }
      if (doubles) assert.isAbove(doubled, 0, "the bound was not broken")
      else assert.strictEqual(doubled, 0)
    },
    600_000
  )

  it("keeps every promise when two processes work on one database", async () => {
    for (const seed of seeds(402, 1))
      holds(await simulate({ ...scenarioOf({ seed, hours: 3 }), instances: 2 }))
  })

  it.each(regressions)("holds where once %s", async (_, scenario) => holds(await simulate(scenario)))
})

describe("a world that breaks a promise", () => {
  it("is made smaller as long as the same promise breaks", async () => {
    const mutant = mutants.find(({ name }) => name === "takes an unknown outcome for a failure")
    assert.isDefined(mutant)
    const { alter } = mutant
    const fails = async (scenario: Scenario) => {
      const outcome = await simulate(scenario, { alter })
      return Option.isSome(outcome.broken) ? outcome : undefined
    }
    const large = await fails(referenceScenario({ seed: 1, hours: 48 }))
    assert.isDefined(large)
    const { scenario } = await shrink(large, fails, 60)
    assert.isAtMost(scenario.faults.length, 3, scenario.faults.join(", "))
    assert.isBelow(scenario.hours, 48)
    assert.strictEqual(scenario.sources, 1)
  })
})
