// JSON APIs: how the catalog's mapping finds items, what a mapping that does not fit is told, how pages follow each other.
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Source } from "../../../src/domain/Source.ts"
import { JsonSplitter } from "../../../src/sources/kinds/json/JsonSplitter.ts"
import { json } from "../../../src/sources/kinds/json.ts"
import { cpuMs } from "../../setup/cpu.ts"
import { factsOf, onlyItem, readWith, refusalOf } from "./reading.ts"

const url = "https://shop.example/api/products?limit=2"
const readText = readWith(json, { kind: "json" }, url)
const read = (value: unknown, source: Partial<Source>, at = url) =>
  readText(typeof value === "string" ? value : JSON.stringify(value), { source, url: at })

const simple: Partial<Source> = { fields: { title: ["name"], link: ["url"] } }

describe("APIs of shops", () => {
  it.effect("Shopify's products.json: one item a product, the lowest price of its variants", () =>
    Effect.gen(function* () {
      const answer = {
        products: [
          {
            id: 632910392,
            title: "IPod &amp; Nano",
            handle: "ipod nano/8gb",
            body_html: "<p>It's the <b>small</b> iPod</p>",
            vendor: "Apple",
            product_type: "Cult Products",
            published_at: "2026-01-05T10:00:00+01:00",
            images: [{ src: "https://cdn.example/1.png" }, { src: "//cdn.example/2.png" }],
            variants: [
              { price: "199.00", compare_at_price: null, available: false, sku: "A" },
              { price: "149.00", compare_at_price: "179.00", available: true, sku: "B" }
            ]
          }
        ]
      }
      const found = yield* read(answer, {
        items: "products",
        fields: {
          id: ["id"],
          title: ["title"],
          link: ["https://shop.example/products/{handle}"],
          body: ["body_html"],
          image: ["images[*].src"],
          brand: ["vendor"],
          category: ["product_type"],
          publishedAt: ["published_at"],
          price: ["variants[*].price"],
          oldPrice: ["variants[*].compare_at_price"],
          currency: ["=EUR"],
          availability: ["variants[*].available"]
        },
        page: { parameter: "page", from: 1, step: 1, until: "empty" }
      })
      assert.deepStrictEqual(onlyItem(found), {
        link: "https://shop.example/products/ipod%20nano/8gb",
        title: "IPod & Nano",
        body: "<p>It's the <b>small</b> iPod</p>",
        publishedAt: Date.UTC(2026, 0, 5, 9),
        images: ["https://cdn.example/1.png", "https://cdn.example/2.png"],
        categories: ["Cult Products"],
        offer: {
          id: "632910392",
          price: { amount: "149.00", currency: "EUR" },
          oldPrice: { amount: "179.00", currency: "EUR" },
          priceIsFrom: true,
          availability: "in-stock",
          brand: "Apple",
          categoryPath: ["Cult Products"]
        }
      })
      assert.deepStrictEqual(factsOf(found), {
        complete: true,
        further: [{ url: "https://shop.example/api/products?limit=2&page=2", as: "json" }],
        faults: []
      })
    })
  )

  it.effect("Shopify's variants as items of their own, grouped by their product", () =>
    Effect.gen(function* () {
      const answer = {
        products: [
          {
            id: 7,
            title: "Mug",
            handle: "mug",
            variants: [
              { id: 71, title: "Red", price: "5.00" },
              { id: 72, title: "Blue", price: "6.00" }
            ]
          }
        ]
      }
      const { items } = yield* read(answer, {
        items: "products[*].variants",
        fields: {
          id: ["id"],
          group: ["^.id"],
          title: ["{^.title}, {title}"],
          link: ["https://shop.example/products/{^.handle}?variant={id}"],
          price: ["price"],
          currency: ["=EUR"]
        }
      })
      assert.deepStrictEqual(
        items.map(({ link, offer, title }) => [title, link, offer?.id, offer?.group, offer?.price?.amount]),
        [
          ["Mug, Red", "https://shop.example/products/mug?variant=71", "71", "7", "5.00"],
          ["Mug, Blue", "https://shop.example/products/mug?variant=72", "72", "7", "6.00"]
        ]
      )
    })
  )

  it.effect("WooCommerce's Store API: a bare list, prices in minor units", () =>
    Effect.gen(function* () {
      const product = (more: object) => ({
        id: 34,
        name: "Album",
        permalink: "https://shop.example/product/album/",
        prices: { price: "1500", regular_price: "1999", currency_code: "GBP", currency_minor_unit: 2 },
        is_in_stock: true,
        average_rating: "4.5",
        review_count: 3,
        categories: [{ name: "Music" }, { name: "Vinyl" }],
        images: [{ id: 1, src: "/1.jpg" }],
        ...more
      })
      const found = yield* read(
        [
          product({}),
          product({ id: 35, prices: { price: "5", currency_code: "JPY", currency_minor_unit: 0 } })
        ],
        {
          fields: {
            id: ["id"],
            title: ["name"],
            link: ["permalink"],
            image: ["images[*].src"],
            price: ["prices.price"],
            oldPrice: ["prices.regular_price"],
            currency: ["prices.currency_code"],
            decimals: ["prices.currency_minor_unit"],
            availability: ["is_in_stock"],
            rating: ["average_rating"],
            reviews: ["review_count"],
            category: ["categories[*].name"]
          }
        }
      )
      const [first, second] = found.items
      assert.deepStrictEqual(first?.offer, {
        id: "34",
        price: { amount: "15.00", currency: "GBP" },
        oldPrice: { amount: "19.99", currency: "GBP" },
        availability: "in-stock",
        rating: 4.5,
        reviews: 3
      })
      assert.deepStrictEqual(first?.categories, ["Music", "Vinyl"])
      assert.deepStrictEqual(first?.images, ["https://shop.example/1.jpg"])
      assert.deepStrictEqual(second?.offer?.price, { amount: "5", currency: "JPY" })
      assert.deepStrictEqual(factsOf(found).faults, [])
    })
  )

  it.effect("JSON:API: attributes, and a next page that is an address or an object with one", () =>
    Effect.gen(function* () {
      const answer = (next: unknown) => ({
        links: { self: "/api", next },
        data: [
          {
            type: "products",
            id: "1",
            attributes: { name: "Mug", slug: "mug", stock: 0, price: { value: 12.5, code: "EUR" } }
          }
        ],
        meta: { total: 1 }
      })
      const source: Partial<Source> = {
        items: "data",
        fields: {
          id: ["id"],
          title: ["attributes.title", "attributes.name"],
          link: ["/p/{attributes.slug}"],
          price: ["attributes.price.value"],
          currency: ["attributes.price.code"],
          availability: ["attributes.stock"]
        },
        next: "links.next"
      }
      const found = yield* read(answer("/api?page[number]=2"), source)
      assert.deepInclude(onlyItem(found), { title: "Mug", link: "https://shop.example/p/mug" })
      assert.deepStrictEqual(onlyItem(found).offer, {
        id: "1",
        price: { amount: "12.5", currency: "EUR" },
        availability: "out-of-stock"
      })
      const next = "https://shop.example/api?page[number]=2"
      assert.deepStrictEqual(factsOf(found).further, [{ url: next, as: "json" }])
      assert.deepStrictEqual(factsOf(yield* read(answer({ href: next }), source)).further, [
        { url: next, as: "json" }
      ])
      for (const none of [null, "", false, undefined, url])
        assert.deepStrictEqual(factsOf(yield* read(answer(none), source)).further, [])
    })
  )

  it.effect("articles are items without an offer", () =>
    Effect.gen(function* () {
      const found = yield* read([{ id: 5, name: "News", url: "/n/5", at: 1_767_600_000 }], {
        fields: { id: ["id"], title: ["name"], link: ["url"], publishedAt: ["at"] }
      })
      assert.deepStrictEqual(onlyItem(found), {
        guid: "5",
        link: "https://shop.example/n/5",
        title: "News",
        body: "",
        publishedAt: 1_767_600_000_000,
        images: [],
        categories: []
      })
    })
  )
})

