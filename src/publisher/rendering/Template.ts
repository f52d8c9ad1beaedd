// A template's text → something that can be filled. Liquid, without files, clock or chance: the same item always gives the same post.
// Promises: a template that cannot work is refused with its line when it is compiled, for it is tried on two sample items; whatever a
// good one writes is parsed into markup, so that it cannot break a post.
import { Either, Option, Schema } from "effect"
import { itemEvents } from "../../domain/Event.ts"
import type { Item } from "../../domain/Item.ts"
import type { Money } from "../../domain/Money.ts"
import { bounds, makeEngine, placeOf } from "./Engine.ts"
import { outputOf } from "./Escaping.ts"
import { type Parsed, parseHtml } from "./ParseHtml.ts"
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

const engine = makeEngine({ outputEscape: outputOf })

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

const before: Money = { amount: "12.00", currency: "EUR" }

/** What every template is tried on. */
export const samples: ReadonlyArray<Item> = [
  { title: "", body: "", images: [], categories: [] },
  {
    title: "Sample",
    body: "<p>Text</p>",
    link: "https://shop.example/1",
    author: "Author",
    publishedAt: 1_700_000_000_000,
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
