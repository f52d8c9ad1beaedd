// A thing as schema.org means it, whatever syntax a page wrote it in. Plain data with the few questions that every reader asks of it.

export type Value = string | Thing

export interface Thing {
  /** Bare names ("Product"); what it is in other vocabularies counts by its last part. */
  readonly types: ReadonlyArray<string>
  /** As written: an address, or "#product". */
  readonly id?: string
  /** By bare name ("price"). Values are trimmed; numbers are text. */
  readonly properties: ReadonlyMap<string, ReadonlyArray<Value>>
}

/** "https://schema.org/Product", "schema:Product" and "Product" are one name. */
export const bareName = (name: string): string => /([^/#:]*)\/*$/.exec(name.trim())?.[1] ?? ""

export const isA = (thing: Thing, types: ReadonlySet<string>): boolean =>
  thing.types.some((type) => types.has(type))

const none: ReadonlyArray<Value> = []

export const valuesNamed = (thing: Thing, name: string): ReadonlyArray<Value> =>
  thing.properties.get(name) ?? none

/** The things among the values of that name. */
export const thingsNamed = (thing: Thing, name: string): ReadonlyArray<Thing> =>
  valuesNamed(thing, name).filter((value) => typeof value !== "string")

/** A text says itself, a thing its name. */
const textOf = (value: Value): string | undefined => {
  if (typeof value === "string") return value
  const name = valuesNamed(value, "name").find((one) => typeof one === "string")
  return typeof name === "string" ? name : undefined
}

/** The texts of that name, and the names of the things; never empty ones. */
export const textsNamed = (thing: Thing, name: string): ReadonlyArray<string> =>
  valuesNamed(thing, name).flatMap((value) => textOf(value) || [])

/** The first text; the order of the names decides, then that of the page. */
export const textNamed = (thing: Thing, ...names: ReadonlyArray<string>): string | undefined => {
  for (const name of names) {
    const [text] = textsNamed(thing, name)
    if (text !== undefined) return text
  }
  return undefined
}

/** `thing` with what it lacks taken from `other`. */
export const completed = (thing: Thing, other: Thing): Thing => ({
  ...thing,
  types: thing.types.length > 0 ? thing.types : other.types,
  properties: new Map([...other.properties, ...thing.properties])
})
