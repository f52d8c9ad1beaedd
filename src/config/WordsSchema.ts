// The keys that say how posts are worded: the channel's looks and language, the source's links and label. Whether a template can be used is
// judged by whoever reads the catalog (`Catalog.ts`), for rendering is not ours.
import { Schema } from "effect"
import { describe, optional, saying, withDefault } from "./SchemaParts.ts"

const Locale = Schema.String.pipe(
  Schema.filter((tag) => isLocale(tag) || `is not a language such as "de-DE"`)
).annotations(describe("How prices, dates and lists are written (BCP 47)"))

const isLocale = (tag: string): boolean => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0
  } catch {
    return false // Intl has no other way to say that a tag is malformed
  }
}

/** One look, or several that take turns. */
const Looks = Schema.transform(
  Schema.Union(Schema.NonEmptyString, Schema.NonEmptyArray(Schema.NonEmptyString)).annotations(
    saying(
      "article, product, the path of a template file, or a list of them",
      `"article", "product" or the path of a template file; of a list the looks take turns`
    )
  ),
  Schema.NonEmptyArray(Schema.String),
  {
    strict: true,
    decode: (names) => (typeof names === "string" ? ([names] as const) : names),
    encode: (names) => names
  }
)

const Label = Schema.NonEmptyString.annotations(
  describe("A template of the line that every post ends with, and that is never cut off")
)

/** Part of `ChannelFile`. */
export const channelWords = {
  template: withDefault(Looks, () => ["article"] as const),
  locale: withDefault(Locale, () => "en"),
  label: optional(Label)
}

/** The form of `sources.*.affiliate`. */
const Affiliate = Schema.Struct({
  link: optional(
    Schema.NonEmptyString.annotations(
      describe("A template of the address that readers follow; else the item's own")
    )
  ),
  query: optional(
    Schema.Record({
      key: Schema.String,
      value: Schema.String.annotations(describe("A template of the parameter's value"))
    }).annotations(describe("Parameters that the address gets besides"))
  ),
  erid: optional(
    Schema.String.pipe(
      Schema.pattern(/^[\w.~-]{1,128}$/, { message: () => "must be a token of letters, digits, - . _ ~" })
    ).annotations(describe("The advertising token: a parameter of the address, and a variable of templates"))
  )
})

/** Part of `SourceFile`. */
export const sourceWords = {
  affiliate: optional(Affiliate),
  label: optional(Label)
}
