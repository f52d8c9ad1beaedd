// `npm run soak -- --hours H`: the soak, with a line for each sample, then a table, a verdict, `soak.csv` and `soak.svg` in the folder of `--out`.
// Exit 1 when something was lost, doubled or parked, a limit was exceeded, or memory, files, fibers or the write-ahead log grew.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { Effect, Logger, LogLevel } from "effect"
import type { Sample } from "./Measuring.ts"
import { picture } from "./Picture.ts"
import { type Soaked, soak } from "./Soak.ts"
import { verdicts } from "./Verdict.ts"

const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "2" },
    sources: { type: "string", default: "200" },
    channels: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "data/soak" }
  }
})
const hours = Number(values.hours)
const file = (name: string) => join(values.out, name)
const say = (text: string) => process.stdout.write(`${text}\n`)

const columns: ReadonlyArray<readonly [keyof Sample, string, number]> = [
  ["minute", "minute", 1],
  ["resident", "MB", 1],
  ["descriptors", "files", 0],
  ["threads", "threads", 0],
  ["fibers", "fibers", 0],
  ["children", "children", 0],
  ["wal", "WAL MB", 2],
  ["database", "DB MB", 2],
  ["lag", "lag ms", 1],
  ["posts", "posts", 0],
  ["queue", "queue", 0],
  ["cpu", "CPU s", 1]
]
const cells = (sample: Sample) => columns.map(([key, , digits]) => sample[key].toFixed(digits))
const line = (texts: ReadonlyArray<string>) => texts.map((text) => text.padStart(9)).join("")

mkdirSync(values.out, { recursive: true })
writeFileSync(file("soak.csv"), `${columns.map(([key]) => key).join(",")}\n`)

const tell = (sample: Sample) => {
  appendFileSync(file("soak.csv"), `${cells(sample).join(",")}\n`)
  say(line(cells(sample)))
}

const summary = ({ expected, sent, lost, doubled, parked, violations, polls, faults }: Soaked) =>
  `${polls} polls; ${faults.calls} sends, of which ${faults.floods} met a flood wait and ${faults.failed} another fault.\n` +
  `Of ${expected} posts ${sent} were sent, ${lost} lost, ${doubled} doubled, ${parked} left to a person; ${violations} over a limit.`

say(
  `A soak of ${hours * 60} minutes: ${values.sources} sources, ${values.channels} channels, seed ${values.seed}.\n`
)
say(line(columns.map(([, title]) => title)))

// Broken off, it ends what it started.
const stop = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort())

const soaked = await soak({
  hours,
  sources: Number(values.sources),
  channels: Number(values.channels),
  perMinute: 3,
  seed: Number(values.seed),
  tell
}).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.Error), (run) =>
  Effect.runPromise(run, { signal: stop.signal })
)

writeFileSync(file("soak.svg"), picture(soaked.samples))
const found = verdicts(soaked)
say(`\n${summary(soaked)}\n${found.map(({ text }) => text).join("\n")}\n`)
say(`${file("soak.csv")}, ${file("soak.svg")}`)
const bad = found.filter(({ good }) => !good)
say(bad.length === 0 ? "Nothing lost, nothing doubled, nothing grew." : `Failed: ${bad.length}.`)
process.exit(bad.length === 0 ? 0 : 1)
