// The fields of a catalog's mapping, applied to one JSON item after another → their texts. Whatever does not fit is remembered by field,
// with the first example, so that a wrong mapping is one clear sentence and not a thousand empty items.
import { Either } from "effect"
import { type JsonExpression, type JsonPath, parseExpression } from "../../../domain/JsonExpression.ts"
import { type FieldMapping, type ItemField, itemFields } from "../../../domain/Source.ts"
import { inWords, isObject, type Place, placesOn } from "./Find.ts"

interface Misfit {
  count: number
  readonly example: string
}

interface Field {
  readonly written: string
  readonly expressions: ReadonlyArray<JsonExpression>
  /** Whether what it names was there in some item, if only as null. */
  found: boolean
  misfit: Misfit | undefined
}

const maxTexts = 1_000

/** The texts that a value is; an object has none. */
const scalars = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return value.trim() === "" ? [] : [value.trim()]
  if (typeof value === "number" || typeof value === "boolean") return [String(value)]
  return Array.isArray(value) ? value.slice(0, maxTexts).flatMap(scalars) : []
}

/** What stands in an address in place of a value: slashes stay, for paths are values too. */
const inAddress = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, "")).replace(/%2F/gi, "/")

const isAddress = (parts: ReadonlyArray<string | JsonPath>): boolean => {
  const [first] = parts
  return typeof first === "string" && /^(?:https?:\/)?\//i.test(first)
}

/** The text of a template; nothing when one of its values is missing. */
const filled = (parts: ReadonlyArray<string | JsonPath>, item: Place): ReadonlyArray<string> => {
  const texts = parts.map((part) =>
    typeof part === "string" ? part : placesOn(item, part).flatMap(({ value }) => scalars(value))[0]
  )
  if (texts.some((text) => text === undefined)) return []
  const encode = isAddress(parts) ? inAddress : (text: string) => text
  return [texts.map((text = "", index) => (typeof parts[index] === "string" ? text : encode(text))).join("")]
}

interface Evaluated {
  readonly texts: ReadonlyArray<string>
  /** Whether what it names is there, if only as null. */
  readonly found: boolean
  /** The object that stands where a text should. */
  readonly instead?: unknown
}

/** What an expression gives for an item. */
export const evaluated = (expression: JsonExpression, item: Place): Evaluated => {
  if (expression._tag === "Constant") return { texts: [expression.text], found: true }
  if (expression._tag === "Template") {
    const texts = filled(expression.parts, item)
    return { texts, found: texts.length > 0 }
  }
  const values = placesOn(item, expression.path).map(({ value }) => value)
  const texts = values.flatMap(scalars).slice(0, maxTexts)
  const instead = texts.length === 0 ? values.flat().find(isObject) : undefined
  return { texts, found: values.length > 0, ...(instead === undefined ? {} : { instead }) }
}

/** Parsed once more than in the catalog, which refused what cannot be parsed. */
const expressionsOf = (written: ReadonlyArray<string>): ReadonlyArray<JsonExpression> =>
  written.flatMap((text) =>
    Either.match(parseExpression(text), { onLeft: () => [], onRight: (one) => [one] })
  )

export class Fields {
  private readonly fields = new Map<ItemField, Field>()
  private items = 0
  private item: Place = { value: undefined, parents: [] }

  constructor(mapping: FieldMapping) {
    for (const name of itemFields) {
      const written = mapping[name]
      if (written === undefined) continue
      const expressions = expressionsOf(written)
      this.fields.set(name, { written: written.join(" or "), expressions, found: false, misfit: undefined })
    }
  }

  /** Whether the catalog maps one of these. */
  has(...names: ReadonlyArray<ItemField>): boolean {
    return names.some((name) => this.fields.has(name))
  }

  /** The item that is asked about from now on. */
  next(item: Place): void {
    this.item = item
    this.items++
  }

  /** All texts of a field, of the first expression that gives any. */
  texts(name: ItemField): ReadonlyArray<string> {
    const field = this.fields.get(name)
    if (field === undefined) return []
    for (const expression of field.expressions) {
      const { found, instead, texts } = evaluated(expression, this.item)
      field.found ||= found
      if (texts.length > 0) return texts
      if (instead !== undefined) this.misfit(name, `is ${inWords(instead)}; name one of them`)
    }
    return []
  }

  text(name: ItemField): string | undefined {
    return this.texts(name)[0]
  }

  /** Remembers that what a field gave is not what it should be; `problem` follows the field's path ("is no price"). */
  misfit(name: ItemField, problem: string): void {
    const field = this.fields.get(name)
    if (field?.misfit !== undefined) field.misfit.count++
    else if (field !== undefined) field.misfit = { count: 1, example: problem }
  }

  /** One clause for each field that does not fit. */
  get faults(): ReadonlyArray<string> {
    return [...this.fields].flatMap(([name, { found, misfit, written }]) => {
      if (misfit !== undefined) {
        const where = this.items === 1 ? "" : ` (in ${misfit.count} of ${this.items} items)`
        return [`${name}: ${written} ${misfit.example}${where}`]
      }
      // Prices before are only there while something is on sale.
      return !found && this.items > 0 && name !== "oldPrice"
        ? [`${name}: ${written} leads to nothing in any item; the last is ${inWords(this.item.value)}`]
        : []
    })
  }
}
