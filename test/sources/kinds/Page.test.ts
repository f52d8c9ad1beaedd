// Product pages: which product a page is about, what its data say of it, in what order they are believed.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Source } from "../../../src/domain/Source.ts"
import { page as pageKind } from "../../../src/sources/kinds/page.ts"
import { factsOf, onlyItem, readWith, refusalOf } from "./reading.ts"

const pageUrl = "https://shop.example/p/red-mug?utm_source=x"
const read = readWith(pageKind, { kind: "page" }, pageUrl)

const ld = (...values: ReadonlyArray<unknown>) =>
  values.map((value) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`).join("")
const page = (head: string, body = "") =>
  `<!doctype html><html><head><meta charset="utf-8"><title>Red mug | Shop</title>${head}</head><body>${body}</body></html>`

const offer = (price: unknown, more: object = {}) => ({
  "@type": "Offer",
  price,
  priceCurrency: "EUR",
  ...more
})
const mug = (more: object = {}) => ({
  "@context": "https://schema.org",
  "@type": "Product",
  name: "Red mug",
  offers: offer("12.50"),
  ...more
})

const item = (head: string, body = "", source: Partial<Source> = {}) =>
  Effect.map(read(page(head, body), { source }), onlyItem)
const offerIn = (head: string, body = "") => Effect.map(item(head, body), ({ offer }) => offer ?? {})

describe("a product page", () => {
  it.effect("gives everything that its JSON-LD says", () =>
    Effect.gen(function* () {
      const found = yield* item(
        `<link rel="canonical" href="/p/red-mug">` +
          ld(
            mug({
              description: "<p>Holds <b>tea</b></p>",
              image: ["/1.jpg", { "@type": "ImageObject", contentUrl: "https://img.example/2.jpg" }],
              sku: "M-1",
              mpn: "X9",
              gtin13: "4015600608835",
              brand: { "@type": "Brand", name: "Acme" },
              category: "Home > Kitchen > Mugs",
              color: "red",
              aggregateRating: {
                "@type": "AggregateRating",
                ratingValue: "9.2",
                bestRating: 10,
                reviewCount: "1,204"
              },
              offers: offer(12.5, {
                availability: "http://schema.org/LimitedAvailability",
                itemCondition: "https://schema.org/NewCondition",
                priceSpecification: { price: "15.00", priceType: "https://schema.org/StrikethroughPrice" }
              })
            })
          )
      )
      assert.deepStrictEqual(found, {
        link: "https://shop.example/p/red-mug",
        title: "Red mug",
        body: "<p>Holds <b>tea</b></p>",
        images: ["https://shop.example/1.jpg", "https://img.example/2.jpg"],
        categories: ["Home", "Kitchen", "Mugs"],
        offer: {
          id: "M-1",
          condition: "new",
          price: { amount: "12.5", currency: "EUR" },
          oldPrice: { amount: "15.00", currency: "EUR" },
          availability: "in-stock",
          brand: "Acme",
          gtin: "4015600608835",
          mpn: "X9",
          categoryPath: ["Home", "Kitchen", "Mugs"],
          options: [{ name: "Color", value: "red" }],
          rating: 4.6,
          reviews: 1204
        }
      })
    })
  )

  it.effect("is found wherever JSON-LD hides it", () =>
    Effect.gen(function* () {
      const hidden = [
        [{ "@type": "WebSite", name: "Shop" }, mug()],
        { "@graph": [{ "@type": "Organization", name: "Shop" }, mug()] },
        { "@type": "ItemPage", mainEntity: mug() },
        mug({ "@type": ["Thing", "http://schema.org/Product"] }),
        { "@graph": [{ "@type": "WebPage", mainEntity: { "@id": "#p" } }, mug({ "@id": "#p" })] },
        {
          "@type": "Offer",
          price: "12.50",
          priceCurrency: "EUR",
          itemOffered: { "@type": "Product", name: "Red mug" }
        }
      ]
      for (const value of hidden) {
        const found = yield* item(ld(value))
        assert.strictEqual(found.title, "Red mug")
        assert.deepStrictEqual(
          found.offer?.price,
          { amount: "12.50", currency: "EUR" },
          JSON.stringify(value)
        )
      }
    })
  )

  it.effect("halves of it in two scripts are one product", () =>
    Effect.gen(function* () {
      const found = yield* offerIn(
        ld(
          { "@type": "Product", "@id": "#product", name: "Red mug", brand: "Acme" },
          mug({ "@id": "#product" })
        )
      )
      assert.strictEqual(found.brand, "Acme")
      assert.strictEqual(found.price?.amount, "12.50")
    })
  )

  it.effect("broken JSON-LD is repaired once; what cannot be is left out alone", () =>
    Effect.gen(function* () {
      const script = (text: string) => `<script type="application/ld+json">${text}</script>`
      const json = JSON.stringify(mug())
      const broken = [
        `<!-- ${json} -->`,
        `//<![CDATA[\n${json}\n//]]>`,
        `/* made by hand */ ${json};`,
        json.replace("Red mug", "Red\n\tmug").replace("}", ",}"),
        json.replace('"name"', '// "x": 1,\n"name"'),
        json.replace("Red mug", "Red \\'mug\\'"),
        json.replaceAll('"', "&quot;")
      ]
      for (const text of broken) {
        const found = yield* read(page(script(text)))
        assert.match(onlyItem(found).title, /^Red '?mug/, text)
        assert.deepStrictEqual(factsOf(found).faults, [], text)
      }
      const found = yield* read(page(script('{"@type": "Product", "name": "no') + script("") + script(json)))
      assert.strictEqual(onlyItem(found).title, "Red mug")
      assert.deepStrictEqual(factsOf(found).faults, ["1 JSON-LD script that is no JSON"])
    })
  )

  it.effect(
    "of several products it is the one at the page's address, else the one with the page's name",
    () =>
      Effect.gen(function* () {
        const other = mug({ name: "Blue mug", url: "/p/blue-mug", offers: offer("1.00") })
        const own = yield* item(ld(other, mug({ url: "http://www.shop.example/p/red-mug/" })))
        assert.strictEqual(own.title, "Red mug")
        const named = yield* item(ld(other, mug({ url: "/p/4711" })))
        assert.strictEqual(named.title, "Red mug")
        assert.strictEqual(named.link, pageUrl)
        const first = yield* item(
          ld(
            { "@type": "Product", name: "Cup", isRelatedTo: other, offers: { "@type": "Offer" } },
            mug({ name: "Bowl" })
          )
        )
        assert.strictEqual(first.title, "Cup")
      })
  )

  it.effect("several products of which none is the page's and none has an offer are none", () =>
    Effect.gen(function* () {
      const names = ["One", "Two"].map((name) => ({ "@type": "Product", name }))
      assert.match(String(refusalOf(yield* read(page(ld(...names))))), /without product data/)
    })
  )

  it.effect(
    "microdata is read with nested items, itemref, lazy pictures and words where addresses stand",
    () =>
      Effect.gen(function* () {
        const found = yield* item(
          "",
          `<div id="more"><span itemprop="sku">M-1</span></div>
        <div itemscope itemtype="http://schema.org/Product" itemref="more">
          <a itemprop="name" href="/x"> Red <b>mug</b> </a><img itemprop="image" src="data:image/gif;base64,R0" data-src="/1.jpg">
          <span itemprop="brand"><img src="/a.png" alt="Acme"></span>
          <div itemprop="description"><p>Holds
            tea</p><p>and water</p><style>p{}</style></div>
          <div itemprop="offers" itemscope itemtype="http://schema.org/Offer">
            <meta itemprop="priceCurrency" content="EUR"><span itemprop="price">1.299,00</span>
            <link itemprop="availability" href="https://schema.org/OutOfStock">
          </div>
        </div>`
        )
        assert.deepStrictEqual(found, {
          link: pageUrl,
          title: "Red mug",
          body: "Holds tea<br>\nand water",
          images: ["https://shop.example/1.jpg"],
          categories: [],
          offer: {
            id: "M-1",
            price: { amount: "1299.00", currency: "EUR" },
            availability: "out-of-stock",
            brand: "Acme"
          }
        })
      })
  )

  it.effect("OpenGraph alone is enough, when it speaks of a product", () =>
    Effect.gen(function* () {
      const meta = (property: string, content: string) => `<meta property="${property}" content="${content}">`
      const head =
        meta("og:type", "product") +
        meta("og:title", "Red mug") +
        meta("og:url", "https://shop.example/p/red-mug") +
        meta("og:image", "/1.jpg") +
        meta("og:image:secure_url", "/1.jpg") +
        meta("product:price:amount", "1.299,00") +
        meta("product:price:currency", "EUR") +
        meta("product:original_price:amount", "1.400,00") +
        meta("product:availability", "instock") +
        meta("product:retailer_item_id", "M-1") +
        meta("product:brand", "Acme")
      assert.deepStrictEqual(yield* item(head), {
        link: "https://shop.example/p/red-mug",
        title: "Red mug",
        body: "",
        images: ["https://shop.example/1.jpg"],
        categories: [],
        offer: {
          id: "M-1",
          price: { amount: "1299.00", currency: "EUR" },
          oldPrice: { amount: "1400.00", currency: "EUR" },
          availability: "in-stock",
          brand: "Acme"
        }
      })
      const article = meta("og:type", "article") + meta("og:title", "News")
      assert.match(
        String(refusalOf(yield* read(page(article)))),
        /titled "Red mug \| Shop" without product data/
      )
    })
  )

  it.effect(
    "JSON-LD is believed before microdata, microdata before meta elements; what one lacks the next gives",
    () =>
      Effect.gen(function* () {
        const metas = `<meta property="product:price:amount" content="3"><meta property="product:price:currency" content="EUR">`
        const micro = (price: string) =>
          `<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">Red mug</span><span itemprop="sku">M-2</span>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><meta itemprop="price" content="${price}"><meta itemprop="priceCurrency" content="EUR"></div></div>`
        const all = yield* offerIn(metas + ld(mug()), micro("2"))
        assert.strictEqual(all.price?.amount, "12.50")
        assert.strictEqual(all.id, "M-2")
        assert.strictEqual((yield* offerIn(metas, micro("2"))).price?.amount, "2")
        assert.strictEqual(
          (yield* offerIn(metas + ld(mug({ offers: offer({}) })), micro("0"))).price?.amount,
          "3"
        )
        const twitter = `<meta name="twitter:label1" content="Price"><meta name="twitter:data1" content="€ 7,50">`
        assert.strictEqual((yield* offerIn(twitter + ld(mug({ offers: [] })))).price?.amount, "7.50")
      })
  )

  it.effect("the microdata of another product adds nothing", () =>
    Effect.gen(function* () {
      const other = `<div itemscope itemtype="https://schema.org/Product"><span itemprop="name">Blue mug</span><meta itemprop="sku" content="B"></div>`
      assert.notProperty(yield* offerIn(ld(mug()), other), "id")
    })
  )

  it.effect("a price is never invented: what is missing is said", () =>
    Effect.gen(function* () {
      const found = yield* read(page(ld(mug({ offers: offer({}) })), "<p>Only 9.99 EUR!</p>"))
      assert.notProperty(onlyItem(found).offer ?? {}, "price")
      assert.deepStrictEqual(factsOf(found).faults, ["no price in the data of the page"])
    })
  )

  it.effect("breadcrumbs are the category path, without the front page and the product", () =>
    Effect.gen(function* () {
      const crumb = (position: number, name: string, url: string) => ({
        "@type": "ListItem",
        position,
        item: { "@id": url, name }
      })
      const crumbs = {
        "@type": "BreadcrumbList",
        itemListElement: [
          crumb(3, "Mugs", "/c/mugs"),
          crumb(1, "Shop", "/"),
          crumb(2, "Kitchen", "/c"),
          crumb(4, "Red mug", "/x")
        ]
      }
      assert.deepStrictEqual((yield* offerIn(ld(mug(), crumbs))).categoryPath, ["Kitchen", "Mugs"])
    })
  )

  it.effect("a canonical address that is the front page is not believed", () =>
    Effect.gen(function* () {
      const found = yield* item(`<link rel="canonical" href="https://shop.example/">${ld(mug())}`)
      assert.strictEqual(found.link, pageUrl)
    })
  )

  it.effect("bytes in another charset are read", () =>
    Effect.gen(function* () {
      const text = page(ld(mug({ name: "X" })))
        .replace("utf-8", "windows-1251")
        .replace('"X"', '"\u0000"')
      const bytes = Uint8Array.from(
        [...text].flatMap((one) => (one === "\0" ? [0xca, 0xf0, 0xf3, 0xe6, 0xea, 0xe0] : one.charCodeAt(0)))
      )
      assert.strictEqual(onlyItem(yield* read(bytes)).title, "Кружка")
    })
  )
})

