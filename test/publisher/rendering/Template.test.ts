// A template's author learns of a mistake before anything is posted, with the line; what a template can do is only text.
import { assert, describe, it } from "@effect/vitest"
import { Either, Option } from "effect"
import { templateOf } from "../../../src/publisher/rendering/BuiltIn.ts"
import { toHtml } from "../../../src/publisher/rendering/Markup.ts"
import { checkTemplate, compileTemplate } from "../../../src/publisher/rendering/Template.ts"

const faults: ReadonlyArray<readonly [source: string, line: number, message: RegExp]> = [
  ["a\n{{ title", 2, /not closed/],
  ["a\n\n{% if title %}", 3, /not closed/],
  ["a\n{{ title | shout }}", 2, /undefined filter: shout/],
  ["{% frame %}", 1, /tag "frame" not found/],
  ["a\nb\n{{ price | money: 'not a locale!' }}", 3, /locale/],
  ["{% include 'file' %}", 1, /"include" not found/],
  ["{% render 'file' %}", 1, /"render" not found/],
  ["{% layout 'file' %}", 1, /"layout" not found/],
  ["{{ 'now' | date }}", 1, /is no time/],
  ["a\n{{ published | date: '%Y' }}", 2, /"%Y" is not one of full, long/],
  ["{{ categories | list: 'nor' }}", 1, /neither "and" nor "or"/],
  ["{{ categories | sample }}", 1, /undefined filter: sample/]
]

const filled = (source: string): string =>
  toHtml(
    Either.getOrThrow(
      Either.flatMap(compileTemplate(source, "test.liquid"), (template) =>
        template.fill({
          item: {
            title: "<b>&",
            body: "<i>x</i> &lt;y&gt;",
            link: "https://x.example/?a=1&b=2",
            images: [],
            categories: ["one", "two"],
            offer: { price: { amount: "123456789012345.99", currency: "EUR" } }
          },
          event: "new"
        })
      )
    ).markup
  )

describe("a template", () => {
  for (const [source, line, message] of faults) {
    it(`${JSON.stringify(source)} is refused at line ${line}`, () => {
      const fault = Option.getOrThrow(checkTemplate(source))
      assert.strictEqual(fault.line, line)
      assert.match(fault.message, message)
      assert.notMatch(fault.message, /line:|col:/)
    })
  }

  it("names its file in the error", () => {
    const error = Option.getOrThrow(Either.getLeft(compileTemplate("{{ x", "deals.liquid")))
    assert.match(error.message, /deals\.liquid.*line 1/)
  })

  it("is good when it is", () => {
    const fault = checkTemplate("{{ title }} {% if price %}{{ price | money: 'de' }}{% endif %}")
    assert.isNull(Option.getOrNull(fault))
  })

  it("shows every value as text, escaped once, however it is written", () => {
    for (const output of ["{{ title }}", "{{ title | escape }}"])
      assert.strictEqual(filled(output), "&lt;b&gt;&amp;")
  })

  it("shows the body with its own styles, and as plain text to filters", () => {
    assert.strictEqual(filled("{{ body }}"), "<i>x</i> &lt;y&gt;")
    assert.strictEqual(filled("{{ body | upcase }}"), "X &lt;Y&gt;")
  })

  it("formats prices exactly, in any language", () => {
    assert.strictEqual(filled("{{ price }}"), "€123,456,789,012,345.99")
    assert.strictEqual(filled("{{ price | money: 'de-DE' }}"), "123.456.789.012.345,99\u00a0€")
    assert.strictEqual(filled("{{ price.currency }}"), "EUR")
  })

  it("lists categories, reaches no prototype, and treats the unknown as absent", () => {
    assert.strictEqual(
      filled("{{ categories }}{{ nothing.at.all }}{{ title.constructor }}{{ title.__proto__ }}"),
      "one, two"
    )
  })

  it("of both built-in looks compiles", () => {
    for (const name of ["article", "product"] as const) {
      assert.isTrue(Either.isRight(templateOf({ _tag: "BuiltIn", name })))
    }
  })
})
