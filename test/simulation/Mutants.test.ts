// The simulation finds faults: each of these, put into the program on purpose, breaks a promise within 200 seeds.
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { referenceScenario } from "../../src/simulation/Scenario.ts"
import { simulate } from "../../src/simulation/World.ts"
import { type Mutant, mutants } from "./mutants.ts"

const mostSeeds = 200

/** The first seed that breaks with it, and what broke. */
const found = async ({ alter, faults }: Mutant): Promise<string | undefined> => {
  for (let seed = 1; seed <= mostSeeds; seed++) {
    const scenario = { ...referenceScenario({ seed, hours: 12 }), sources: 1, faults, weight: 3 }
    const { broken } = await simulate(scenario, { alter })
    if (Option.isSome(broken)) return `after ${seed} seeds: ${broken.value.invariant}: ${broken.value.what}`
  }
  return undefined
}

describe("a program that", () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s is found out",
    async (name, mutant) => {
      const how = await found(mutant)
      assert.isDefined(how, `${mostSeeds} seeds found nothing`)
      process.stdout.write(`  ${name}: ${how}\n`)
    },
    600_000
  )
})
