// The entries of a catalog's text, each as its keys, and back: what a form shows of an entry and reads again. Pure. Never judges an entry.
import { Either, Option } from "effect"
import { LineCounter, parseDocument, stringify } from "yaml"
import type { Entry, Section } from "./CatalogText.ts"
import { plainYaml } from "./PlainYaml.ts"

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const packageRoot = (text: string): unknown => {
  const document = parseDocument(text, { logLevel: "error" })
  return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 })
}

/** By their names, in the order of the file; what cannot be read has none. */
export const entriesIn = (text: string, section: Section): ReadonlyMap<string, Entry> => {
  const root = Option.getOrElse(plainYaml(text), () => packageRoot(text))
  const entries = isEntry(root) ? root[section] : undefined
  return new Map(
    Object.entries(isEntry(entries) ? entries : {}).flatMap(([name, entry]) =>
      isEntry(entry) ? [[name, entry]] : []
    )
  )
}

/** A key a line, what is inside it below it. */
export const entryText = (entry: Entry): string =>
  Object.keys(entry).length === 0 ? "" : stringify(entry, { lineWidth: 0 })

/** The keys that the text names, or what is wrong with it and in which of its lines. */
export const entryOf = (text: string): Either.Either<Entry, string> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" })
  const [error] = document.errors
  if (error !== undefined) {
    const said = error.message.replace(/\s+/g, " ").slice(0, 200)
    return Either.left(`line ${lines.linePos(error.pos[0]).line}: ${said}`)
  }
  const entry: unknown = document.toJS({ maxAliasCount: 0 }) ?? {}
  return isEntry(entry)
    ? Either.right(entry)
    : Either.left('these are not keys with values, such as "every: 10 minutes"')
}
