// A failing scenario made smaller while the same promise breaks: what is left is what it takes. Enters: a scenario that fails, and the way to run
// one. Leaves: the smallest failing one that was found within a number of tries. Never changes the seed.
import type { FaultName, Scenario } from "./Scenario.ts"
import type { Outcome } from "./WorldOptions.ts"

/** Runs a scenario; undefined when the promise in question holds. */
export type Fails = (scenario: Scenario) => Promise<Outcome | undefined>

export interface Shrunk {
  readonly scenario: Scenario
  readonly outcome: Outcome
}

/** Each is tried alone, the largest steps first. */
const smaller = (scenario: Scenario, ranMs: number): ReadonlyArray<Scenario> => {
  const hours = Math.max(1, Math.ceil(ranMs / 3_600_000))
  const shorter = hours < scenario.hours ? [{ ...scenario, hours }] : []
  const fewer = (["instances", "sources", "channels"] as const).flatMap((key) =>
    scenario[key] > 1 ? [{ ...scenario, [key]: 1 }] : []
  )
  return [...shorter, ...withoutParts(scenario), ...fewer]
}

/** Without a half of its faults, then a quarter, and so on to a single one. */
const withoutParts = (scenario: Scenario): ReadonlyArray<Scenario> => {
  const { faults } = scenario
  const scenarios: Array<Scenario> = []
  for (let size = Math.ceil(faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < faults.length; at += size) {
      const left: ReadonlyArray<FaultName> = [...faults.slice(0, at), ...faults.slice(at + size)]
      scenarios.push({ ...scenario, faults: left })
    }
  }
  return scenarios
}

/** `tries`: runs at the most. */
export const shrink = async (outcome: Outcome, fails: Fails, tries: number): Promise<Shrunk> => {
  let found: Shrunk = { scenario: outcome.scenario, outcome }
  let left = tries
  for (;;) {
    const next = await firstFailing(smaller(found.scenario, found.outcome.virtualMs), fails, () => left-- > 0)
    if (next === undefined) return found
    found = next
  }
}

const firstFailing = async (
  scenarios: ReadonlyArray<Scenario>,
  fails: Fails,
  more: () => boolean
): Promise<Shrunk | undefined> => {
  for (const scenario of scenarios) {
    if (!more()) return undefined
    const outcome = await fails(scenario)
    if (outcome !== undefined) return { scenario, outcome }
  }
  return undefined
}
