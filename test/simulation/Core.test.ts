// Worlds without fibers: the service's decisions and its real store. Simulate.test.ts runs five hundred of them, `oncecast simulate --core` more.
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { coreScenarioOf, simulateCore } from "../../src/simulation/core/CoreWorld.ts"
import { referenceScenario, scenarioOf } from "../../src/simulation/Scenario.ts"
import { storeMutants } from "./mutants.ts"
import { holds, seeds } from "./outcomes.ts"

/** The runner of the tests has something to say now and then. */
const breath = () => new Promise(setImmediate)
const tenDays = (seed: number) => coreScenarioOf(scenarioOf({ seed, hours: 240 }))

describe("a world without fibers", () => {
  it("keeps every promise for ten days under whatever faults its seed brings", async () => {
    for (const seed of seeds(1001, 20)) {
      holds(simulateCore(tenDays(seed)))
      await breath()
    }
  })

  // An offer came to be due for judging after the last poll but before the end of the world, which counted it as lost: offers are judged when
  // their source is polled.
  it("asks only for what was due before the last poll of every source", () => {
    holds(simulateCore(tenDays(44)))
  })

  it("is the same, event by event, each time it is run from its seed", () => {
    for (const seed of seeds(1, 20)) {
      const scenario = { ...tenDays(seed), hours: 48 }
      assert.strictEqual(simulateCore(scenario).digest, simulateCore(scenario).digest, `seed ${seed}`)
    }
  })

  it("posts each item once, and all of them, where nothing goes wrong", () => {
    const outcome = simulateCore({ ...referenceScenario({ seed: 1, hours: 240 }), faults: [] })
    holds(outcome)
    assert.isAbove(outcome.posts, 500)
    assert.strictEqual(outcome.doubled, 0)
  })

  it("loses nothing when Telegram carries requests out later than the program allows for; only doubles may come of it", async () => {
    let doubled = 0
    for (const seed of seeds(1, 5)) {
      await breath()
      const scenario = coreScenarioOf(referenceScenario({ seed, hours: 120 }))
      const outcome = simulateCore({ ...scenario, weight: 3, lateness: "beyond-bound" })
      holds(outcome)
      doubled += outcome.doubled
    }
    assert.isAbove(doubled, 0, "the bound was not broken")
  })
})

describe("a program without fibers that", () => {
  it.each(storeMutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s is found out",
    (name, { alterStore, faults }) => {
      const found = seeds(1, 200).find((seed) => {
        const scenario = coreScenarioOf(referenceScenario({ seed, hours: 240 }))
        return Option.isSome(simulateCore({ ...scenario, faults, weight: 3 }, { alter: alterStore }).broken)
      })
      assert.isDefined(found, "200 seeds found nothing")
      process.stdout.write(`  ${name}: after ${found} seeds\n`)
    }
  )
})
