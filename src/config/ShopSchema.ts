// The keys of a source that say how shop feeds are read. Which kind may have which is judged in `SourceRules.ts`.
import { Schema } from "effect"
import { columnFields } from "../domain/Source.ts"
import { describe, optional, saying } from "./SchemaParts.ts"

const Currency = Schema.String.pipe(
  Schema.filter(
    (code) => Intl.supportedValuesOf("currency").includes(code) || `is not a currency such as EUR`
  )
).annotations(describe("ISO 4217: what prices mean that name no currency of their own"))

const Charset = Schema.String.pipe(
  Schema.filter((label) => isCharset(label) || `is not a charset such as "windows-1251"`)
).annotations(describe("The body's charset where it is no UTF-8 and neither server nor document name one"))

const isCharset = (label: string): boolean => {
  try {
    return new TextDecoder(label).encoding !== ""
  } catch {
    return false // TextDecoder has no other way to say that it does not know a charset
  }
}

/** One name of a column in the header, or several. */
const ColumnNames = Schema.transform(
  Schema.Union(Schema.NonEmptyString, Schema.NonEmptyArray(Schema.NonEmptyString)).annotations(
    saying("a name in the header, or a list of them", "A name in the header, or several")
  ),
  Schema.Array(Schema.String),
  {
    strict: true,
    decode: (names) => (typeof names === "string" ? [names] : names),
    encode: ([first = "", ...rest]) => [first, ...rest] as const
  }
)

/** Part of `SourceFile`. */
export const shopKeys = {
  currency: optional(Currency),
  encoding: optional(Charset),
  delimiter: optional(
    Schema.Literal(",", ";", "|", "tab").annotations(
      saying(
        `"," ";" "|" or tab`,
        "csv, merchant: what stands between two fields; otherwise the header tells"
      )
    )
  ),
  columns: optional(
    Schema.partialWith(Schema.Record({ key: Schema.Literal(...columnFields), value: ColumnNames }), {
      exact: true
    }).annotations(describe("csv, merchant: the columns of our fields, by their names in the header"))
  )
}