describe("a mapping", () => {
  it.effect("finds its list at the top, by keys, by index, in an object of items", () =>
    Effect.gen(function* () {
      const one = { name: "A", url: "/a" }
      const places: ReadonlyArray<readonly [items: string | undefined, value: unknown]> = [
        [undefined, [one]],
        ["data.list", { list: [9], data: { note: '{"list": [', list: [one], x: [8] } }],
        ["a[1].b", { a: [{ b: [7] }, { b: [one] }] }],
        ['["odd.key"]', { "odd.key": [one] }],
        ["pages[*].items", { pages: [{ items: [one] }, { items: [] }] }],
        ["byId.*", { byId: { 17: one } }]
      ]
      for (const [items, value] of places) {
        const found = yield* read(value, { ...simple, ...(items === undefined ? {} : { items }) })
        assert.strictEqual(onlyItem(found).title, "A", items)
      }
    })
  )

  it.effect("that leads to no list is refused in one sentence that shows what is there", () =>
    Effect.gen(function* () {
      const said = (value: unknown, items?: string) =>
        Effect.map(read(value, { ...simple, ...(items === undefined ? {} : { items }) }), (found) =>
          String(refusalOf(found))
        )
      assert.strictEqual(
        yield* said({ status: "ok", products: [] }),
        'JSON that is an object with the keys "status", "products": say which of them holds the list (items: …)'
      )
      assert.strictEqual(
        yield* said({ data: { goods: [] } }, "data.products"),
        'JSON without a list at data.products: data is an object with the key "goods"'
      )
      assert.strictEqual(
        yield* said({ data: { products: "none" } }, "data.products"),
        'JSON without a list at data.products: data.products is the text "none"'
      )
      assert.match(
        yield* said({ error: "no such key" }, "data"),
        /the answer is an object with the key "error"/
      )
    })
  )

  it.effect("fields that fit nowhere are one fault each, with what an item has", () =>
    Effect.gen(function* () {
      const items = Array.from({ length: 3 }, (_, n) => ({
        name: `Mug ${n}`,
        cost: "a lot",
        media: { src: "/1.jpg" },
        when: "soon"
      }))
      const found = yield* read(items, {
        fields: {
          title: ["name"],
          link: ["url"],
          price: ["cost"],
          currency: ["money"],
          image: ["media"],
          publishedAt: ["when"],
          oldPrice: ["was"]
        }
      })
      const keys = 'the last is an object with the keys "name", "cost", "media", "when"'
      assert.sameMembers(
        [...factsOf(found).faults],
        [
          `link: url leads to nothing in any item; ${keys}`,
          'image: media is an object with the key "src"; name one of them (in 3 of 3 items)',
          'publishedAt: when gives "soon", which is no date (in 3 of 3 items)',
          'price: cost gives "a lot", which is no price (in 3 of 3 items)',
          `currency: money leads to nothing in any item; ${keys}`
        ]
      )
    })
  )

  it.effect("a price without a currency is none, and the fault says how to give one", () =>
    Effect.gen(function* () {
      const found = yield* read([{ name: "A", price: 5 }], { fields: { title: ["name"], price: ["price"] } })
      assert.notProperty(onlyItem(found).offer ?? {}, "price")
      assert.deepStrictEqual(factsOf(found).faults, [
        'price: price gives "5" without a currency; say it: currency: "=EUR"'
      ])
    })
  )

  it.effect("by which no item has a name is refused", () =>
    Effect.gen(function* () {
      const refusal = String(
        refusalOf(yield* read([{ label: "A" }, { label: "B" }], { fields: { title: ["name"] } }))
      )
      assert.strictEqual(
        refusal,
        'no item has a title, link or id: title: name leads to nothing in any item; the last is an object with the key "label"'
      )
    })
  )

  it.effect("null is no misfit: that nothing is on sale now is no fault", () =>
    Effect.gen(function* () {
      const found = yield* read([{ name: "A", brand: null, was: null, price: "1 299,00 €" }], {
        fields: { title: ["name"], brand: ["brand"], oldPrice: ["was"], price: ["price"] }
      })
      assert.deepStrictEqual(factsOf(found).faults, [])
      assert.deepStrictEqual(onlyItem(found).offer, { price: { amount: "1299.00", currency: "EUR" } })
    })
  )

  it.effect("an empty list is an empty shop, not a failure", () =>
    Effect.gen(function* () {
      const found = yield* read(
        { data: [] },
        { ...simple, items: "data", page: { parameter: "page", from: 1, step: 1, until: "empty" } }
      )
      assert.deepStrictEqual(factsOf(found), { complete: true, further: [], faults: [] })
    })
  )
})

