// Sitemaps of every form: which pages they lead to, in what order, and what is left alone.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { sitemap } from "../../../src/sources/kinds/sitemap.ts"
import { cpuMs } from "../../setup/cpu.ts"
import { factsOf, readWith, refusalOf } from "./reading.ts"

const mapUrl = "https://www.shop.example/sitemap.xml"
const read = readWith(sitemap, { kind: "sitemap" }, mapUrl)

const ns = `xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"`
const urlset = (entries: string, more = "") =>
  `<?xml version="1.0"?><urlset ${ns} ${more}>${entries}</urlset>`
const url = (loc: string, more = "") => `<url><loc>${loc}</loc>${more}</url>`
const further = (document: string, source = {}) =>
  Effect.map(read(document, { source }), (found) => factsOf(found).further)

describe("a sitemap", () => {
  it.effect("leads to its pages, the newest first, undated ones last, each once", () =>
    Effect.gen(function* () {
      const document = urlset(
        url(
          "https://www.shop.example/p/1?a=1&amp;b=2",
          "<lastmod>2026-01-01</lastmod><changefreq>daily</changefreq>"
        ) +
          url("https://www.shop.example/p/0") +
          url(" https://shop.example/p/2 ", "<lastmod>2026-03-01T10:00:00+01:00</lastmod>") +
          url("https://www.shop.example/p/0", "<priority>1</priority>") +
          url("mailto:x@shop.example") +
          url(mapUrl)
      )
      assert.deepStrictEqual(yield* further(document), [
        { url: "https://shop.example/p/2", modifiedAt: Date.UTC(2026, 2, 1, 9), as: "page" },
        { url: "https://www.shop.example/p/1?a=1&b=2", modifiedAt: Date.UTC(2026, 0, 1), as: "page" },
        { url: "https://www.shop.example/p/0", as: "page" }
      ])
    })
  )

  it.effect("that is an index leads to further sitemaps, but for those to skip", () =>
    Effect.gen(function* () {
      const document = `<sitemapindex ${ns}>
        <sitemap><loc>https://www.shop.example/sitemap_pages.xml</loc></sitemap>
        <sitemap><loc>https://www.shop.example/sitemap_products_1.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap>
        </sitemapindex>`
      assert.deepStrictEqual(yield* further(document, { links: ["/products/*"], skip: ["*_pages*"] }), [
        {
          url: "https://www.shop.example/sitemap_products_1.xml.gz",
          modifiedAt: Date.UTC(2026, 0, 1),
          as: "sitemap"
        }
      ])
    })
  )

  it.effect("gives only the pages that the operator's patterns mean", () =>
    Effect.gen(function* () {
      const document = urlset(
        ["/products/a", "/products/a/reviews", "/blog/a", "/products/b", "/de/products/c"]
          .map((path) => url(`https://www.shop.example${path}`))
          .join("")
      )
      const found = yield* further(document, {
        links: ["/products/*", "/de/products/*"],
        skip: ["*/reviews"]
      })
      assert.deepStrictEqual(
        found.map((one) => new URL(one.url).pathname),
        ["/products/a", "/products/b", "/de/products/c"]
      )
    })
  )

  it.effect("never leads to another site, unless the operator names it; what it lists there is said", () =>
    Effect.gen(function* () {
      const document = urlset(url("https://elsewhere.example/p/1") + url("https://m.shop.example/p/2"))
      const found = yield* read(document)
      assert.deepStrictEqual(factsOf(found).further, [{ url: "https://m.shop.example/p/2", as: "page" }])
      assert.deepStrictEqual(factsOf(found).faults, [
        "1 addresses on other sites, such as https://elsewhere.example/p/1"
      ])
      assert.deepStrictEqual(yield* further(document, { links: ["https://elsewhere.example/p/*"] }), [
        { url: "https://elsewhere.example/p/1", as: "page" }
      ])
    })
  )

  it.effect("with translations and pictures gives the addresses alone", () =>
    Effect.gen(function* () {
      const document = urlset(
        url(
          "https://www.shop.example/en/1",
          `<xhtml:link rel="alternate" hreflang="fr" href="https://www.shop.example/fr/1"/><image:image><image:loc>https://www.shop.example/1.jpg</image:loc></image:image>`
        ),
        `xmlns:xhtml="http://www.w3.org/1999/xhtml" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"`
      )
      assert.deepStrictEqual(yield* further(document), [{ url: "https://www.shop.example/en/1", as: "page" }])
    })
  )

  it.effect("of news gives the articles themselves, with or without the declaration", () =>
    Effect.gen(function* () {
      const news = `<news:news><news:publication><news:name>Paper</news:name></news:publication><news:title>Mugs &amp; more</news:title>
        <news:publication_date>2026-01-02T03:04:05Z</news:publication_date><news:keywords>a, b</news:keywords></news:news>
        <image:image><image:loc>/1.jpg</image:loc></image:image>`
      const declared = `xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"`
      for (const document of [
        urlset(url("https://www.shop.example/n/1", news)),
        urlset(url("https://www.shop.example/n/1", news.replaceAll("news:", "n:")), declared)
      ]) {
        const found = yield* read(document)
        assert.deepStrictEqual(found.items, [
          {
            link: "https://www.shop.example/n/1",
            title: "Mugs & more",
            body: "",
            publishedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
            images: ["https://www.shop.example/1.jpg"],
            categories: ["a", "b"]
          }
        ])
        assert.deepStrictEqual(factsOf(found).further, [])
      }
    })
  )

  it.effect("may be a feed or a plain list", () =>
    Effect.gen(function* () {
      const rss = `<rss version="2.0"><channel><item><title>A</title><link>https://www.shop.example/a</link><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item></channel></rss>`
      const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="/a"/><updated>2026-01-05T10:00:00Z</updated></entry></feed>`
      const expected = [
        { url: "https://www.shop.example/a", modifiedAt: Date.UTC(2026, 0, 5, 10), as: "page" as const }
      ]
      assert.deepStrictEqual(yield* further(rss), expected)
      assert.deepStrictEqual(yield* further(atom), expected)
      const text = `\ufeffhttps://www.shop.example/a\r\n\r\n# no address\r\n${"x".repeat(9_000)}\nhttps://www.shop.example/b`
      const found = ["https://www.shop.example/a", "https://www.shop.example/b"].map((one) => ({
        url: one,
        as: "page" as const
      }))
      assert.deepStrictEqual(yield* further(text), found)
    })
  )

  it.effect("reads the same for every piece size from 1 to 64 bytes", () =>
    Effect.gen(function* () {
      const documents = [
        urlset(
          url("https://www.shop.example/ж", "<lastmod>2026-01-01</lastmod>") +
            url("https://www.shop.example/b")
        ),
        `https://www.shop.example/ж\n${"y".repeat(5_000)}\nhttps://www.shop.example/b\n`
      ]
      for (const document of documents) {
        const whole = yield* read(document)
        assert.lengthOf(factsOf(whole).further, 2)
        for (let size = 1; size <= 64; size++)
          assert.deepStrictEqual(yield* read(document, { size }), whole, `size ${size}`)
      }
    })
  )

  it.effect("that breaks off is not complete; what is none is refused", () =>
    Effect.gen(function* () {
      const whole = urlset(url("https://www.shop.example/1") + url("https://www.shop.example/2"))
      const cut = factsOf(yield* read(whole.slice(0, whole.indexOf("/2"))))
      assert.isFalse(cut.complete)
      assert.lengthOf(cut.further, 1)
      const said = (document: string) => Effect.map(read(document), (found) => String(refusalOf(found)))
      assert.strictEqual(
        yield* said("<html><body>Not found</body></html>"),
        "an HTML page instead of a sitemap"
      )
      assert.strictEqual(
        yield* said("<yml_catalog/>"),
        "XML with the root element yml_catalog instead of a sitemap"
      )
      assert.strictEqual(yield* said("Not found"), 'no sitemap, only text that begins with "Not found"')
      assert.strictEqual(yield* said(""), "an empty document")
      assert.deepStrictEqual(factsOf(yield* read(urlset(""))).further, [])
    })
  )

  it.effect("of 100,000 addresses gives as many as the protocol permits, in time", () =>
    Effect.gen(function* () {
      const entries = Array.from({ length: 100_000 }, (_, n) =>
        url(`https://www.shop.example/p/${n}`, "<lastmod>2026-01-01</lastmod>")
      )
      const started = cpuMs()
      const facts = factsOf(yield* read(urlset(entries.join(""))))
      assert.lengthOf(facts.further, 50_000)
      assert.deepStrictEqual(facts.faults, ["addresses beyond the first 50000"])
      assert.isBelow(cpuMs() - started, 15_000)
      const permitted = factsOf(yield* read(urlset(entries.slice(0, 50_000).join(""))))
      assert.deepInclude(permitted, { complete: true, faults: [] })
    })
  )
})
