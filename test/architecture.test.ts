// The rooms of `src` and who may import whom (DESIGN §3), and the things that have one home.
// A failure names the file and the import or word that is in the wrong place.
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = resolve(import.meta.dirname, "..")
const src = join(root, "src")

const rooms: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: ["package.json"],
  config: ["domain"],
  identity: ["domain"],
  throttle: ["domain"],
  telegram: ["domain"],
  supervision: ["domain"],
  outbox: ["domain", "identity"],
  sources: ["domain", "identity", "outbox"],
  publisher: ["domain", "outbox", "throttle", "telegram"],
  storage: ["domain", "config", "migrations", "outbox", "sources", "throttle"],
  operator: ["domain", "config", "supervision", "outbox", "telegram", "throttle"],
  sandbox: ["domain", "telegram"],
  simulation: [
    "domain",
    "config",
    "identity",
    "throttle",
    "telegram",
    "supervision",
    "outbox",
    "sources",
    "publisher",
    "storage",
    "sandbox",
    "Pipeline",
    "App"
  ],
  Pipeline: ["domain", "config", "sources", "publisher", "supervision"],
  App: [
    "domain",
    "config",
    "identity",
    "throttle",
    "telegram",
    "supervision",
    "outbox",
    "sources",
    "publisher",
    "storage",
    "operator",
    "sandbox",
    "simulation",
    "Pipeline",
    "migrations"
  ],
  main: ["App", "operator", "simulation", "sandbox"],
  Metrics: [],
  Spans: []
}

const home: ReadonlyArray<{ readonly what: RegExp; readonly in: RegExp }> = [
  { what: /from "(@effect\/sql|better-sqlite3|ioredis)/, in: /^storage\// },
  { what: /from "grammy/, in: /^telegram\// },
  { what: /from "@effect\/cli/, in: /^operator\/Cli/ },
  { what: /\bprocess\.env\b/, in: /^config\// },
  {
    what: /\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bMath\.random\(|\brandomUUID\(|(?<![.\w])fetch\(|\bconsole\./,
    in: /^$/
  },
  // It can lose a permit when it is interrupted (domain/Line.ts).
  { what: /\b(makeSemaphore|unsafeMakeSemaphore)\(/, in: /^$/ },
  // Whole packages, of which a module each is needed: 50 MB of resident memory in every process.
  { what: /from "@effect\/(platform|platform-node|opentelemetry)"/, in: /^$/ }
]

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"))
const roomOf = (path: string) =>
  (path.startsWith("..") ? path.split("/")[1] : path.split("/")[0]?.replace(/\.ts$/, "")) ?? ""
const code = (file: string) =>
  readFileSync(join(src, file), "utf8").replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "")

describe("architecture", () => {
  it("each room imports only the rooms it may", () => {
    const wrong = files.flatMap((file) =>
      [...code(file).matchAll(/from "(\.[^"]+)"/g)].flatMap(([, target = ""]) => {
        const from = roomOf(file)
        const to = roomOf(relative(src, resolve(src, dirname(file), target)))
        return from === to || to === "Metrics" || to === "Spans" || rooms[from]?.includes(to)
          ? []
          : [`${file} imports ${target}`]
      })
    )
    assert.deepStrictEqual(wrong, [])
  })

  it("each thing with one home stays there", () => {
    const wrong = files.flatMap((file) =>
      home.flatMap((rule) =>
        rule.what.test(code(file)) && !rule.in.test(file) ? [`${file} has ${rule.what}`] : []
      )
    )
    assert.deepStrictEqual(wrong, [])
  })
})
