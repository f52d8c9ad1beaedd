// Whether an item goes down a route, or into a channel. Enters: the filter an operator wrote, and an item. Leaves: pass, or the one rule that kept it out, in
// words that the operator knows from the catalog. Promises: pure, and linear in the text whatever the pattern is (RE2).
import { RE2JS } from "re2js"
import type { Item } from "../domain/Item.ts"
import type { Filter, Range } from "../domain/Source.ts"
import { brandOf, categoriesOf, nameKey, numberOf } from "./Facets.ts"
import { plainText, wholeWords } from "./PlainWords.ts"

/** `rule` says what kept the item out: "price below 500", "word \"used\"", "no rating". */
export type Passage = "pass" | { readonly rule: string }

interface Texts {
  readonly title: string
  readonly body: string
  readonly all: string
}

/** The rule that keeps an item out, if any. */
type Check = (item: Item, texts: () => Texts) => string | undefined

const inRange =
  (name: string, range: Range, valueOf: (item: Item) => number | undefined): Check =>
  (item) => {
    const value = valueOf(item)
    if (value === undefined) return `no ${name}`
    if (range.min !== undefined && value < range.min) return `${name} below ${range.min}`
    return range.max !== undefined && value > range.max ? `${name} above ${range.max}` : undefined
  }

const ranges = (filter: Filter): ReadonlyArray<Check> =>
  (["price", "discount", "rating", "reviews"] as const).flatMap((name) => {
    const range = filter[name]
    return range === undefined ? [] : [inRange(name, range, (item) => numberOf(item, name, 0))]
  })

const available = (wanted: ReadonlyArray<string>): Check => {
  const names = new Set(wanted.map((name) => name.toLowerCase()))
  return ({ offer }) => {
    if (offer?.availability === undefined) return "no availability"
    return names.has(offer.availability) ? undefined : `availability ${offer.availability}`
  }
}

const named = (key: "brand" | "category", wanted: ReadonlyArray<string>): Check => {
  const names = new Set(wanted.map(nameKey))
  return (item) => {
    const own = namesOf[key](item)
    if (own.some((name) => names.has(name))) return undefined
    return own.length === 0 ? `no ${key}` : `none of the ${key === "brand" ? "brands" : "categories"}`
  }
}

const notNamed = (key: "brand" | "category", unwanted: ReadonlyArray<string>): Check => {
  const names = new Set(unwanted.map(nameKey))
  return (item) => {
    const found = namesOf[key](item).find((name) => names.has(name))
    return found && `${key} ${found}`
  }
}

const namesOf = {
  brand: (item: Item): ReadonlyArray<string> => [brandOf(item)].flatMap((name) => name ?? []),
  category: categoriesOf
}

const included = (phrases: ReadonlyArray<string>): Check => {
  const expressions = phrases.map(wholeWords)
  return (_, texts) =>
    expressions.some((expression) => expression.test(texts().all)) ? undefined : "none of the included words"
}

const excluded = (phrases: ReadonlyArray<string>): Check => {
  const expressions = phrases.map((phrase) => ({ phrase, expression: wholeWords(phrase) }))
  return (_, texts) => {
    const found = expressions.find(({ expression }) => expression.test(texts().all))
    return found && `word "${found.phrase}"`
  }
}

const matching = (pattern: string, keepsOut: boolean): Check => {
  const compiled = RE2JS.compile(pattern)
  return (_, texts) => {
    const found = compiled.matcher(texts().title).find() || compiled.matcher(texts().body).find()
    if (found !== keepsOut) return undefined
    return keepsOut ? `pattern ${pattern} matched` : `pattern ${pattern} not matched`
  }
}

const names = (filter: Filter, key: "brand" | "category"): ReadonlyArray<Check> => {
  const wanted = filter[key]
  const unwanted = key === "brand" ? filter.notBrand : filter.notCategory
  return [
    ...(wanted === undefined ? [] : [named(key, wanted)]),
    ...(unwanted === undefined ? [] : [notNamed(key, unwanted)])
  ]
}

/** Cheap rules first: text is only read when the numbers pass. */
const checksOf = (filter: Filter): ReadonlyArray<Check> => [
  ...ranges(filter),
  ...(filter.availability === undefined ? [] : [available(filter.availability)]),
  ...(["brand", "category"] as const).flatMap((key) => names(filter, key)),
  ...(filter.include === undefined || filter.include.length === 0 ? [] : [included(filter.include)]),
  ...(filter.exclude === undefined ? [] : [excluded(filter.exclude)]),
  ...(filter.pattern === undefined ? [] : [matching(filter.pattern, false)]),
  ...(filter.notPattern === undefined ? [] : [matching(filter.notPattern, true)])
]

const textsOf = (item: Item): Texts => {
  const title = item.title.normalize("NFC")
  const body = plainText(item.body).normalize("NFC")
  return {
    title,
    body,
    all: [title, body, ...item.categories.map((name) => name.normalize("NFC"))].join("\n")
  }
}

const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** Compiles a filter; keep the result for as long as the filter lives. A pattern that is no RE2 pattern is a bug: config refuses it. */
export const compile = (filter: Filter): ((item: Item) => Passage) => {
  const checks = checksOf(filter)
  return (item) => {
    const texts = once(() => textsOf(item))
    for (const check of checks) {
      const rule = check(item, texts)
      if (rule !== undefined) return { rule }
    }
    return "pass"
  }
}

const compiled = new WeakMap<Filter, (item: Item) => Passage>()

/** Judges `item` by `filter`, which is compiled once for as long as the catalog holds it. */
export const passes = (filter: Filter, item: Item): Passage => {
  const known = compiled.get(filter)
  if (known !== undefined) return known(item)
  const made = compile(filter)
  compiled.set(filter, made)
  return made(item)
}
