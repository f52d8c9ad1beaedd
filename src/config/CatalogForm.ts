// A catalog's plain value → its form, as the schema decodes it. Its sources are many and alike: what one of their keys says is decoded once
// for all that say the same, and what none says is there already. Pure. Promises: the value that the schema makes of the whole, and no
// verdict of its own: where anything is wrong, the schema decodes the whole and says what.
import { Either, type ParseResult, Schema } from "effect"
import { CatalogFile, SourceFile } from "./CatalogSchema.ts"

const options = { errors: "all", onExcessProperty: "error" } as const

const decodeWhole = Schema.decodeUnknownEither(CatalogFile, options)
const decodeSource = Schema.decodeUnknownEither(SourceFile, options)

/** Without any of these a source is none. */
const least = { kind: "rss", url: "https://oncecast.invalid", to: ["none"] }

type Key = keyof typeof SourceFile.fields
type Part = Partial<SourceFile>
/** Of a source; undefined where there is anything wrong with it. */
type DecodePart = (value: unknown) => Part | undefined

const isKey = (name: string): name is Key => Object.hasOwn(SourceFile.fields, name)
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string"

/** By what a value is known again: of a text that is itself; none of what is neither a text nor a list of texts. */
const signOf = (value: unknown): string | undefined =>
  isText(value) ? value : Array.isArray(value) && value.every(isText) ? JSON.stringify(value) : undefined

/** Addresses and labels are of one source each: they need no room that grows with the catalog. */
const mostKnown = 1_000

/** Decodes what a key says by itself: no key of a source has a say in what another may be. */
const partDecoder = (key: Key): DecodePart => {
  const decode: (value: unknown) => Either.Either<Part, ParseResult.ParseError> = Schema.decodeUnknownEither(
    SourceFile.pick(key),
    options
  )
  const [texts, lists] = [new Map<string, Part>(), new Map<string, Part>()]
  return (value) => {
    const known = isText(value) ? texts : lists
    const sign = signOf(value)
    const before = sign === undefined ? undefined : known.get(sign)
    if (before !== undefined) return before
    const part = Either.getOrUndefined(decode({ [key]: value }))
    if (part !== undefined && sign !== undefined && known.size < mostKnown) known.set(sign, part)
    return part
  }
}

const sourcesOf = (entries: unknown): Readonly<Record<string, SourceFile>> | undefined => {
  const unsaid = Either.getOrUndefined(decodeSource(least))
  if (!isRecord(entries) || unsaid === undefined) return undefined
  const decoders = new Map<Key, DecodePart>()
  const partOf = (key: Key, value: unknown) => {
    const decode = decoders.get(key) ?? partDecoder(key)
    decoders.set(key, decode)
    return decode(value)
  }
  const sources: Record<string, SourceFile> = {}
  for (const [name, entry] of Object.entries(entries)) {
    if (!isRecord(entry) || name === "__proto__") return undefined
    for (const key in least) if (!Object.hasOwn(entry, key)) return undefined
    const source = { ...unsaid }
    for (const [key, value] of Object.entries(entry)) {
      const part = isKey(key) ? partOf(key, value) : undefined
      if (part === undefined) return undefined
      Object.assign(source, part)
    }
    sources[name] = source
  }
  return sources
}

/** All faults at once where it has any. */
export const decodeForm = (value: unknown): Either.Either<CatalogFile, ParseResult.ParseError> => {
  const sources = isRecord(value) ? sourcesOf(value["sources"]) : undefined
  if (!isRecord(value) || sources === undefined) return decodeWhole(value)
  return decodeWhole({ ...value, sources: {} }).pipe(
    Either.map((file) => ({ ...file, sources })),
    Either.orElse(() => decodeWhole(value))
  )
}
