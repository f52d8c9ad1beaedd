// Where in a YAML file a key stands, and faults that say so. Pure.
import { Array as Arr, ParseResult } from "effect"
import { type Document, isCollection, isMap, isScalar, LineCounter, parseDocument } from "yaml"
import type { Fault } from "./ConfigInvalid.ts"

export type Path = ReadonlyArray<PropertyKey>

interface Parsed {
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

export interface Place {
  readonly file: string
  /** The text with the places of everything in it: a second for a megabyte, so nobody asks for it who has no fault to tell. */
  readonly parsed: () => Parsed
}

const parse = (text: string): Parsed => {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    ...{ lineCounter: lines, prettyErrors: false, logLevel: "error", uniqueKeys: false }
  })
  return { document, lines }
}

export const placeIn = (file: string, text: string): Place => {
  let parsed: Parsed | undefined
  return {
    file,
    parsed: () => {
      parsed ??= parse(text)
      return parsed
    }
  }
}

/** The line of the deepest node on `path` that is written; for a key that should not be there, the line of the key itself. */
const lineOf = (place: Place, path: Path): number => {
  const { document, lines } = place.parsed()
  let node: unknown = document.contents
  let offset = isCollection(node) ? (node.range?.[0] ?? 0) : 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (candidate) => isScalar(candidate.key) && `${candidate.key.value}` === `${String(key)}`
      )
      if (pair === undefined) break
      if (isScalar(pair.key) && pair.key.range) offset = pair.key.range[0]
      node = pair.value
    } else if (isCollection(node)) {
      node = node.items[Number(key)]
      if (isScalar(node) && node.range) offset = node.range[0]
    } else break
  }
  return lines.linePos(offset).line
}

/** A fault at `path`; the message goes on from the key ("must be a name"). */
export const fault = (place: Place, path: Path, message: string): Fault => ({
  file: place.file,
  line: lineOf(place, path),
  message: path.length === 0 ? message : `${path.map(String).join(".")} ${message}`
})

const kinds: ReadonlyArray<readonly [expected: RegExp, inWords: string]> = [
  [/^string$/, "a text"],
  [/^number$/, "a number"],
  [/^boolean$/, "true or false"],
  [/^(Struct \(|\{ readonly)/, "a group of keys"],
  [/^ReadonlyArray</, "a list"]
]

/** Everybody who reaches the status reads this: of what is long or has an address in it, which may hold a secret, only what it is. */
export const shown = (actual: string): string => {
  if (actual.length <= 60 && !actual.includes("://")) return actual
  if (actual.startsWith('"')) return "a text"
  return actual.startsWith("[") ? "a list" : actual.startsWith("{") ? "a group of keys" : "something else"
}

const unexpected = /^is unexpected, expected: (.*)$/s
const mismatch = /^Expected (.*), actual (.*)$/s

/** What one key's issues say together: a union complains once per member. */
const wording = (messages: readonly [string, ...ReadonlyArray<string>]): string => {
  const [message] = messages
  const keys = unexpected.exec(message)?.[1]
  if (keys !== undefined)
    return `is not a known key; known here: ${keys.replaceAll('"', "").replaceAll(" | ", ", ")}`
  const own = messages.find((one) => !mismatch.test(one))
  if (own !== undefined) return own
  const expected = messages.flatMap((one) => mismatch.exec(one)?.[1] ?? [])
  const inWords = expected.map((one) => kinds.find(([pattern]) => pattern.test(one))?.[1] ?? one)
  return `must be ${[...new Set(inWords)].join(" or ")}, but is ${shown(mismatch.exec(message)?.[2] ?? "")}`
}

/** The faults of a failed decode, one per key. */
export const schemaFaults = (place: Place, error: ParseResult.ParseError): ReadonlyArray<Fault> => {
  const issues = ParseResult.ArrayFormatter.formatErrorSync(error).map(({ _tag, path, message }) => ({
    path,
    message: _tag === "Missing" ? "is missing" : message
  }))
  const byKey = Arr.groupBy(issues, ({ path }) => JSON.stringify(path.map(String)))
  return Object.values(byKey).map((group) => {
    const [{ path }] = group
    return fault(place, path, wording(Arr.map(group, ({ message }) => message)))
  })
}
