// The promise under load, with real processes, a real Redis and real time: four processes want ten times what is allowed.
import { join } from "node:path"
import { assert, describe, inject, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "esbuild"
import { arrivals, denseOf, minute, perSecond, rareOf, used } from "./Load.ts"
import { fullest } from "./windows.ts"

/** Inside the project, so that the packages are found. */
const compiled = join(import.meta.dirname, "../../node_modules/.cache/oncecast-load")
const compile = Effect.promise(() =>
  build({
    entryPoints: ["LoadWorker.ts", "LoadCollector.ts"].map((file) => join(import.meta.dirname, file)),
    outdir: compiled,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20"
  })
)

describe("four processes on one Redis that want ten times what is allowed", () => {
  it.scopedLive(
    "no sliding window is exceeded where calls arrive, and what is allowed is used",
    () =>
      Effect.gen(function* () {
        yield* compile
        const stamps = yield* arrivals({
          compiled,
          redisUrl: inject("redisUrl"),
          namespace: `load-${process.pid}`,
          processes: 4
        })
        const rare = rareOf(stamps)
        assert.strictEqual(fullest(rare, minute.windowMs), minute.max, "calls in the fullest minute")
        assert.strictEqual(fullest(stamps, 1000), perSecond, "calls in the fullest second")
        assert.isAtLeast(used(rare, minute.max, minute.windowMs), 0.95, "share used of 20 a minute")
        assert.isAtLeast(used(denseOf(stamps), perSecond, 1000), 0.85, "share used of 30 a second")
      }),
    { timeout: 200_000 }
  )
})
