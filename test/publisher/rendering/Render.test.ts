// Whatever an item holds and whatever a template writes, the post is one that Telegram takes. The judge is the emulator's own parser,
// written from TDLib's rules by other hands.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Item } from "../../../src/domain/Item.ts"
import { limits } from "../../../src/publisher/rendering/Fit.ts"
import { type Form, render } from "../../../src/publisher/rendering/Render.ts"
import type { Template } from "../../../src/publisher/rendering/Template.ts"
import { accepted, anyItem, compiled, photo, plain, templates } from "./wild.ts"

const rendered = (template: Template, item: Item, form: Form = plain) =>
  render(template, { item, event: "new" }, form, { silent: false })

const sample: Item = {
  title: "Kettle",
  body: "<p>Boils water.</p>",
  link: "https://www.shop.example/kettle",
  images: [],
  categories: [],
  offer: {
    price: { amount: "999.00", currency: "EUR" },
    oldPrice: { amount: "1299.00", currency: "EUR" },
    availability: "in-stock",
    brand: "Acme"
  }
}
const [article, product] = [0, 1].map((index) => templates[index]) as [Template, Template]

describe("render", () => {
  it("any item in any template becomes a post that Telegram takes, in either form", () => {
    fc.assert(
      fc.property(
        anyItem,
        fc.constantFrom(...templates),
        fc.constantFrom(photo, plain),
        (item, template, form) => {
          accepted(rendered(template, item, form).post, form)
        }
      ),
      { numRuns: 300 }
    )
  })

  it("the same item gives the same post", () => {
    fc.assert(
      fc.property(anyItem, fc.constantFrom(...templates), (item, template) => {
        assert.deepStrictEqual(rendered(template, item).post, rendered(template, item).post)
      }),
      { numRuns: 30 }
    )
  })

  it("a title of a megabyte leaves room for the price, and takes no time", () => {
    const { post } = rendered(product, { ...sample, title: "very long 👩‍👩‍👧‍👦 ".repeat(60_000) }, photo)
    const text = accepted(post, photo)
    assert.include(text, "€999.00")
    assert.include(text, "Acme")
    assert.include(text, "…")
    assert.notMatch(text, /\n{3}/, "the description is gone, and its blank lines with it")
  })

  it("what is cut is the description; price, link and source stay", () => {
    const body = `<p>${"word ".repeat(3000)}</p>`
    const offer = accepted(rendered(product, { ...sample, body }, photo).post, photo)
    assert.match(offer, /^Kettle\n\n€1,299\.00 €999\.00 \(−23 %\)\n✅ In stock\n\nword .*word…\n\nAcme$/)
    assert.isAbove(offer.length, 990)
    const { post } = rendered(article, { ...sample, body, author: "Ann" })
    assert.match(accepted(post, plain), /word…\n\nAnn · shop\.example$/)
  })

  it("a cut never splits a character, a tag or an entity", () => {
    for (const [unit, shown] of [
      ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"],
      ["🇩🇪", "🇩🇪"],
      ["n\u0303\u0323", "n\u0303\u0323".normalize("NFC")],
      ["<b>&amp;</b>", "&"],
      ["क्षि", "क्षि"]
    ] as const) {
      for (let shift = 0; shift < 12; shift++) {
        const body = `${"x".repeat(shift)}${unit.repeat(1500)}`
        const text = accepted(
          rendered(article, { title: "", body, images: [], categories: [] }, photo).post,
          photo
        )
        assert.isAbove(text.length, limits.caption - 12)
        assert.strictEqual(text.slice(shift).replaceAll(shown, ""), "…")
      }
    }
  })

  it("a product's button is its link; a link that Telegram would refuse as a button is none", () => {
    assert.deepStrictEqual(rendered(product, sample).post.buttons, [
      [{ text: "shop.example ↗", url: "https://www.shop.example/kettle" }]
    ])
    assert.deepStrictEqual(rendered(product, { ...sample, link: "http://localhost/1" }).post.buttons, [])
  })

  it("an old price in another currency, or below the price, is not shown as a bargain", () => {
    for (const oldPrice of [
      { amount: "2000", currency: "USD" },
      { amount: "900", currency: "EUR" }
    ]) {
      const { post } = rendered(product, { ...sample, offer: { ...sample.offer, oldPrice } })
      assert.notInclude(post.html, "<s>")
      assert.notInclude(post.html, "%)")
    }
  })

  it("a photo post carries the photo, a text post its preview only when asked", () => {
    assert.deepStrictEqual(rendered(article, sample, photo).post.photoUrls, [photo.url])
    assert.notProperty(rendered(article, sample, photo).post, "previewUrl")
    assert.strictEqual(rendered(article, sample, plain).post.previewUrl, sample.link)
    assert.notProperty(rendered(article, sample, { _tag: "Text", preview: false }).post, "previewUrl")
  })

  it("an item that shows nothing still makes a post", () => {
    const empty: Item = { title: "\u200b\u2800", body: "<br>&nbsp;<b></b>", images: [], categories: [] }
    for (const template of templates) accepted(rendered(template, empty).post, plain)
  })

  it("a template that is beyond its limits for one item gives way to the plain look, and says so", () => {
    const greedy = compiled(
      "{% for c in categories %}{% for x in (1..5000) %}{{ c }}{% endfor %}{% endfor %}"
    )
    const item = { ...sample, categories: Array.from({ length: 50 }, (_, index) => `category ${index}`) }
    const { post, fault } = rendered(greedy, item)
    assert.strictEqual(fault._tag, "Some")
    assert.include(accepted(post, plain), "Kettle")
  })
})
