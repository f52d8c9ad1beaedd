// Where a secret could show, and in which forms: everything that a run of the program left behind is read and searched.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { command, type Environment, type Program } from "./Program.ts"

/** Something that was written or answered; bytes as latin1, so that nothing is lost. */
export interface Trace {
  readonly where: string
  readonly text: string
}

const secretHalf = (secret: string) => secret.slice(secret.indexOf(":") + 1)

/** What a secret looks like within anything that is written as base64, wherever it begins there. */
const base64Of = (secret: string): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)])
    // The characters at both ends hold bits of the neighbours as well.
    const own = (text: string) => text.slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3))
    return [own(bytes.toString("base64")), own(bytes.toString("base64url"))]
  })

/** So many characters in a row give away too much: a secret that is cut off is one as well. */
const tellingLength = 12

const piecesOf = (secret: string): ReadonlyArray<string> =>
  Array.from({ length: secret.length - tellingLength + 1 }, (_, at) => secret.slice(at, at + tellingLength))

/** Whole, as a URL has it, its secret half alone or in part, base64, hexadecimal. */
export const formsOf = (secret: string): ReadonlyArray<string> => {
  const half = secretHalf(secret)
  return [
    ...[secret, encodeURIComponent(secret), ...piecesOf(half)],
    ...[...base64Of(secret), ...base64Of(half), Buffer.from(half).toString("hex")]
  ]
}

/** Names each place that gives a secret away, with what stands around it. */
export const leaks = (
  secrets: ReadonlyArray<string>,
  traces: ReadonlyArray<Trace>
): ReadonlyArray<string> => {
  const forms = [...new Set(secrets.flatMap(formsOf))]
  return traces.flatMap(({ where, text }) => {
    const found = forms.map((form) => text.indexOf(form)).filter((at) => at >= 0)
    const [at] = found
    return at === undefined ? [] : [`${where}: …${text.slice(Math.max(0, at - 80), at + 80)}…`]
  })
}

const pages = [
  ...["/", "/metrics", "/api/status", "/api/deliveries?limit=1000", "/openapi.json", "/nothing"],
  ...["/health/live", "/health/ready"]
]

/** What the running program answers on every path. */
export const pagesOf = ({ url }: Program): Effect.Effect<ReadonlyArray<Trace>> =>
  Effect.forEach(pages, (path) =>
    Effect.promise(async () => {
      const response = await fetch(`${url}${path}`)
      const headers = [...response.headers].flat().join(" ")
      return { where: `GET ${path}`, text: `${headers}\n${await response.text()}` }
    })
  )

/** What the commands print. */
export const commandsOf = (
  path: string,
  env: Environment,
  lines: ReadonlyArray<ReadonlyArray<string>>
): Effect.Effect<ReadonlyArray<Trace>> =>
  Effect.forEach(
    lines,
    (words) =>
      Effect.map(command(path, words, env), ({ out, err }) => ({
        where: `oncecast ${words.join(" ")}`,
        text: out + err
      })),
    { concurrency: 2 }
  )

/** Every file of the program's folder: the database, its log, its copies. */
export const filesOf = (folder: string): ReadonlyArray<Trace> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ where: name, text: readFileSync(join(folder, name), "latin1") }))
