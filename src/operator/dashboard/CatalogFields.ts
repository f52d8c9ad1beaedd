// The keys of an entry of the catalog that have a field of their own in its form, and how fields become an entry again. Pure. Promises: an entry
// goes through the form unharmed: what no field can show stands in the text below them, and a field left alone leaves its key as it is written.
import { Either } from "effect"
import { entryOf, entryText } from "../../config/CatalogEntries.ts"
import type { Entry, Section } from "../../config/CatalogText.ts"
import { sourceKindNames } from "../../domain/Source.ts"

export interface Field {
  /** Its key; "pace.gap" is a key within one. */
  readonly key: string
  readonly label: string
  readonly hint: string
  readonly required?: true
  /** What can be chosen, of which one; "channels": any of those that the catalog has. */
  readonly choices?: ReadonlyArray<string> | "channels"
  /** May be chosen, or something else written. */
  readonly suggested?: ReadonlyArray<string>
}

const sourceFields: ReadonlyArray<Field> = [
  {
    key: "kind",
    label: "Kind",
    hint: "rss also reads Atom, RDF and JSON Feed",
    required: true,
    choices: sourceKindNames
  },
  { key: "url", label: "Address", hint: "http or https", required: true },
  {
    key: "every",
    label: "Polled every",
    hint: "10 minutes where it is empty",
    suggested: ["5 minutes", "10 minutes", "30 minutes", "1 hour", "6 hours", "1 day"]
  },
  {
    key: "start",
    label: "Of what is there already, post",
    hint: "none, all, or a number: the newest so many; none where it is empty",
    suggested: ["none", "all", "3"]
  },
  { key: "to", label: "Into these channels", hint: "", required: true, choices: "channels" }
]

const channelFields: ReadonlyArray<Field> = [
  { key: "chat", label: "Chat", hint: "@name of a public channel, or its numeric id", required: true },
  {
    key: "template",
    label: "Template",
    hint: "article, product, or a .liquid file beside the catalog; article where it is empty",
    suggested: ["article", "product"]
  },
  {
    key: "pace.gap",
    label: "Least time between posts",
    hint: "3 seconds where it is empty",
    suggested: ["3 seconds", "10 seconds", "1 minute", "10 minutes"]
  },
  {
    key: "pace.perMinute",
    label: "Most posts a minute",
    hint: "15 where it is empty; Telegram permits about 20"
  }
]

export const fieldsOf = (section: Section): ReadonlyArray<Field> =>
  section === "sources" ? sourceFields : channelFields

/** What a form shows: the text of each field by its key, and the other keys as YAML. */
export interface Filled {
  readonly fields: ReadonlyMap<string, string>
  readonly rest: string
}

const isMap = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const valueAt = (entry: Entry, key: string): unknown => {
  const [outer = "", inner] = key.split(".")
  const value = entry[outer]
  return inner === undefined ? value : isMap(value) ? value[inner] : undefined
}

/** As a field shows it; undefined where none can. */
const shownAs = (value: unknown): string | undefined => {
  if (typeof value === "string" || typeof value === "number") return `${value}`
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value.join("\n") : undefined
}

/** Takes what is empty for absent. */
const withValue = (entry: Entry, key: string, value: unknown): Entry => {
  const [outer = "", inner] = key.split(".")
  const old = entry[outer]
  const next = inner === undefined ? value : withValue(isMap(old) ? old : {}, inner, value)
  const { [outer]: _, ...others } = entry
  const gone = next === undefined || (isMap(next) && Object.keys(next).length === 0)
  return gone ? others : { ...entry, [outer]: next }
}

/** The form of an entry. */
export const filledWith = (section: Section, entry: Entry): Filled => {
  const fields = new Map<string, string>()
  let rest = entry
  for (const { key, choices } of fieldsOf(section)) {
    const value = valueAt(entry, key)
    const text = Array.isArray(value) && choices !== "channels" ? undefined : shownAs(value)
    if (text === undefined) continue
    fields.set(key, text)
    rest = withValue(rest, key, undefined)
  }
  return { fields, rest: entryText(rest) }
}

const meant = (text: string, { choices }: Field): unknown => {
  if (choices === "channels") return text.split("\n").filter((name) => name !== "")
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text
}

/** The entry that a form describes, or what is wrong with it. `before`: as it is written now. */
export const entryIn = (
  section: Section,
  { fields, rest }: Filled,
  before: Entry
): Either.Either<Entry, string> =>
  Either.flatMap(
    Either.mapLeft(entryOf(rest), (why) => `Other keys, ${why}`),
    (others) => {
      let entry: Entry = {}
      for (const field of fieldsOf(section)) {
        const text = fields.get(field.key)?.trim() ?? ""
        const old = valueAt(before, field.key)
        if (text === "") continue
        if (valueAt(others, field.key) !== undefined)
          return Either.left(`Other keys: ${field.key} has a field of its own above.`)
        entry = withValue(entry, field.key, shownAs(old) === text ? old : meant(text, field))
      }
      return Either.right(merged(entry, others))
    }
  )

/** Keys within a key stand partly in fields and partly in the text. */
const merged = (one: Entry, other: Entry): Entry => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([key, value]) => {
      const own = one[key]
      return [key, isMap(own) && isMap(value) ? { ...own, ...value } : value]
    })
  )
})