describe("the offers of a product", () => {
  const termsOf = (offers: unknown, more: object = {}) => offerIn(ld(mug({ offers, ...more })))

  it.effect("of several the cheapest that can be had counts, and says that there are others", () =>
    Effect.gen(function* () {
      const found = yield* termsOf([
        offer("9", { availability: "OutOfStock" }),
        offer("12.00", { availability: "https://schema.org/InStock" }),
        offer("11", { availability: "inStock" }),
        offer("5", { itemCondition: "UsedCondition" }),
        offer("1", { priceCurrency: "USD" })
      ])
      assert.deepStrictEqual(found.price, { amount: "11", currency: "EUR" })
      assert.isTrue(found.priceIsFrom)
      assert.strictEqual(found.availability, "in-stock")
    })
  )

  it.effect("the same price in two spellings is one price", () =>
    Effect.gen(function* () {
      assert.notProperty(yield* termsOf([offer("2879.2"), offer("2879.20")]), "priceIsFrom")
    })
  )

  it.effect("an aggregate gives its lowest price, its own or that of the offers in it", () =>
    Effect.gen(function* () {
      const own = { "@type": "AggregateOffer", lowPrice: "10", highPrice: "20", priceCurrency: "EUR" }
      assert.deepStrictEqual(yield* termsOf(own), {
        price: { amount: "10", currency: "EUR" },
        priceIsFrom: true
      })
      assert.notProperty(yield* termsOf({ ...own, highPrice: "10.0" }), "priceIsFrom")
      const inner = {
        "@type": "AggregateOffer",
        priceCurrency: "EUR",
        offers: [{ "@type": "Offer", price: 8, availability: "SoldOut" }]
      }
      assert.deepStrictEqual(yield* termsOf(inner), {
        price: { amount: "8", currency: "EUR" },
        availability: "out-of-stock"
      })
    })
  )

  it.effect(
    "price specifications: the only price, the one before, none of delivery, units, members and other dates",
    () =>
      Effect.gen(function* () {
        const specified = (...priceSpecification: ReadonlyArray<object>) =>
          termsOf({ "@type": "Offer", priceSpecification })
        const unit = (price: string, more: object = {}) => ({
          "@type": "UnitPriceSpecification",
          price,
          priceCurrency: "EUR",
          ...more
        })
        assert.strictEqual((yield* specified(unit("9.90"))).price?.amount, "9.90")
        const both = yield* specified(
          { "@type": "DeliveryChargeSpecification", price: "4", priceCurrency: "EUR" },
          unit("3", { referenceQuantity: { value: 100 } }),
          unit("7", { validForMemberTier: { name: "Gold" } }),
          unit("6", { validThrough: "2026-11-24" }),
          unit("12", { priceType: "https://schema.org/ListPrice" }),
          unit("9.90", { validThrough: "2026-11-25" })
        )
        assert.deepStrictEqual(both, {
          price: { amount: "9.90", currency: "EUR" },
          oldPrice: { amount: "12", currency: "EUR" }
        })
        const cheaperBefore = yield* termsOf(
          offer("12", { priceSpecification: unit("11", { priceType: "ListPrice" }) })
        )
        assert.notProperty(cheaperBefore, "oldPrice")
      })
  )

  it.effect(
    "a price that names no currency is in the catalog's, if it says one; the page's own word comes first",
    () =>
      Effect.gen(function* () {
        const bare = `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Red mug</h1>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><b itemprop="price">$19.99</b></div></div>`
        const says = `<meta property="product:price:currency" content="CAD">`
        assert.isUndefined((yield* item("", bare)).offer?.price)
        const aud = { currency: "AUD" }
        assert.deepStrictEqual((yield* item("", bare, aud)).offer?.price, {
          amount: "19.99",
          currency: "AUD"
        })
        assert.deepStrictEqual((yield* item(says, bare, aud)).offer?.price, {
          amount: "19.99",
          currency: "CAD"
        })
      })
  )

  it.effect("structured prices are dot-decimal, whatever else is written there", () =>
    Effect.gen(function* () {
      for (const [written, amount] of [
        ["29.1583", "29.1583"],
        ["$1,495", "1495"],
        ["1 299,00", "1299.00"],
        [1299, "1299"]
      ] as const)
        assert.strictEqual((yield* termsOf(offer(written))).price?.amount, amount)
      for (const written of ["0", "0.00", "", null, "on request"])
        assert.notProperty(yield* termsOf(offer(written)), "price")
      assert.notProperty(yield* termsOf(offer("5", { priceCurrency: undefined })), "price")
      assert.strictEqual((yield* termsOf(offer("5", { priceCurrency: "rur" }))).price?.currency, "RUB")
    })
  )

  it.effect(
    "a sale that only the meta elements know of is one when they name the same price as the one before",
    () =>
      Effect.gen(function* () {
        const metas = (before: string) =>
          `<meta property="product:price:amount" content="10"><meta property="product:price:currency" content="EUR"><meta property="og:price:standard_amount" content="${before}">`
        const sale = yield* offerIn(metas("12.50") + ld(mug()))
        assert.deepStrictEqual([sale.price?.amount, sale.oldPrice?.amount], ["10", "12.50"])
        assert.strictEqual((yield* offerIn(metas("13") + ld(mug()))).price?.amount, "12.50")
      })
  )

  it.effect("two thousand offers and a group of itself end", () =>
    Effect.gen(function* () {
      const found = yield* termsOf(Array.from({ length: 2_000 }, (_, n) => offer(`${n + 1}`)))
      assert.strictEqual(found.price?.amount, "1")
      const loop = mug({ "@id": "#a", isVariantOf: { "@id": "#a" }, hasVariant: { "@id": "#a" } })
      assert.strictEqual((yield* item(ld(loop))).title, "Red mug")
    })
  )
})

