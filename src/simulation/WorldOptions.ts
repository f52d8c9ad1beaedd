// What a world is given besides its scenario, and what it leaves.
import type { Layer, Option } from "effect"
import type { Fetcher } from "../sources/Fetcher.ts"
import type { Installation } from "./Installation.ts"
import type { Ground } from "./Program.ts"
import type { Broken } from "./Promises.ts"
import type { FaultName, Scenario } from "./Scenario.ts"
import type { SimulatedTelegram } from "./SimulatedTelegram.ts"
import type { Weather } from "./Weather.ts"

export interface Outcome {
  readonly scenario: Scenario
  readonly broken: Option.Option<Broken>
  readonly virtualMs: number
  readonly events: number
  readonly faults: ReadonlyMap<FaultName, number>
  readonly posts: number
  readonly starts: number
  /** Posts that stood beside another one of the same item. */
  readonly doubled: number
  /** Deliveries that a person had to decide. */
  readonly parked: number
  readonly digest: string
  /** The last lines of the trace. */
  readonly last: ReadonlyArray<string>
}

/** A catalog and sources of somebody's own, in the place of those that follow from the seed. */
export interface OwnWorld {
  readonly installation: Installation
  readonly web: (given: {
    readonly weather: Weather
    readonly startMs: number
    readonly now: () => number
  }) => Layer.Layer<Fetcher>
}

export interface WorldOptions {
  /** Is handed each line of the trace. */
  readonly trace?: (line: string) => void
  readonly own?: OwnWorld
  /** Looks around at the end. */
  readonly visit?: (telegram: SimulatedTelegram) => void
  /** Changes the programs for one test of the tests. */
  readonly alter?: Ground["alter"]
}
