// An entry of the catalog as people type it into a message: `kind=rss url=… every=5 minutes to=news`, or as YAML on lines of its own. Pure. Judges
// only whether it can be read; whether it is a good entry, the catalog's schema says.
import { Either } from "effect"
import { parse } from "yaml"
import type { Entry } from "./CatalogText.ts"

const pair = /(?:^|\s)([A-Za-z]+)=/g

const valueOf = (text: string): Either.Either<unknown, string> =>
  Either.try({
    try: (): unknown => parse(text),
    catch: (cause) =>
      `"${text}" cannot be read: ${cause instanceof Error ? cause.message.split("\n")[0] : cause}`
  })

/** Names of channels may be written without brackets. */
const listed = (key: string, value: unknown): unknown =>
  key === "to" && typeof value === "string" ? value.split(",").map((name) => name.trim()) : value

const ofPairs = (text: string): Either.Either<Entry, string> =>
  Either.gen(function* () {
    const found = [...text.matchAll(pair)]
    if (text.slice(0, found[0]?.index ?? text.length).trim() !== "") {
      return yield* Either.left(`write each setting as key=value, not "${text.trim().split(/\s/)[0]}"`)
    }
    const entry: Record<string, unknown> = {}
    for (const [at, match] of found.entries()) {
      const key = match[1] ?? ""
      const written = text.slice((match.index ?? 0) + match[0].length, found[at + 1]?.index).trim()
      // An empty value takes the key away.
      entry[key] = written === "" ? undefined : listed(key, yield* valueOf(written))
    }
    return entry
  })

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const ofYaml = (text: string): Either.Either<Entry, string> =>
  Either.flatMap(valueOf(text), (value) =>
    isEntry(value) ? Either.right(value) : Either.left("write one key: value a line")
  )

/** `text`: what follows the entry's name. */
export const entryIn = (text: string): Either.Either<Entry, string> => {
  const [first = "", ...more] = text.split(/\r?\n/)
  return first.trim() === "" && more.some((line) => line.trim() !== "")
    ? ofYaml(more.join("\n"))
    : ofPairs(text)
}
