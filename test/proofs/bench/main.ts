// `npm run bench [-- --quick] [NAME…]`: measures what the product costs, beside hand-written baselines in the same run, each row in a
// process of its own. Says a table on the terminal and writes `data/bench/report.html` and `data/bench/results.json`. `--node "--cpu-prof"`
// passes options on to Node.js. Ends with 0 whether or not goals are met: a busy machine is no bug.
import { spawn } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { buildSync } from "esbuild"
import { machine } from "./Machine.ts"
import { page } from "./Page.ts"
import { installRivals } from "./Rivals.ts"
import type { Bench, Result } from "./Row.ts"
import { rows } from "./Rows.ts"
import { table } from "./Table.ts"

const root = resolve(import.meta.dirname, "../../..")
const cache = join(root, "node_modules/.cache")
const programs = join(cache, `bench-${process.pid}`)
const rivals = join(cache, "bench-rivals")
const reports = join(root, "data/bench")

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, node: { type: "string", default: "" } }
})
const names = positionals.length === 0 ? Object.keys(rows) : positionals
const unknown = names.filter((name) => rows[name] === undefined)
if (unknown.length > 0) {
  process.stderr.write(`There is no ${unknown.join(", ")}; the rows are ${Object.keys(rows).join(", ")}.\n`)
  process.exit(2)
}

const split = (options: string): ReadonlyArray<string> => options.split(" ").filter((option) => option !== "")

/** What `npm start` gives Node.js. */
const nodeOptions = split(
  /node ((?:--\S+ )+)dist/.exec(readFileSync(join(root, "package.json"), "utf8"))?.[1] ?? ""
)

const compile = (): void => {
  const files = ["Program.ts", "serving/Feeds.program.ts", "serving/Telegram.program.ts"]
  const loads = ["LoadWorker.ts", "LoadCollector.ts"].map((file) => join("../../throttle", file))
  buildSync({
    entryPoints: [...files, ...loads].map((file) => join(import.meta.dirname, file)),
    entryNames: "[name]",
    outdir: programs,
    outExtension: { ".js": ".mjs" },
    ...{ bundle: true, platform: "node", format: "esm", packages: "external", sourcemap: "inline" }
  })
}

/** The one that is plain JavaScript. */
const copy = (): void =>
  copyFileSync(join(import.meta.dirname, "loopWatch.mjs"), join(programs, "loopWatch.mjs"))

type Measured = Result & { readonly work: string; readonly baseline: string }

const measure = (name: string): Promise<Measured> => {
  const folder = mkdtempSync(join(tmpdir(), "oncecast-bench-"))
  const bench: Bench = {
    quick: values.quick,
    folder,
    programs,
    rivals,
    nodeOptions,
    main: join(root, "dist/bin/oncecast.js")
  }
  const child = spawn(
    process.execPath,
    [
      ...nodeOptions,
      ...split(values.node),
      "--expose-gc",
      join(programs, "Program.mjs"),
      name,
      JSON.stringify(bench)
    ],
    { stdio: ["ignore", "pipe", "inherit"] }
  )
  let said = ""
  child.stdout.on("data", (text) => {
    said += text
  })
  return new Promise<Measured>((done, failed) => {
    child.once("error", failed)
    child.once("close", (code) =>
      code === 0
        ? done(JSON.parse(said.trim().split("\n").at(-1) ?? ""))
        : failed(new Error(`${name} ended with ${code}`))
    )
  }).finally(() => rmSync(folder, { recursive: true, force: true }))
}

const results: Array<Measured & { readonly name: string }> = []
const failures: Array<string> = []
const begun = performance.now()
try {
  compile()
  copy()
  installRivals(rivals)
  mkdirSync(reports, { recursive: true })
  process.stdout.write(`${machine(root)}\n\n`)
  for (const name of names) {
    try {
      const measured = await measure(name)
      results.push({ name, ...measured })
      process.stdout.write(`${name}: ${table(measured, measured)}\n`)
    } catch (cause) {
      failures.push(`${name} could not be measured: ${String(cause)}`)
    }
  }
  writeFileSync(
    join(reports, "results.json"),
    JSON.stringify({ machine: machine(root), results }, undefined, 2)
  )
  writeFileSync(join(reports, "report.html"), page(machine(root), results))
} finally {
  rmSync(programs, { recursive: true, force: true })
}
const judged = results.flatMap(({ findings }) => findings.filter(({ met }) => met !== undefined))
const missed = judged.filter(({ met }) => met === false).length
const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
process.stdout.write(
  `${judged.length - missed} of ${judged.length} goals met, in ${minutes} minutes. ${join(reports, "report.html")}\n`
)
for (const failure of failures) process.stderr.write(`${failure}\n`)
process.exitCode = failures.length === 0 ? 0 : 1
