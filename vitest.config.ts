import { defineConfig } from "vitest/config"
import { BaseSequencer, type TestSpecification } from "vitest/node"

// Tests that start real processes mostly wait for them: several files at a time, after all that keep the processors busy.
const processes = ["test/scenarios/**/*.test.ts", "test/proofs/**/*.test.ts"]

// Those that measure time, or rates at arrival, or keep the machine busy by themselves: one file at a time, after all others.
const alone = [
  "test/scenarios/Endings.test.ts",
  "test/scenarios/FeedFaults.test.ts",
  "test/proofs/killing/**/*.test.ts",
  "test/proofs/races/**/*.test.ts",
  "test/throttle/Load.test.ts",
  "test/throttle/Failover.test.ts"
]

// Those that measure what this process takes of the processor or of memory: without the remains of others around them.
const measured = [
  "test/publisher/PhotoFitting.test.ts",
  "test/sources/Robots.test.ts",
  "test/sources/kinds/{Json,PageLimits,Sitemap}.test.ts",
  "test/sources/reading/{NameTable,PathPattern,Text,XmlReader,XmlTokens}.test.ts"
]

/** Those that take minutes begin first, so that at the end nobody waits for one of them alone. */
const long = ["scenarios/Simulate.test.ts", "publisher/DiskFaults.test.ts", "simulation/Simulation.test.ts"]

class LongFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>) {
    const rank = ({ moduleId }: TestSpecification) => (long.some((name) => moduleId.endsWith(name)) ? 0 : 1)
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  test: {
    globalSetup: ["test/setup/redis.ts"],
    sequence: { sequencer: LongFirst },
    setupFiles: ["test/setup/properties.ts", "test/setup/options.ts"],
    pool: "forks",
    poolOptions: {
      forks: {
        // Files share a process: to load Effect anew for each of them would take a third of the whole run.
        isolate: false,
        // As many at least as at most: where idle ones are ended while others run, tinypool 1.1 breaks the run off.
        minForks: 3,
        maxForks: 3,
        // Tests make much that is gone at once: with a larger young space worlds take 5 to 13 % less CPU time.
        execArgv: ["--max-semi-space-size=32"]
      }
    },
    // Bounds what hangs, not what is slow: a busy machine takes ten times as long.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "rooms",
          include: ["test/**/*.test.ts"],
          exclude: ["test/corpora/**", ...processes, ...alone, ...measured],
          sequence: { groupOrder: 0 }
        }
      },
      {
        extends: true,
        test: { name: "measured", include: measured, sequence: { groupOrder: 1 } }
      },
      {
        extends: true,
        test: {
          name: "processes",
          include: processes,
          exclude: alone,
          testTimeout: 300_000,
          sequence: { groupOrder: 2 }
        }
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: alone,
          testTimeout: 300_000,
          poolOptions: { forks: { singleFork: true } },
          sequence: { groupOrder: 3 }
        }
      }
    ]
  }
})
