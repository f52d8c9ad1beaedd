// What a hostile feed and a careless operator may bring, for properties of rendering; and the judge of what comes out: the emulator's own
// parser, written from TDLib's rules by other hands.
import { assert } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import type { Item } from "../../../src/domain/Item.ts"
import type { Post } from "../../../src/domain/Post.ts"
import { templateOf } from "../../../src/publisher/rendering/BuiltIn.ts"
import { limits } from "../../../src/publisher/rendering/Fit.ts"
import type { Form } from "../../../src/publisher/rendering/Render.ts"
import { compileTemplate, type Template } from "../../../src/publisher/rendering/Template.ts"
import { inlineKeyboard } from "../../../src/sandbox/InlineKeyboard.ts"
import { formatted } from "../../../src/sandbox/text/Formatting.ts"
import { parseHtml } from "../../../src/sandbox/text/HtmlParser.ts"

export const compiled = (text: string): Template => Either.getOrThrow(compileTemplate(text, "test.liquid"))

export const templates: ReadonlyArray<Template> = [
  Either.getOrThrow(templateOf({ _tag: "BuiltIn", name: "article" })),
  Either.getOrThrow(templateOf({ _tag: "BuiltIn", name: "product" })),
  compiled("{{ title | raw }}<b><i>{{ body }}</b> tail"),
  compiled("<blockquote>{{ title }}<pre>{{ body }}</pre>{{ categories }}</blockquote><a href='{{ link }}'>x"),
  compiled("<button href='{{ link }}'>{{ title }}</button>{{ body | upcase }}")
]

export const photo = { _tag: "Photo", url: "https://shop.example/1.jpg" } as const satisfies Form
export const plain: Form = { _tag: "Text", preview: true }

const nasty = fc.constantFrom(
  "<b>",
  "</b>",
  "<i><b></i>",
  "<a href='javascript:x'>",
  '<a href="https://x.example/?a=1&b=\\"2">',
  "<script>alert(1)</script>",
  "<!-- ",
  "&nbsp;",
  "&lt;b&gt;",
  "&amp;amp;",
  "<pre>",
  "<blockquote>",
  "<ul><li>",
  "<br>",
  "{{ title }}",
  "👩‍👩‍👧‍👦",
  "🇩🇪",
  "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "e\u0301\u030a",
  "\u202e",
  "\u200e\u200f\u200e",
  "\ud800",
  "\u0000\u0007",
  "\r\n\n\n",
  " \u00a0 ",
  "#tag @name https://t.example",
  "<".repeat(40),
  "<b>".repeat(300),
  "<b>x</b> ".repeat(200),
  `<a href="https://x.example/${"y".repeat(1500)}">z</a>`.repeat(30),
  "& < > \" ' ".repeat(200)
)
const wild = fc
  .array(fc.oneof(nasty, fc.fullUnicodeString({ maxLength: 40 }), fc.string16bits({ maxLength: 20 })), {
    maxLength: 30
  })
  .map((parts) => parts.join(""))

const money = fc.record({
  amount: fc.constantFrom("0", "9.90", "1299.00", "999999999999999.999999"),
  currency: fc.constantFrom("EUR", "JPY", "XXX")
})
const optional = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined })

const without = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined))

export const anyItem: fc.Arbitrary<Item> = fc
  .record({
    title: wild,
    body: wild,
    link: optional(fc.constantFrom("https://www.shop.example/ä?a=1&b=2", "http://localhost/1", "nonsense")),
    author: optional(wild),
    images: fc.array(fc.webUrl(), { maxLength: 2 }),
    categories: fc.array(wild, { maxLength: 3 }),
    offer: optional(
      fc
        .record({
          price: optional(money),
          oldPrice: optional(money),
          availability: optional(fc.constantFrom("in-stock" as const, "preorder" as const)),
          brand: optional(wild),
          rating: optional(fc.double({ min: 0, max: 5 })),
          reviews: optional(fc.nat())
        })
        .map(without)
    )
  })
  .map((item) => without(item) as unknown as Item)

/** The text as it will stand in the channel. */
export const accepted = (post: Post, form: Form): string => {
  const { text, entities } = Either.getOrThrowWith(
    formatted({ text: post.html, parseMode: "HTML", entities: undefined }),
    (refusal) => new Error(`${JSON.stringify(refusal)}: ${post.html}`)
  )
  const limit = form._tag === "Photo" ? limits.caption : limits.text
  assert.isAbove(text.length, 0)
  assert.isAtMost(text.length, limit)
  assert.isAtMost(Buffer.byteLength(post.html), 32_768)
  assert.isAtMost(entities.length, 100)
  Either.getOrThrowWith(
    inlineKeyboard({ inline_keyboard: post.buttons }, true),
    (refusal) => new Error(JSON.stringify(refusal))
  )
  const sent = Either.getOrThrow(parseHtml(post.html)).text
  // Of direction marks side by side, which nobody sees, Telegram makes joiners; two fields of an item may bring them together.
  const standing = sent.replace(/[\u200e\u200f](?=[\u200e\u200f])/g, "\u200c")
  assert.strictEqual(text, standing, "what is stored is what will stand there")
  return text
}