describe("variants", () => {
  const variant = (size: string, price: string, more: object = {}) => ({
    "@type": "Product",
    sku: `M-${size}`,
    size,
    image: `/${size}.jpg`,
    name: `Red mug ${size}`,
    offers: offer(price, { url: `/p/red-mug?size=${size}`, availability: "InStock" }),
    ...more
  })
  const group = (more: object = {}) => ({
    "@type": "ProductGroup",
    name: "Red mug",
    description: "A mug",
    productGroupID: "M",
    variesBy: "https://schema.org/size",
    brand: "Acme",
    hasVariant: [variant("L", "14"), variant("S", "12"), { "@type": "Product", url: "/p/elsewhere" }],
    ...more
  })

  it.effect("a group is one item with the lowest price of all", () =>
    Effect.gen(function* () {
      const found = yield* item(ld(group()))
      assert.strictEqual(found.title, "Red mug")
      assert.deepStrictEqual(found.offer, {
        group: "M",
        price: { amount: "12", currency: "EUR" },
        priceIsFrom: true,
        availability: "in-stock",
        brand: "Acme"
      })
      assert.deepStrictEqual(found.images, ["https://shop.example/L.jpg"])
    })
  )

  it.effect("each variant is an item of the group where the source wants that", () =>
    Effect.gen(function* () {
      const { items } = yield* read(page(ld(group())), { source: { variants: "each" } })
      assert.deepStrictEqual(
        items.map(({ body, link, offer, title }) => [
          title,
          link,
          body,
          offer?.id,
          offer?.group,
          offer?.price?.amount,
          offer?.brand
        ]),
        [
          ["Red mug L", "https://shop.example/p/red-mug?size=L", "A mug", "M-L", "M", "14", "Acme"],
          ["Red mug S", "https://shop.example/p/red-mug?size=S", "A mug", "M-S", "M", "12", "Acme"]
        ]
      )
      assert.deepStrictEqual(items[0]?.offer?.options, [{ name: "Size", value: "L" }])
    })
  )

  it.effect("a page of one variant belongs to its group and has what the group says of all", () =>
    Effect.gen(function* () {
      const found = yield* offerIn(
        ld(variant("S", "12", { name: "Red mug", isVariantOf: group({ hasVariant: [] }) }))
      )
      assert.deepStrictEqual([found.id, found.group, found.brand], ["M-S", "M", "Acme"])
      assert.strictEqual((yield* offerIn(ld(mug({ inProductGroupWithID: "G" })))).group, "G")
    })
  )
})

