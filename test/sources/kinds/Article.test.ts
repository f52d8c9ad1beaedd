// A page that a person named may be an article: what is believed of it, and which pages are none.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { namedPage, page as polledPage } from "../../../src/sources/kinds/page.ts"
import { onlyItem, readWith, refusalOf } from "./reading.ts"

const url = "https://gazette.example/rain?utm_source=x"
const read = readWith(namedPage, { kind: "page" }, url)

const ld = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`
const page = (head: string, title = "Rain | Gazette") =>
  `<!doctype html><html><head><title>${title}</title>${head}</head><body>It rains.</body></html>`
const item = (head: string, title?: string) => Effect.map(read(page(head, title)), onlyItem)

const article = {
  "@type": "NewsArticle",
  headline: "Rain & storm",
  mainEntityOfPage: { "@id": "https://gazette.example/rain" },
  description: "It <b>rained</b>",
  author: [{ "@type": "Person", name: "Ann" }],
  datePublished: "2026-11-20T08:00:00Z",
  articleSection: "Weather",
  image: { "@type": "ImageObject", url: "/rain.jpg" }
}

describe("the page of an article that a person named", () => {
  it.effect("gives what its JSON-LD says, beside teasers of others", () =>
    Effect.gen(function* () {
      const teaser = { "@type": "NewsArticle", headline: "Snow", url: "https://gazette.example/snow" }
      const graph = { "@context": "https://schema.org", "@graph": [teaser, article] }
      assert.deepStrictEqual(yield* item(`<link rel="canonical" href="/rain">${ld(graph)}`), {
        link: "https://gazette.example/rain",
        title: "Rain & storm",
        body: "It <b>rained</b>",
        author: "Ann",
        publishedAt: Date.UTC(2026, 10, 20, 8),
        images: ["https://gazette.example/rain.jpg"],
        categories: ["Weather"]
      })
    })
  )

  it.effect("gives what its meta elements say where that is all", () =>
    Effect.gen(function* () {
      const found = yield* item(
        `<meta property="og:type" content="article"><meta property="og:title" content="Rain">
         <meta property="og:url" content="https://gazette.example/rain"><meta name="description" content="a < b">
         <meta property="article:published_time" content="2026-11-20T08:00:00Z">
         <meta property="article:author" content="https://facebook.example/ann"><meta property="og:image" content="/1.jpg">`
      )
      assert.deepStrictEqual(found, {
        link: "https://gazette.example/rain",
        title: "Rain",
        body: "a &lt; b",
        publishedAt: Date.UTC(2026, 10, 20, 8),
        images: ["https://gazette.example/1.jpg"],
        categories: []
      })
    })
  )

  it.effect(
    "gives its title and description where it says nothing of itself, and is the article among products",
    () =>
      Effect.gen(function* () {
        const plain = yield* item('<meta name="description" content="Wet.">')
        assert.deepStrictEqual([plain.title, plain.body, plain.link], ["Rain | Gazette", "Wet.", url])
        const products = ["a", "b"].map((name) => ({
          "@type": "Product",
          name,
          url: `https://gazette.example/${name}`,
          offers: { "@type": "Offer", price: "1", priceCurrency: "EUR" }
        }))
        const found = yield* item(
          ld({ ...article, mainEntityOfPage: "https://gazette.example/rain" }) + ld(products)
        )
        assert.strictEqual(found.title, "Rain & storm")
      })
  )

  it.effect("is a product where it has one, and nothing without a title or before a bot check", () =>
    Effect.gen(function* () {
      const product = { "@type": "Product", name: "Umbrella", offers: { price: "5", priceCurrency: "EUR" } }
      assert.strictEqual((yield* item(ld(product))).offer?.price?.amount, "5")
      assert.include(JSON.stringify(refusalOf(yield* read(page("", "")))), "without product data")
      const check = page('<script src="/cdn-cgi/challenge-platform/x.js"></script>', "Just a moment...")
      assert.isObject(refusalOf(yield* read(check)), "it is told as a bot check")
    })
  )

  it.effect("is none that a source polls: of what a program finds, anything has a title", () =>
    Effect.gen(function* () {
      const polled = yield* readWith(polledPage, { kind: "page" }, url)(page(ld(article)))
      assert.deepStrictEqual(polled.items, [])
      refusalOf(polled)
    })
  )
})
