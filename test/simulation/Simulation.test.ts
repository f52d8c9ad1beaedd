// Worlds whose promises all hold, each of them the same from beginning to end whenever it is run. `oncecast simulate` runs many more (test/scenarios/Simulate.test.ts).
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
import { mutants } from "./mutants.ts"
import { holds, seeds } from "./outcomes.ts"

describe("a world", () => {
  it("is the same, event by event, each time it is run from its seed", async () => {
    for (const seed of seeds(1, 20)) {
      const scenario = { ...scenarioOf({ seed, hours: 4 }), instances: 1 }
      const [one, other] = [await simulate(scenario), await simulate(scenario)]
      assert.strictEqual(one.digest, other.digest, `seed ${seed}`)
      assert.strictEqual(one.events, other.events, `seed ${seed}`)
    }
  }, 600_000)

  it("is another one for another seed", async () => {
    const digests = await Promise.all(
      seeds(1, 3).map(async (seed) => (await simulate(referenceScenario({ seed, hours: 2 }))).digest)
    )
    assert.strictEqual(new Set(digests).size, digests.length)
  })

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
    for (const seed of seeds(402, 3))
      holds(await simulate({ ...scenarioOf({ seed, hours: 3 }), instances: 2 }))
  }, 600_000)
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
