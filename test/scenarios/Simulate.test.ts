// `oncecast simulate` as a process: what it prints, what it refuses, and that another process tells the same story from the same seed.
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { coreScenarioOf, simulateCore } from "../../src/simulation/core/CoreWorld.ts"
import { faultNames, type Scenario, scenarioOf } from "../../src/simulation/Scenario.ts"
import { simulate } from "../../src/simulation/World.ts"
import { command, folder } from "./Program.ts"

const words = ["simulate", "--seed", "5", "--hours", "3", "--instances", "1"]
const runs = 20

/** What 20 worlds say, one after the other, in this process. */
const told = async (run: (seed: number, trace: (line: string) => void) => unknown): Promise<string> => {
  const hash = createHash("sha256")
  for (let seed = 1; seed <= runs; seed++) await run(seed, (line) => hash.update(`${line}\n`))
  return hash.digest("hex")
}

describe("oncecast simulate", () => {
  it.scopedLive.each([
    ["of the whole service", 1, [], (given: Scenario) => given, simulate],
    ["without fibers", 48, ["--core"], coreScenarioOf, simulateCore]
  ] as const)("tells the same stories %s, byte for byte, in another process", ([_, hours, more, as, run]) =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "trace.txt")
      const here = yield* Effect.promise(() =>
        told((seed, trace) => run(as(scenarioOf({ seed, hours })), { trace }))
      )
      const given = ["simulate", "--seed", "1", "--hours", `${hours}`, "--runs", `${runs}`, ...more]
      const ended = yield* command(path, [...given, "--trace", file])
      assert.strictEqual(ended.code, 0, ended.err)
      assert.strictEqual(createHash("sha256").update(readFileSync(file)).digest("hex"), here)
    })
  )

  // Two processes of the built program at a time, so that both processors work.
  it.scopedLive.each([
    [
      "five hundred worlds without fibers, ten days in each",
      [1, 251].map((seed) => ["--core", "--hours", "240", "--runs", "250", "--seed", `${seed}`])
    ],
    [
      "ten worlds of the whole service, two days in each",
      [300, 305].map((seed) => ["--hours", "48", "--runs", "5", "--seed", `${seed}`])
    ],
    [
      "ten worlds of the whole service under all faults at once, two days in each",
      [200, 205].map((seed) => [
        ...["--hours", "48", "--runs", "5", "--seed", `${seed}`, "--faults", faultNames.join(",")],
        ...["--sources", "3", "--channels", "2", "--instances", "1"]
      ])
    ]
  ] as const)(
    "finds no promise broken in %s",
    ([, worlds]) =>
      Effect.gen(function* () {
        const path = yield* folder
        const run = (given: ReadonlyArray<string>) => command(path, ["simulate", ...given], {}, "15 minutes")
        for (const { code, out, err } of yield* Effect.forEach(worlds, run, { concurrency: 2 }))
          assert.strictEqual(code, 0, `${out}\n${err}`)
      }),
    1_200_000
  )

  it.scopedLive("ends with a table of what happened", () =>
    Effect.gen(function* () {
      const ended = yield* command(yield* folder, [...words, "--runs", "2"])
      assert.strictEqual(ended.code, 0, ended.err)
      assert.match(
        ended.out,
        /^runs +virtual days +days\/CPU-s +events +posts +starts +doubled +lost +parked\n2 +\d/
      )
      assert.match(ended.out, /^fault +times$/m)
    })
  )

  it.scopedLive("says which faults there are when one is not known, and why a trace cannot be written", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const unknown = yield* command(path, [...words, "--faults", "crashes,earthquakes"])
      assert.strictEqual(unknown.code, 1)
      assert.match(unknown.err, /^--faults: earthquakes is not known; known are source-timeouts, /)
      const nowhere = yield* command(path, [...words, "--trace", join(path, "none", "trace.txt")])
      assert.strictEqual(nowhere.code, 1)
      assert.match(nowhere.err, /^--trace: .*trace\.txt cannot be written: ENOENT/)
    })
  )
})
