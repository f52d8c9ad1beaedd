// Where in a YAML file a key stands, and faults that say so. Pure.
import { ParseResult } from "effect"
import { type Document, isCollection, isMap, isScalar, type LineCounter } from "yaml"
import type { Fault } from "./ConfigInvalid.ts"

export type Path = ReadonlyArray<PropertyKey>

export interface Place {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
}

/** The line of the deepest node on `path` that is written; for a key that should not be there, the line of the key itself. */
const lineOf = (place: Place, path: Path): number => {
  let node: unknown = place.document.contents
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
  return place.lines.linePos(offset).line
}

/** A fault at `path`; the message goes on from the key ("must be a name"). */
export const fault = (place: Place, path: Path, message: string): Fault => ({
  file: place.file,
  line: lineOf(place, path),
  message: path.length === 0 ? message : `${path.map(String).join(".")} ${message}`
})

const unexpected = /^is unexpected, expected: (.*)$/s

const wording = (message: string): string => {
  const keys = unexpected.exec(message)?.[1]
  if (keys !== undefined)
    return `is not a known key; known here: ${keys.replaceAll('"', "").replaceAll(" | ", ", ")}`
  return message.replace(/^Expected (.*), actual (.*)$/s, "must be $1, but is $2").replaceAll(" | ", " or ")
}

/** The faults of a failed decode, one per key. */
export const schemaFaults = (place: Place, error: ParseResult.ParseError): ReadonlyArray<Fault> => {
  const seen = new Set<string>()
  return ParseResult.ArrayFormatter.formatErrorSync(error).flatMap((issue) => {
    const found = fault(place, issue.path, issue._tag === "Missing" ? "is missing" : wording(issue.message))
    const key = `${found.line} ${issue.path.map(String).join(".")}`
    if (seen.has(key)) return [] // a union complains once per member
    seen.add(key)
    return [found]
  })
}
