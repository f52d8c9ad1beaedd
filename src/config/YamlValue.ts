// A catalog's text → the plain value that its YAML says, with the places of its lines. Pure. Promises: every mistake of the YAML itself is
// told with its line, in words that need no knowledge of the parser; aliases cannot make a small file a large value.
import { Either } from "effect"
import { LineCounter, parseDocument, type YAMLError } from "yaml"
import { ConfigInvalid, type Fault } from "./ConfigInvalid.ts"
import { fault, type Place } from "./Place.ts"

/** The faults in the order of their lines. */
export const refuse = (faults: ReadonlyArray<Fault>): Either.Either<never, ConfigInvalid> => {
  const [first = { file: "catalog", line: 0, message: "cannot be used" }, ...rest] = [...faults].sort(
    (a, b) => a.line - b.line
  )
  return Either.left(new ConfigInvalid({ faults: [first, ...rest] }))
}

const longestQuote = 200

/** One line that a terminal can show: YAML's own message quotes the file. */
const yamlMessage = ({ code, message }: YAMLError): string => {
  if (code === "DUPLICATE_KEY") return "this key stands twice; remove one"
  if (code === "MULTIPLE_DOCS") return "a second document begins here (---); a catalog is one"
  const line = message.replace(/[\p{C}\s]+/gu, " ")
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line
}

const aliasMessage = (cause: unknown): string =>
  String(cause).includes("Excessive alias")
    ? "has more aliases (*name) than a catalog needs"
    : "uses an alias (*name) whose anchor (&name) does not stand before it"

const maxAliasCount = 100

/** `file` is the name that messages use. */
export const yamlValue = (
  file: string,
  text: string
): Either.Either<{ readonly place: Place; readonly value: unknown }, ConfigInvalid> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" })
  if (document.errors.length > 0) {
    return refuse(
      document.errors.map((error) => ({
        file,
        line: lines.linePos(error.pos[0]).line,
        message: yamlMessage(error)
      }))
    )
  }
  const place = { file, document, lines }
  return Either.try({ try: () => document.toJS({ maxAliasCount }) ?? {}, catch: aliasMessage }).pipe(
    Either.match({
      onLeft: (message) => refuse([fault(place, [], message)]),
      onRight: (value) => Either.right({ place, value })
    })
  )
}
