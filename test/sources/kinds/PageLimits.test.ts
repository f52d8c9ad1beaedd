// Pages of any make and size: the same result however they are cut, and no page costs more than its size is worth.
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { page as pageKind } from "../../../src/sources/kinds/page.ts"
import { cpuMs } from "../../setup/cpu.ts"
import { type Given, onlyItem, readWith, refusalOf } from "./reading.ts"

const url = "https://shop.example/p/1"
const read = readWith(pageKind, { kind: "page", maxBytes: 100_000_000 }, url)

const awkward = `\ufeff<!DOCTYPE html><!-- <script type="application/ld+json">no</script> --><HTML><head><title>Käse &amp; Brot 😀 | Shop</title>
<meta charset=utf-8><meta property=og:type content="product"><link rel='canonical' href="/p/k&auml;se?a=1&amp;b=2">
<script type="application/ld+json">/* c */{"@type":"Product","name":"Käse & Brot 😀",
"description":"Zeile 1
Zeile 2 <b>fett</b>","offers":{"@type":"Offer","price":"1 299,00","priceCurrency":"EUR",},"sku":"é\\u00e9"}</script></head><body>
<div itemscope itemtype="https://schema.org/Product"><p itemprop=name>Käse &amp; Brot 😀<p>x<div itemprop="brand"><img alt="Äpfel &quot;&amp;&quot; Co"></div>
<table><tr><td itemprop="color">r&ouml;t<td itemprop="size">L</table><script>if (a < b) { "</div>" }</script></div></body></html>`

describe("a page", () => {
  it.effect("reads the same for every piece size from 1 to 64 bytes", () =>
    Effect.gen(function* () {
      const whole = yield* read(awkward)
      const found = onlyItem(whole)
      assert.strictEqual(found.title, "Käse & Brot 😀")
      assert.strictEqual(found.offer?.brand, 'Äpfel "&" Co')
      assert.deepStrictEqual(found.offer?.price, { amount: "1299.00", currency: "EUR" })
      assert.deepStrictEqual(found.offer?.options, [
        { name: "Color", value: "röt" },
        { name: "Size", value: "L" }
      ])
      for (let size = 1; size <= 64; size++)
        assert.deepStrictEqual(yield* read(awkward, { size }), whole, `size ${size}`)
    })
  )

  it("reads the same wherever any markup is cut", () => {
    const piece = fc.constantFrom(
      ...[
        '<script type="application/ld+json">',
        "</script>",
        '{"@type":"Product","name":"A"}',
        "<!--",
        "-->",
        "<"
      ],
      ...[
        "<div itemscope itemtype=Product>",
        "</div>",
        '<p itemprop="name">',
        "<span itemprop=price>",
        "1,50 €",
        "😀",
        "&amp;"
      ],
      ...[
        '<meta itemprop="sku" content="1">',
        "<title>",
        "</title>",
        "text ",
        "'",
        '"',
        ">",
        "<svg>",
        "<style>",
        "</style>",
        "\0"
      ]
    )
    const pieces = fc.array(piece, { maxLength: 30 })
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 9 }), (parts, size) => {
        const text = `<html><body>${parts.join("")}</body></html>`
        const run = (given: Given) => Effect.runSync(read(text, given))
        assert.deepStrictEqual(run({ size }), run({}))
      }),
      { numRuns: 300 }
    )
  })

  it.effect("that breaks off inside a script is not complete", () =>
    Effect.gen(function* () {
      const meta = '<meta property="og:type" content="product"><title>Mug</title>'
      const cut = yield* read(`<html>${meta}<script type="application/ld+json">{"@type":`)
      assert.deepInclude(cut.facts, { _tag: "Right" })
      assert.isFalse(cut.facts._tag === "Right" && cut.facts.right.complete)
      const whole = yield* read(`<html>${meta}`)
      assert.isTrue(whole.facts._tag === "Right" && whole.facts.right.complete)
    })
  )
})

const product = '<script type="application/ld+json">{"@type":"Product","name":"Mug"}</script>'

const timed = (document: string) =>
  Effect.gen(function* () {
    const started = cpuMs()
    const found = yield* read(document)
    return { found, elapsed: cpuMs() - started }
  })

describe("hostile pages", () => {
  const cases: ReadonlyArray<readonly [name: string, document: string]> = [
    ["200,000 nested elements", `${product}${"<div>".repeat(200_000)}`],
    ["200,000 nested properties", `${product}${"<div itemscope><div itemprop=a>".repeat(100_000)}`],
    ["200,000 closing tags", `${product}${"<b>".repeat(500)}${"</i>".repeat(200_000)}`],
    ["200,000 attributes", `${product}<p ${Array.from({ length: 200_000 }, (_, n) => `a${n}=x`).join(" ")}>`],
    ["a 20 MB attribute", `${product}<p title="${"x".repeat(20_000_000)}">`],
    ["an endless comment", `${product}<!--${"-".repeat(5_000_000)}`],
    ["an endless script", `${product}<script type="application/ld+json">${"[".repeat(5_000_000)}`],
    ["a script of comments", `${product}<script type="application/ld+json">${"/*".repeat(900_000)}</script>`],
    ["a script of quotes", `${product}<script type="application/ld+json">${'"\\'.repeat(900_000)}</script>`],
    [
      "a deep script",
      `${product}<script type="application/ld+json">${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}</script>`
    ],
    [
      "a million values",
      `${product}<script type="application/ld+json">[${"{},".repeat(600_000)}{}]</script>`
    ],
    [
      "properties inside each other",
      `${product}<div itemscope>${'<i itemprop="a">'.repeat(400)}${"text ".repeat(800_000)}`
    ],
    ["many properties", `${product}<div itemscope>${'<i itemprop="a b c" id=x>y</i>'.repeat(150_000)}`],
    [
      "many references",
      `${product}${'<div itemscope itemref="x x x x">'.repeat(200)}${"<p id=x><i itemprop=a>1</i></p>".repeat(50_000)}`
    ],
    [
      "many metas",
      `${product}${Array.from({ length: 100_000 }, (_, n) => `<meta property="og:${n}" content="${n}">`).join("")}`
    ]
  ]
  for (const [name, document] of cases)
    it.effect(`${name}: the product before it is read, in seconds`, () =>
      Effect.gen(function* () {
        const { elapsed, found } = yield* timed(document)
        assert.strictEqual(found.items[0]?.title, "Mug")
        assert.isBelow(elapsed, 4_000)
      })
    )

  it.effect("what is no HTML is refused", () =>
    Effect.gen(function* () {
      assert.strictEqual(refusalOf(yield* read("")), "an empty document")
      assert.strictEqual(refusalOf(yield* read('{"products": []}')), "no HTML page")
    })
  )
})
