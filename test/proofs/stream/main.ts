// `npm run stream`: a generated shop feed of 500,000 offers (500 MB) through the real path into a database file: first sight, the same bytes,
// one offer in a hundred changed, cut off in the middle. Says memory, speed and the longest hold of the event loop of each, and ends
// with 1 when a goal is missed. `npm run stream -- --kind yml --offers N --megabytes N` for others.
import { execFileSync, spawn } from "node:child_process"
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { nodeOptions } from "../NodeOptions.ts"
import { formats, writeFeed } from "./Feeds.ts"

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "rss" },
    offers: { type: "string", default: "500000" },
    megabytes: { type: "string", default: "500" },
    /** Options of Node.js for the process that polls, such as "--cpu-prof". */
    node: { type: "string", default: "" }
  }
})
const { kind } = values
const format = formats[kind]
if (format === undefined) throw new Error(`--kind is one of ${Object.keys(formats).join(", ")}`)
const shape = { offers: Number(values.offers), bytes: Number(values.megabytes) * 1_000_000 }

/** What every poll that reads keeps to: MB, MB/s, ms. */
const goals = { resident: 150, speed: 20, hold: 20 }

const folder = mkdtempSync(join(tmpdir(), "oncecast-stream-"))
const built = resolve(import.meta.dirname, `../../../node_modules/.cache/stream-${process.pid}`)

/** As the program that runs is made. */
const compile = () =>
  execFileSync(process.execPath, [
    resolve(import.meta.dirname, "../../../.ci/bundle.mjs"),
    join(import.meta.dirname, "Stream.program.ts"),
    built
  ])

/** Serves the files of the folder; `/cut/NAME` breaks a file off in the middle, as a shop does that is writing it. */
const server = createServer((request, response) => {
  const [, cut, name = ""] = /^\/(cut\/)?(\w+)$/.exec(request.url ?? "") ?? []
  const path = join(folder, `${name}.xml`)
  createReadStream(path, cut === undefined ? {} : { end: Math.floor(statSync(path).size / 2) }).pipe(response)
})

const run = (name: string): Promise<string> =>
  new Promise((done, failed) => {
    const address = server.address()
    const port = typeof address === "object" ? address?.port : undefined
    const database = join(folder, "data", "oncecast.db")
    const options = [...nodeOptions, ...values.node.split(" ").filter((option) => option !== "")]
    const url = `http://127.0.0.1:${port}/${name}`
    const child = spawn(process.execPath, [...options, join(built, "oncecast.js"), database, kind, url], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let said = ""
    child.stdout.on("data", (text) => {
      said += text
    })
    child.once("error", failed)
    child.once("exit", (code) => (code === 0 ? done(said) : failed(new Error(`it ended with ${code}`))))
  })

/** Returns the goals that were missed. */
const report = async (what: string, name: string, size: number): Promise<ReadonlyArray<string>> => {
  const { before, cpu, late, longest, outcome, ownHold, peak, seconds } = JSON.parse(await run(name))
  const speed = size / 1e6 / seconds
  process.stdout.write(
    `${what.padEnd(22)}${(size / 1e6).toFixed(0).padStart(5)} MB in ${seconds.toFixed(1)} s: ${speed.toFixed(1)} MB/s, ${peak} MB resident ` +
      `(${before} before), longest hold ${longest.toFixed(1)} ms (99.9 %: ${late.toFixed(1)}; of CPU: ` +
      `${ownHold.toFixed(1)}), ${cpu.toFixed(1)} s of CPU\n` +
      `    ${JSON.stringify(outcome)}\n`
  )
  return [
    ...(peak > goals.resident ? [`${what}: ${peak} MB resident, at most ${goals.resident} wanted`] : []),
    ...(speed < goals.speed ? [`${what}: ${speed.toFixed(1)} MB/s, at least ${goals.speed} wanted`] : []),
    ...(longest > goals.hold
      ? [`${what}: held for ${longest.toFixed(1)} ms, at most ${goals.hold} wanted`]
      : [])
  ]
}

try {
  compile()
  const first = await writeFeed(join(folder, "first.xml"), format, { ...shape, changedEach: 0 })
  const changed = await writeFeed(join(folder, "changed.xml"), format, { ...shape, changedEach: 100 })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  const missed = [
    ...(await report("first sight", "first", first)),
    ...(await report("the same bytes", "first", first)),
    ...(await report("1 % changed", "changed", changed)),
    ...(await report("cut off in the middle", "cut/first", first / 2))
  ]
  process.stdout.write(missed.length === 0 ? "All goals are met.\n" : `Missed:\n  ${missed.join("\n  ")}\n`)
  process.exitCode = missed.length === 0 ? 0 : 1
} finally {
  server.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(built, { recursive: true, force: true })
}