describe("a list page", () => {
  const listUrl = "https://shop.example/c/mugs"
  const readList = (body: string, source: Partial<Source> = {}) =>
    read(
      `<html><head><title>Mugs</title><link rel="next" href="?page=2"></head><body>${body}</body></html>`,
      {
        url: listUrl,
        source: { url: listUrl, ...source }
      }
    )
  const entry = (n: number, more: object = {}) =>
    mug({ name: `Mug ${n}`, url: `/p/${n}`, offers: offer(`${n}.00`), ...more })

  it.effect("gives the products that it carries whole, and leads to the others", () =>
    Effect.gen(function* () {
      const list = {
        "@type": "ItemList",
        itemListElement: [
          { "@type": "ListItem", position: 1, item: entry(1) },
          { "@type": "ListItem", position: 2, item: entry(2, { offers: undefined }) },
          { "@type": "ListItem", position: 3, url: "https://shop.example/p/3" },
          { "@type": "ListItem", position: 4, url: "https://elsewhere.example/p/4" }
        ]
      }
      const found = yield* readList(ld(list))
      assert.deepStrictEqual(
        found.items.map(({ link, offer, title }) => [title, link, offer?.price?.amount]),
        [["Mug 1", "https://shop.example/p/1", "1.00"]]
      )
      assert.deepStrictEqual(factsOf(found).further, [
        { url: "https://shop.example/p/2", as: "page" },
        { url: "https://shop.example/p/3", as: "page" },
        { url: "https://shop.example/c/mugs?page=2", as: "list" }
      ])
    })
  )

  it.effect("several products with pages of their own are a list", () =>
    Effect.gen(function* () {
      const tile = (n: number) =>
        `<div itemscope itemtype="https://schema.org/Product"><a itemprop="url" href="/p/${n}"><span itemprop="name">Mug ${n}</span></a>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer"><span itemprop="price">${n},50 €</span></div></div>`
      const { items } = yield* readList(tile(1) + tile(2))
      assert.deepStrictEqual(
        items.map(({ link, offer }) => [link, offer?.price]),
        [
          ["https://shop.example/p/1", { amount: "1.50", currency: "EUR" }],
          ["https://shop.example/p/2", { amount: "2.50", currency: "EUR" }]
        ]
      )
    })
  )

  it.effect(
    "the links that the operator's pattern means are followed, each once, on this site, without those to skip",
    () =>
      Effect.gen(function* () {
        const anchors = [
          "/product/1",
          "product/9",
          "/product/1#top",
          "/product/2?a=1",
          "https://elsewhere.example/product/3",
          "/product/4/reviews",
          "/about"
        ]
        const body = anchors.map((href) => `<a href="${href}">x</a>`).join("")
        const found = yield* readList(body, { links: ["/product/*"], skip: ["*/reviews"] })
        assert.deepStrictEqual(
          factsOf(found).further.map(({ as, url }) => [as, url]),
          [
            ["page", "https://shop.example/product/1"],
            ["page", "https://shop.example/product/2?a=1"],
            ["list", "https://shop.example/c/mugs?page=2"]
          ]
        )
      })
  )

  it.effect("a page that a link led to is no list, whatever links it has", () =>
    Effect.gen(function* () {
      const found = yield* read(page(ld(mug()), `<a href="/product/2">x</a>`), {
        url: "https://shop.example/product/1",
        source: { url: listUrl, links: ["/product/*"] }
      })
      assert.strictEqual(onlyItem(found).title, "Red mug")
      assert.deepStrictEqual(factsOf(found).further, [])
    })
  )

  it.effect("a list that the operator describes but that leads nowhere is refused", () =>
    Effect.gen(function* () {
      const found = yield* readList(`<a href="/about">x</a>${ld(mug({ url: "/p/7" }))}`, {
        links: ["/product/*"]
      })
      assert.match(String(refusalOf(found)), /without product data/)
    })
  )
})
