// Values in a decoded JSON document by path, and how to say what is there instead. Pure, bounded by the limits on what one path may give.
import type { JsonPath } from "../../../domain/JsonExpression.ts"

/** A value and the objects that it is in, the nearest first. */
export interface Place {
  readonly value: unknown
  readonly parents: ReadonlyArray<unknown>
}

const maxPlaces = 10_000

type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const childrenOf = (place: Place, step: string): ReadonlyArray<Place> => {
  const { parents, value } = place
  if (Array.isArray(value)) {
    // A list is no object to go up to: what is in it belongs to the list's owner.
    const chosen: ReadonlyArray<unknown> =
      step === "*" ? value : /^\d+$/.test(step) ? [value[Number(step)]] : []
    return chosen.map((one) => ({ value: one, parents }))
  }
  if (!isObject(value)) return []
  const inner = [value, ...parents]
  if (step === "*") return Object.values(value).map((one) => ({ value: one, parents: inner }))
  return Object.hasOwn(value, step) ? [{ value: value[step], parents: inner }] : []
}

/** What is at the end of some steps. */
export const placesAt = (from: Place, steps: ReadonlyArray<string>): ReadonlyArray<Place> => {
  let places: ReadonlyArray<Place> = [from]
  for (const step of steps) places = places.flatMap((place) => childrenOf(place, step)).slice(0, maxPlaces)
  return places.filter(({ value }) => value !== undefined)
}

/** What is at the end of a path; it may begin outside the place. */
export const placesOn = (from: Place, { steps, up }: JsonPath): ReadonlyArray<Place> => {
  if (up === 0) return placesAt(from, steps)
  const [value, ...parents] = from.parents.slice(up - 1)
  return placesAt({ value, parents }, steps)
}

/** Like `placesAt`, but a list at the end stands for its elements. */
export const elementsAt = (from: Place, steps: ReadonlyArray<string>): ReadonlyArray<Place> =>
  placesAt(from, steps).flatMap((place) => (Array.isArray(place.value) ? childrenOf(place, "*") : [place]))

const quoted = (text: string): string => (text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`)

/** What a value is, in words: 'an object with the keys "id", "name"'. */
export const inWords = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`
  if (isObject(value)) {
    const keys = Object.keys(value)
    const named = keys.slice(0, 12).map(quoted).join(", ")
    if (keys.length === 0) return "an empty object"
    return `an object with the ${keys.length === 1 ? "key" : "keys"} ${named}${keys.length > 12 ? ", …" : ""}`
  }
  if (typeof value === "string") return `the text ${quoted(value)}`
  return value === undefined ? "nothing" : String(value)
}

/** Where a path ends too early and what is there: 'data is an object with the keys "total"'. */
export const deadEnd = (from: unknown, steps: ReadonlyArray<string>): string => {
  let value = from
  for (const [index, step] of steps.entries()) {
    const next = placesAt({ value, parents: [] }, [step])[0]
    if (next === undefined) {
      const name = index === 0 ? "the answer" : steps.slice(0, index).join(".")
      return `${name} is ${inWords(value)}`
    }
    value = next.value
  }
  return `${steps.length === 0 ? "the answer" : steps.join(".")} is ${inWords(value)}`
}