describe("pages of an API", () => {
  const list = { data: [{ name: "A", url: "/a" }], meta: { cursor: "a+b/c", pages: 3 } }
  const nextOf = (source: Partial<Source>, at: string) =>
    Effect.map(
      read(list, { ...simple, items: "data", ...source }, at),
      (found) => factsOf(found).further[0]?.url
    )

  it.effect("follow a cursor in a template", () =>
    Effect.gen(function* () {
      const next = "https://shop.example/api?after={meta.cursor}"
      assert.strictEqual(yield* nextOf({ next }, url), "https://shop.example/api?after=a%2Bb/c")
      assert.isUndefined(yield* nextOf({ next: "https://shop.example/api?after={meta.none}" }, url))
    })
  )

  it.effect("count on from the number in the address, by steps, up to the last that the answer names", () =>
    Effect.gen(function* () {
      const page = { parameter: "offset", from: 0, step: 20, until: "empty" }
      assert.strictEqual(
        yield* nextOf({ page }, "https://shop.example/api"),
        "https://shop.example/api?offset=20"
      )
      assert.strictEqual(
        yield* nextOf({ page }, "https://shop.example/api?offset=20&q=a"),
        "https://shop.example/api?offset=40&q=a"
      )
      const bounded = { parameter: "page", from: 1, step: 1, until: "meta.pages" }
      assert.strictEqual(
        yield* nextOf({ page: bounded }, "https://shop.example/api?page=2"),
        "https://shop.example/api?page=3"
      )
      assert.isUndefined(yield* nextOf({ page: bounded }, "https://shop.example/api?page=3"))
    })
  )
})

