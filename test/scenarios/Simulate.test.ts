// `oncecast simulate` as a process: what it prints, what it refuses, and that another process tells the same story from the same seed.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { scenarioOf } from "../../src/simulation/Scenario.ts"
import { simulate } from "../../src/simulation/World.ts"
import { command, folder } from "./Program.ts"

const given = { seed: 5, hours: 3 }
const words = ["simulate", "--seed", "5", "--hours", "3", "--instances", "1"]

describe("oncecast simulate", () => {
  it.scopedLive("tells the same story, byte for byte, in another process", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = join(path, "trace.txt")
      const lines: Array<string> = []
      yield* Effect.promise(() =>
        simulate({ ...scenarioOf(given), instances: 1 }, { trace: (line) => void lines.push(line) })
      )
      const ended = yield* command(path, [...words, "--trace", file])
      assert.strictEqual(ended.code, 0, ended.err)
      assert.strictEqual(readFileSync(file, "utf8"), `${lines.join("\n")}\n`)
      assert.isAbove(lines.length, 20)
    })
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
