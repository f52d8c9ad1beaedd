// Brings a checkout to where it can run: dependencies as locked, the build as the sources. Does nothing when both are there already.
// `--test` also brings what the tests need: redis-server and chromium (Debian's, where root).
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"

const root = new URL("..", import.meta.url).pathname
const at = (...path) => join(root, ...path)
const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0)
const newest = (folder) =>
  Math.max(
    ...readdirSync(folder, { recursive: true }).map((file) => changed(join(folder, file))),
    changed(folder)
  )
const say = (text) => process.stderr.write(`${text}\n`)
const run = (command, args) => {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr]
  })
  if (status !== 0) {
    say(
      `"${command} ${args.join(" ")}" failed${error ? `: ${error.message}` : ""}. Mend that and run the command again.`
    )
    process.exit(1)
  }
}

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  say(`Oncecast needs Node.js 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}

/** What the tests run for real, each with Debian's package of it and what to do where that cannot be installed. */
const needed = [
  { program: "redis-server", hint: "macOS: brew install redis" },
  { program: "chromium", hint: "macOS: brew install --cask chromium" }
]

/** Installs them, while this goes on: it waits for the network, the rest for the processor. Gives what went wrong. */
const installing = (programs) => {
  say(`Installing ${programs.join(" and ")} for the tests…`)
  const install = `apt-get install -y -qq --no-install-recommends ${programs.join(" ")}`
  const child = spawn("sh", ["-c", `apt-get update -qq && ${install}`], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  })
  return new Promise((resolve) => {
    child.once("error", ({ message }) => resolve(message))
    child.once("close", (code) => resolve(code === 0 ? undefined : `apt-get ended with ${code}`))
  })
}

const missing = process.argv.includes("--test")
  ? needed.filter(({ program }) => spawnSync(program, ["--version"]).error)
  : []
const programs = missing.map(({ program }) => program)
if (programs.length > 0 && (process.getuid?.() !== 0 || spawnSync("apt-get", ["--version"]).error)) {
  say(
    `The tests need ${programs.join(" and ")}. Install: Debian, Ubuntu: sudo apt-get install ${programs.join(" ")}; ${missing.map(({ hint }) => hint).join("; ")}.`
  )
  process.exit(1)
}
const installed = programs.length > 0 ? installing(programs) : undefined

if (changed(at("node_modules", ".package-lock.json")) < changed(at("package-lock.json"))) {
  say("Installing dependencies (the first time takes a minute or two)…")
  // Not `npm ci`: it insists on the lock entries of every platform's binaries, and a registry mirror may hold only some of them.
  run("npm", ["install", "--no-save", "--no-fund", "--no-audit"])
}

const record = at("dist", "build.tsbuildinfo")
const program = at("dist", "bin", "oncecast.js")
const built = existsSync(at("dist", "src", "main.js")) ? changed(record) : 0
if (built < Math.max(newest(at("src")), newest(at("migrations")), changed(at("tsconfig.build.json")))) {
  say("Building…")
  if (built === 0) rmSync(record, { force: true })
  run(process.execPath, [at("node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"])
  rmSync(program, { force: true })
}
if (changed(program) < Math.max(changed(record), changed(at(".ci", "bundle.mjs")))) {
  run(process.execPath, [at(".ci", "bundle.mjs")])
}

const problem = await installed
if (problem !== undefined) {
  say(`${programs.join(" and ")} cannot be installed: ${problem}. Install them and run the command again.`)
  process.exit(1)
}
