// A template's text → something that can be filled. Liquid, without files, clock or chance: the same item always gives the same post.
// Promises: a template that cannot work is refused with its line when it is compiled, for it is tried on two sample items; whatever a
// good one writes is parsed into markup, so that it cannot break a post.
import { Either, Option, Schema } from "effect"
import { Liquid, LiquidError, TokenizationError } from "liquidjs"
import { itemEvents } from "../../domain/Event.ts"
import type { Item } from "../../domain/Item.ts"
import type { Money } from "../../domain/Money.ts"
import { outputOf } from "./Escaping.ts"
import { type Parsed, parseHtml } from "./ParseHtml.ts"
import { Price } from "./Prices.ts"
import { type Subject, variablesOf } from "./Variables.ts"

/** The template cannot be used; the author mends it. `line` counts from 1. */
export class TemplateInvalid extends Schema.TaggedError<TemplateInvalid>(
  "oncecast/publisher/TemplateInvalid"
)("TemplateInvalid", { path: Schema.String, line: Schema.Int, detail: Schema.String }) {
  override get message(): string {
    return `The template ${this.path} cannot be used: line ${this.line}: ${this.detail}.`
  }
}

export interface Template {
  readonly path: string
  /** Left when this item is beyond its limits (time, size), which trying it on samples cannot show. */
  readonly fill: (subject: Subject) => Either.Either<Parsed, TemplateInvalid>
}

/** Characters of a template; characters and list entries that one rendering may make; milliseconds for what that does not catch. */
const bounds = { parseLimit: 100_000, memoryLimit: 200_000, renderLimit: 1000 }

/** These read files, the clock or chance. */
const withoutTags = ["include", "render", "layout", "block"]
const withoutFilters = [
  "date",
  "date_to_xmlschema",
  "date_to_rfc822",
  "date_to_string",
  "date_to_long_string",
  "sample"
]

const makeEngine = (): Liquid => {
  const engine = new Liquid({
    templates: {},
    outputEscape: outputOf,
    ownPropertyOnly: true,
    strictFilters: true,
    ...bounds
  })
  for (const tag of withoutTags) delete engine.tags[tag]
  for (const filter of withoutFilters) engine.unregisterFilter(filter)
  engine.registerFilter("money", (value: unknown, locale?: string) =>
    value instanceof Price ? value.in(locale) : value
  )
  // Outputs are escaped anyway, and should be once.
  engine.registerFilter("escape", (value: unknown) => value)
  return engine
}

const engine = makeEngine()

/** `path` names the template in errors. */
export const compileTemplate = (text: string, path: string): Either.Either<Template, TemplateInvalid> =>
  Either.gen(function* () {
    const invalid = (error: unknown) => new TemplateInvalid({ path, ...placeOf(error) })
    const parts = yield* Either.try({ try: () => engine.parse(text), catch: invalid })
    const template: Template = {
      path,
      fill: (subject) =>
        Either.try({
          try: () => {
            const html: unknown = engine.renderSync(parts, variablesOf(subject), bounds)
            return parseHtml(String(html), { kind: "template" })
          },
          catch: invalid
        })
    }
    for (const item of samples) {
      for (const event of itemEvents)
        yield* template.fill({ item, event, ...(event === "drop" ? { before } : {}) })
    }
    return template
  })

/** None when the template is good, else its first fault. */
export const checkTemplate = (
  text: string
): Option.Option<{ readonly line: number; readonly message: string }> =>
  Either.match(compileTemplate(text, ""), {
    onLeft: ({ line, detail }) => Option.some({ line, message: detail }),
    onRight: () => Option.none()
  })

/** Liquid appends the place to its message; we say it in our own words. */
const placeOf = (error: unknown): { readonly line: number; readonly detail: string } => {
  if (!(error instanceof Error)) return { line: 1, detail: String(error) }
  const line =
    LiquidError.is(error) || error instanceof TokenizationError ? (error.token.getPosition()[0] ?? 1) : 1
  return { line, detail: error.message.replace(/,? ?(file:[^,]*)?,? ?line:\d+(, col:\d+)?$/, "") }
}

const before: Money = { amount: "12.00", currency: "EUR" }

const samples: ReadonlyArray<Item> = [
  { title: "", body: "", images: [], categories: [] },
  {
    title: "Sample",
    body: "<p>Text</p>",
    link: "https://shop.example/1",
    author: "Author",
    images: ["https://shop.example/1.jpg"],
    categories: ["One", "Two"],
    offer: {
      id: "1",
      price: { amount: "9.00", currency: "EUR" },
      oldPrice: { amount: "12.00", currency: "EUR" },
      availability: "in-stock",
      brand: "Brand",
      gtin: "4006381333931",
      rating: 4.5,
      reviews: 12
    }
  }
]
