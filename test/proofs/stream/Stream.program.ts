// A process that polls one URL with the service's own layers into a database file, and says what it took. Not a test: `main.ts` runs it.
// Arguments: the database, the kind, the URL.
import { openSync, readFileSync, readSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { Effect, Either, Layer } from "effect"
import { store } from "../../../src/App/Layers.ts"
import { kinds, network } from "../../../src/App/Reading.ts"
import { decodeCatalog } from "../../../src/config/Catalog.ts"
import { collectAll } from "../../../src/domain/Collector.ts"
import { Intake } from "../../../src/outbox/Intake.ts"
import { poll } from "../../../src/sources/Poll.ts"

const [path = "", kind = "", url = ""] = process.argv.slice(2)

const catalog = decodeCatalog(
  "the proof's catalog",
  `channels: { deals: { chat: "@deals" } }
sources:
  shop: { kind: ${kind}, url: "${url}", to: [deals], allowPrivate: true, maxBytes: 1000000000, maxItems: 1000000 }`,
  () => Either.left({ line: 0, message: "is not there" })
)

/** The most that was resident since this was last asked, and what is now, in MB. */
const residentMb = () => {
  const status = readFileSync("/proc/self/status", "utf8")
  const mb = (name: string) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024)
  writeFileSync("/proc/self/clear_refs", "5")
  return { peak: mb("VmHWM"), now: mb("VmRSS") }
}

/**
 * The longest that the event loop was held by this thread's own work, in ms of CPU: what `longest` would be on a machine with nobody else.
 * @source https://docs.kernel.org/scheduler/sched-stats.html, /proc/<pid>/schedstat, 2026-11
 */
const watchOwnHold = () => {
  const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r")
  const text = Buffer.alloc(64)
  const onCpuMs = () => Number(text.toString("latin1", 0, readSync(file, text, 0, 64, 0)).split(" ")[0]) / 1e6
  let [longest, last] = [0, onCpuMs()]
  const timer = setInterval(() => {
    const now = onCpuMs()
    longest = Math.max(longest, now - last)
    last = now
  }, 1)
  return () => {
    clearInterval(timer)
    return longest
  }
}

const measured = Effect.gen(function* () {
  const { channels, sources } = yield* catalog
  const [source] = sources.values()
  const [channel] = channels.values()
  if (source === undefined || channel === undefined) return yield* Effect.dieMessage("an empty catalog")
  const cursor = yield* Effect.flatMap(Intake, (intake) => intake.cursor(source.id))
  const loop = monitorEventLoopDelay({ resolution: 1 })
  // As the program does when it has started.
  collectAll()
  yield* Effect.sleep("1 second")
  const before = residentMb().now
  const cpuBefore = process.cpuUsage()
  loop.enable()
  const ownHold = watchOwnHold()
  const start = performance.now()
  const polled = yield* poll(source, [{ channel, where: source.where }], cursor)
  const seconds = (performance.now() - start) / 1000
  loop.disable()
  const cpu = process.cpuUsage(cpuBefore)
  const outcome =
    polled._tag === "Read"
      ? (({ distrusted, filtered, held, queued, ...counts }) => counts)(polled.admission)
      : polled._tag === "Same"
        ? polled.fetched._tag
        : polled.error.message
  return {
    ...{ seconds, before, peak: residentMb().peak, outcome, cpu: (cpu.user + cpu.system) / 1e6 },
    ...{ longest: loop.max / 1e6, ownHold: ownHold(), late: loop.percentile(99.9) / 1e6 }
  }
})

const layer = Layer.mergeAll(store(path), network(dirname(path)), kinds)

Effect.runPromise(Effect.provide(measured, layer).pipe(Effect.withTracerEnabled(false))).then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`),
  (cause) => {
    process.stderr.write(String(cause))
    process.exit(1)
  }
)
