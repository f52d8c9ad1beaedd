// The JSON-LD scripts of a page → the things they describe. A script that is no JSON even after repair is left out and counted; references
// (`{"@id": …}`) lead to what they name, and halves of one thing in two scripts are joined.
// @source https://www.w3.org/TR/json-ld11/ (the part that shops use; contexts are not fetched)
import { Option, Schema } from "effect"
import { repaired } from "./JsonRepair.ts"
import { bareName, type Thing, type Value } from "./Thing.ts"

const parsed = Schema.decodeUnknownOption(Schema.parseJson())

/** Objects nested deeper are left out. */
const maxDepth = 64
/** Objects beyond these as well. */
const maxThings = 50_000

interface Growing extends Thing {
  types: ReadonlyArray<string>
  readonly properties: Map<string, Array<Value>>
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const textsIn = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.flatMap(textsIn) : typeof value === "string" ? [value] : []

/** Names of different kinds of things are never one thing, whatever their `@id` says: templates give "#product" to all. */
const isSame = (a: Thing, b: Thing): boolean => {
  const [name, other] = [a.properties.get("name")?.[0], b.properties.get("name")?.[0]]
  return name === undefined || other === undefined || name === other
}

export class LinkedData {
  /** Scripts that could not be read. */
  broken = 0
  private readonly roots: Array<Thing> = []
  private readonly all: Array<Growing> = []

  /** Takes the text of one script. */
  add(script: string): void {
    if (script.trim() === "") return
    const value = Option.orElse(parsed(script), () => parsed(repaired(script)))
    if (Option.isNone(value)) this.broken++
    else for (const root of this.valuesOf(value.value, 0)) if (typeof root !== "string") this.roots.push(root)
  }

  /** The outermost things, once all scripts are in. */
  things(): ReadonlyArray<Thing> {
    const named = new Map<string, Growing>()
    for (const thing of this.all) {
      if (thing.id === undefined || thing.properties.size === 0) continue
      const known = named.get(thing.id)
      if (known === undefined) named.set(thing.id, thing)
      else if (isSame(known, thing)) {
        if (known.types.length === 0) known.types = thing.types
        for (const [key, values] of thing.properties)
          if (!known.properties.has(key)) known.properties.set(key, values)
      }
    }
    const meant = (value: Value): Value =>
      typeof value !== "string" && value.properties.size === 0 && value.id !== undefined
        ? (named.get(value.id) ?? value)
        : value
    for (const { properties } of this.all)
      for (const [key, values] of properties) properties.set(key, values.map(meant))
    return this.roots
  }

  private valuesOf(value: unknown, depth: number): Array<Value> {
    if (typeof value === "string") return value.trim() === "" ? [] : [value.trim()]
    if (typeof value === "number" || typeof value === "boolean") return [String(value)]
    if (typeof value !== "object" || value === null) return []
    if (depth > maxDepth || this.all.length >= maxThings) return []
    if (Array.isArray(value)) return value.flatMap((one) => this.valuesOf(one, depth + 1))
    if (!isObject(value)) return []
    const inner = value["@value"] ?? value["@list"] ?? value["@set"]
    return inner === undefined ? [this.thingOf(value, depth)] : this.valuesOf(inner, depth + 1)
  }

  private thingOf(object: Readonly<Record<string, unknown>>, depth: number): Thing {
    const id = textsIn(object["@id"])[0]?.trim()
    const thing: Growing = {
      types: textsIn(object["@type"]).map(bareName),
      ...(id === undefined || id === "" ? {} : { id }),
      properties: new Map()
    }
    this.all.push(thing)
    for (const key in object) {
      if (key === "@type" || key === "@id" || key === "@context") continue
      const values = this.valuesOf(object[key], depth + 1)
      const name = key.startsWith("@") ? key : bareName(key)
      if (values.length > 0) thing.properties.set(name, [...(thing.properties.get(name) ?? []), ...values])
    }
    return thing
  }
}
