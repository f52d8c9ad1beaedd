// A catalog's text → the plain value that its YAML says, with the places of its lines. Pure. Promises: every mistake of the YAML itself is
// told with its line, in words that need no knowledge of the parser; aliases cannot make a small file a large value.
import { Either, Option } from "effect"
import type { YAMLError } from "yaml"
import { ConfigInvalid, type Fault } from "./ConfigInvalid.ts"
import { duplicateKeys } from "./DuplicateKeys.ts"
import { fault, type Place, placeIn } from "./Place.ts"
import { plainYaml } from "./PlainYaml.ts"

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
  if (code === "MULTIPLE_DOCS") return "a second document begins here (---); a catalog is one"
  const line = message.replace(/[\p{C}\s]+/gu, " ")
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line
}

const aliasMessage = (cause: unknown): string =>
  String(cause).includes("Excessive alias")
    ? "has more aliases (*name) than a catalog needs"
    : "uses an alias (*name) whose anchor (&name) does not stand before it"

const maxAliasCount = 100

interface Read {
  readonly place: Place
  readonly value: unknown
}

/** As the `yaml` package reads it. */
export const packageValue = (file: string, text: string): Either.Either<Read, ConfigInvalid> => {
  const place = placeIn(file, text)
  const { document, lines } = place.parsed()
  const unread = [
    ...document.errors.map((error) => ({ at: error.pos[0], message: yamlMessage(error) })),
    ...duplicateKeys(document).map((at) => ({ at, message: "this key stands twice; remove one" }))
  ]
  if (unread.length > 0) {
    return refuse(unread.map(({ at, message }) => ({ file, line: lines.linePos(at).line, message })))
  }
  return Either.try({ try: () => document.toJS({ maxAliasCount }) ?? {}, catch: aliasMessage }).pipe(
    Either.match({
      onLeft: (message) => refuse([fault(place, [], message)]),
      onRight: (value) => Either.right({ place, value })
    })
  )
}

/** `file` is the name that messages use. */
export const yamlValue = (file: string, text: string): Either.Either<Read, ConfigInvalid> =>
  Option.match(plainYaml(text), {
    onNone: () => packageValue(file, text),
    onSome: (value) => Either.right({ place: placeIn(file, text), value })
  })