const awkward = {
  before: ['"products": [1, 2]', { products: [{ name: "wrong" }] }],
  data: {
    'q"uo\\te': "]}",
    products: [
      { name: 'A "quoted" \\ {[, ] name', url: "/a" },
      { name: "Ж 😀 \u2028", url: "/b", deep: [[[{ x: ["]"] }]]] },
      null,
      { name: "C", url: "/c" }
    ],
    after: { products: [{ name: "wrong" }] }
  },
  next: "/api?page=2"
}

describe("the text of an answer", () => {
  const source: Partial<Source> = { ...simple, items: "data.products", next: "next" }

  it.effect("reads the same for every piece size from 1 to 64 bytes", () =>
    Effect.gen(function* () {
      for (const text of [JSON.stringify(awkward), `\ufeff${JSON.stringify(awkward, null, 3)}\n`]) {
        const whole = yield* readText(text, { source })
        assert.deepStrictEqual(
          whole.items.map(({ title }) => title),
          ['A "quoted" \\ {[, ] name', "Ж 😀", "C"]
        )
        assert.deepStrictEqual(factsOf(whole).further, [
          { url: "https://shop.example/api?page=2", as: "json" }
        ])
        for (let size = 1; size <= 64; size++)
          assert.deepStrictEqual(yield* readText(text, { source, size }), whole, `size ${size}`)
      }
    })
  )

  it("is split into exactly what JSON.parse sees, whatever is in it and however it is cut", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        (other, list, size, pretty) => {
          const value = { other, a: { 'k"': other, list }, last: [other] }
          const text = JSON.stringify(value, null, pretty ? 2 : undefined)
          const splitter = new JsonSplitter(["a", "list"])
          const elements: Array<unknown> = []
          for (let at = 0; at < text.length; at += size)
            for (const element of splitter.write(text.slice(at, at + size)))
              elements.push(JSON.parse(element))
          const parsed = JSON.parse(text)
          assert.isTrue(splitter.complete)
          assert.deepStrictEqual(elements, parsed.a.list)
          assert.deepStrictEqual(JSON.parse(splitter.rest), { ...parsed, a: { ...parsed.a, list: [] } })
        }
      ),
      { numRuns: 300 }
    )
  })

  it.effect("that breaks off gives what was whole, and is not complete", () =>
    Effect.gen(function* () {
      const text = JSON.stringify(awkward)
      for (const end of [text.indexOf('"/c"'), text.indexOf('"after"'), text.length - 1]) {
        const found = yield* readText(text.slice(0, end), { source })
        assert.isAtLeast(found.items.length, 2)
        assert.isFalse(factsOf(found).complete)
        assert.deepStrictEqual(factsOf(found).further, [])
      }
    })
  )

  it.effect("that is no JSON is refused", () =>
    Effect.gen(function* () {
      const said = (text: string) =>
        Effect.map(readText(text, { source }), (found) => String(refusalOf(found)))
      assert.strictEqual(yield* said("<!DOCTYPE html><html><body>Not found"), "an HTML page instead of JSON")
      assert.strictEqual(yield* said("  "), "an empty document")
      assert.match(yield* said("Service unavailable"), /only text that begins with "Service/)
      assert.match(yield* said('{"data": {"products": 5'), /breaks off or is malformed/)
      assert.match(yield* said('{"data": ]'), /a bracket closes that none opened/)
      assert.match(yield* said('{"data": {"products": [{"name" "A"}]}}'), /no element that can be read/)
    })
  )

  it.effect("one bad element is counted, not the end of the others", () =>
    Effect.gen(function* () {
      const found = yield* readText('{"data": {"products": [{"name": "A"}, {"name" "B"}, {"name": "C"}]}}', {
        source
      })
      assert.lengthOf(found.items, 2)
      assert.include(factsOf(found).faults, "1 elements of the list are no JSON")
    })
  )

  it.effect("of 50 MB is read item by item, up to the source's limit", () =>
    Effect.gen(function* () {
      const element = JSON.stringify({ name: "Mug", url: "/a", text: "x".repeat(5_000) })
      const text = `{"data":{"products":[${`${element},`.repeat(10_000)}${element}]}}`
      const started = cpuMs()
      const found = yield* readText(text, { source: { ...source, maxItems: 20_000 } })
      assert.lengthOf(found.items, 10_001)
      assert.isBelow(cpuMs() - started, 15_000)
      const limited = yield* readText(text, { source: { ...source, maxItems: 10 } })
      assert.lengthOf(limited.items, 10)
      assert.deepInclude(factsOf(limited), { complete: false, further: [] })
      assert.include(factsOf(limited).faults, "items beyond the first 10")
    })
  )

  it.effect("made to hurt ends in seconds", () =>
    Effect.gen(function* () {
      const hostile = [
        "[".repeat(2_000_000),
        `{"data":{"products":[${"[".repeat(2_000_000)}`,
        `{"data":"${'\\"'.repeat(2_000_000)}`,
        `{${'"a":{'.repeat(500_000)}`,
        `{"data":{"products":["${"x".repeat(10_000_000)}"]}}`,
        `{"data":{"products":[${"1,".repeat(1_000_000)}1]}}`
      ]
      for (const text of hostile) {
        const started = cpuMs()
        yield* readText(text, { source })
        assert.isBelow(cpuMs() - started, 6_000, text.slice(0, 30))
      }
    })
  )
})
