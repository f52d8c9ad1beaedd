// `oncecast simulate`: the service in virtual time, under every fault that its seeds bring. Enters: seeds and what a scenario is to differ in.
// Leaves: a table of what happened, or the first promise that broke, made as small as it goes, with the command that shows it again.
import { closeSync, openSync, writeSync } from "node:fs"
import { Console, Effect, Option, Random } from "effect"
import type { SimulateOptions } from "../operator/CliTrial.ts"
import { table } from "../operator/Tables.ts"
import { traced } from "../Spans.ts"
import { coreScenarioOf, simulateCore } from "../simulation/core/CoreWorld.ts"
import { lostItems } from "../simulation/Promises.ts"
import { type FaultName, faultNames, type Scenario, scenarioOf } from "../simulation/Scenario.ts"
import { shrink } from "../simulation/Shrinking.ts"
import { simulate as runWorld } from "../simulation/World.ts"
import type { Outcome } from "../simulation/WorldOptions.ts"
import { CommandFailed } from "./Failure.ts"
import { showProgress } from "./Progress.ts"

/** Runs that making a failure smaller may take. */
const shrinkingRuns = 60

const isFault = (name: string): name is FaultName => faultNames.some((known) => known === name)

const faultsOf = (text: string): Effect.Effect<ReadonlyArray<FaultName>, CommandFailed> => {
  const names = text.split(",").filter((name) => name !== "")
  const unknown = names.filter((name) => !isFault(name))
  const sentence = `--faults: ${unknown.join(", ")} is not known; known are ${faultNames.join(", ")}.`
  return unknown.length > 0 ? new CommandFailed({ sentence }) : Effect.succeed(names.filter(isFault))
}

const changesOf = (options: SimulateOptions): Effect.Effect<Partial<Scenario>, CommandFailed> =>
  Effect.gen(function* () {
    const sizes = [options.sources, options.channels, options.instances].flatMap(Option.toArray)
    const numbers = [options.hours, options.runs, ...sizes]
    if (numbers.some((number) => number < 1)) {
      return yield* new CommandFailed({
        sentence: "--hours, --runs, --sources, --channels and --instances are 1 or more."
      })
    }
    return {
      ...(yield* Option.match(options.faults, {
        onNone: () => Effect.succeed({}),
        onSome: (text) => Effect.map(faultsOf(text), (faults) => ({ faults }))
      })),
      ...Option.match(options.sources, { onNone: () => ({}), onSome: (sources) => ({ sources }) }),
      ...Option.match(options.channels, { onNone: () => ({}), onSome: (channels) => ({ channels }) }),
      ...Option.match(options.instances, { onNone: () => ({}), onSome: (instances) => ({ instances }) })
    }
  })

/** Writes each line at once: what is in the file when a run hangs is what happened. */
const traceFile = (path: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => openSync(path, "w"),
      catch: (cause) =>
        new CommandFailed({
          sentence: `--trace: ${path} cannot be written: ${cause instanceof Error ? cause.message : "unknown"}`
        })
    }),
    (file) => Effect.sync(() => closeSync(file))
  ).pipe(Effect.map((file) => (line: string) => void writeSync(file, `${line}\n`)))

export const simulate = traced("Simulate")(function* (options: SimulateOptions) {
  const changes = yield* changesOf(options)
  const first = Option.isSome(options.seed) ? options.seed.value : yield* Random.nextIntBetween(1, 2 ** 31)
  const trace = Option.isSome(options.trace) ? { trace: yield* traceFile(options.trace.value) } : {}
  const run = runner(options)
  const progress = showProgress("Simulating")
  const done: Array<Outcome> = []
  const cpuBefore = process.cpuUsage()
  for (let seed = first; seed < first + options.runs; seed++) {
    progress.show(done.length, options.runs)
    const usual = scenarioOf({ seed, hours: options.hours })
    const scenario = { ...(options.core ? coreScenarioOf(usual) : usual), ...changes }
    const outcome = yield* Effect.promise(() => run(scenario, trace))
    done.push(outcome)
    if (Option.isNone(outcome.broken)) continue
    progress.clear()
    yield* Console.log(summary(done, process.cpuUsage(cpuBefore)))
    return yield* broken(outcome, options)
  }
  progress.clear()
  yield* Console.log(summary(done, process.cpuUsage(cpuBefore)))
}, Effect.scoped)

type Run = (scenario: Scenario, options?: { readonly trace?: (line: string) => void }) => Promise<Outcome>

const runner =
  ({ core }: SimulateOptions): Run =>
  async (scenario, options) =>
    core ? simulateCore(scenario, options) : runWorld(scenario, options)

/** Made smaller first, since what is left is what it takes. */
const broken = (outcome: Outcome, options: SimulateOptions) =>
  Effect.gen(function* () {
    const invariant = Option.getOrThrow(outcome.broken).invariant
    const stillBroken = ({ broken }: Outcome) => Option.exists(broken, (now) => now.invariant === invariant)
    const shrunk = yield* Effect.promise(() =>
      shrink(
        outcome,
        async (scenario) => {
          const ran = await runner(options)(scenario)
          return stillBroken(ran) ? ran : undefined
        },
        shrinkingRuns
      )
    )
    const { what } = Option.getOrThrow(shrunk.outcome.broken)
    return yield* new CommandFailed({
      sentence: [
        ...shrunk.outcome.last,
        `Seed ${outcome.scenario.seed} breaks "${invariant}": ${what}. Above: the last ${shrunk.outcome.last.length} events.`,
        `Again: ${command(shrunk.scenario)}${options.core ? " --core" : ""}`
      ].join("\n")
    })
  })

const command = ({ seed, hours, faults, sources, channels, instances }: Scenario): string =>
  `oncecast simulate --seed ${seed} --hours ${hours} --sources ${sources} --channels ${channels} --instances ${instances} --faults "${faults.join(",")}"`

const summary = (outcomes: ReadonlyArray<Outcome>, cpu: NodeJS.CpuUsage): string => {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0)
  const days = sum(({ virtualMs }) => virtualMs) / 86_400_000
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  const faults = new Map<string, number>()
  for (const outcome of outcomes) {
    for (const [name, times] of outcome.faults) faults.set(name, (faults.get(name) ?? 0) + times)
  }
  const lost = outcomes.filter(({ broken }) => Option.exists(broken, (one) => one.invariant === lostItems))
  return [
    table(
      ["runs", "virtual days", "days/CPU-s", "events", "posts", "starts", "doubled", "lost", "parked"],
      [
        [
          outcomes.length,
          days.toFixed(1),
          (days / cpuSeconds).toFixed(2),
          sum(({ events }) => events),
          sum(({ posts }) => posts),
          sum(({ starts }) => starts),
          sum(({ doubled }) => doubled),
          lost.length,
          sum(({ parked }) => parked)
        ]
      ]
    ),
    faults.size === 0 ? "No faults." : table(["fault", "times"], [...faults].sort())
  ].join("\n\n")
}
