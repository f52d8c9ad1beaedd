// What a world has around its programs: time, trace, trouble, the sources and what they truly have, a Redis. All of it follows from the scenario, and
// knows nothing of the programs.
import type { Layer } from "effect"
import type { Fetcher } from "../sources/Fetcher.ts"
import { Dice } from "./Dice.ts"
import { type Installation, installationOf } from "./Installation.ts"
import { Life } from "./Life.ts"
import type { Scenario } from "./Scenario.ts"
import { scriptedWeb } from "./ScriptedWeb.ts"
import { SimulatedRedis } from "./SimulatedRedis.ts"
import { Trace } from "./Trace.ts"
import { type Truth, truthsOf, usuallyListed } from "./Truth.ts"
import { VirtualTime } from "./VirtualTime.ts"
import { Weather } from "./Weather.ts"
import type { OwnWorld } from "./WorldOptions.ts"

/** When every world begins. */
export const startMs = Date.UTC(2026, 2, 27)

export interface Surroundings {
  readonly dice: Dice
  readonly time: VirtualTime
  readonly trace: Trace
  readonly weather: Weather
  /** Whatever is not a program lives here. */
  readonly outside: Life
  readonly installation: Installation
  /** None where the sources are somebody's own. */
  readonly truths: ReadonlyMap<string, Truth>
  readonly web: Layer.Layer<Fetcher>
  /** Absent: each program keeps limits of its own. */
  readonly redis: SimulatedRedis | undefined
}

/** `said`: is handed each line of the trace. */
export const surroundingsOf = (
  scenario: Scenario,
  own: OwnWorld | undefined,
  said: (line: string) => void
): Surroundings => {
  const dice = new Dice(`world/${scenario.seed}`)
  const time = new VirtualTime(startMs, dice.for("order"))
  const now = () => time.now
  const trace = new Trace(now, said)
  const weather = new Weather(scenario, dice.for("weather"), trace)
  const outside = new Life(time, dice.for("outside"), () => undefined)
  const installation = own?.installation ?? installationOf(scenario, dice.for("installation"))
  const listing = { itemsPerDay: scenario.itemsPerDay, listed: usuallyListed, startMs }
  const truths = own === undefined ? truthsOf(installation.sources, listing, dice) : new Map()
  const say = (what: string, data: Readonly<Record<string, unknown>>) => trace.say("web", what, data)
  const web =
    own?.web({ weather, startMs, now }) ?? scriptedWeb({ truths, weather, dice: dice.for("web"), now, say })
  const shared = scenario.instances > 1 || dice.for("redis").hits(0.3)
  const redis = shared ? new SimulatedRedis(now, weather) : undefined
  return { dice, time, trace, weather, outside, installation, truths, web, redis }
}
