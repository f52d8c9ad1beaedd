// Google Merchant fields in feeds become offers; what belongs to shipping stays there.
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { onlyItem, read, readItem } from "./read.ts"

const google = `xmlns:g="http://base.google.com/ns/1.0"`

describe("offers", () => {
  it.effect("all fields of an offer are read, its own price before that of its shipping", () =>
    Effect.gen(function* () {
      const item = yield* readItem(
        `<g:shipping><g:price>4.99 EUR</g:price></g:shipping><g:id>sku-1</g:id><g:title>Lamp &amp;amp; shade</g:title>
         <g:description>Bright</g:description><g:link>https://shop.example/lamp</g:link><g:image_link>/lamp.jpg</g:image_link>
         <g:additional_image_link>/a.jpg</g:additional_image_link><g:price>49.90 EUR</g:price><g:sale_price>39.90 EUR</g:sale_price>
         <g:availability>in stock</g:availability><g:brand>Lux</g:brand><g:gtin>4006381333931</g:gtin><g:mpn>L-1</g:mpn>
         <g:condition>new</g:condition><g:item_group_id>lamps</g:item_group_id><g:product_type>Home &gt; Light</g:product_type>`,
        google
      )
      assert.deepStrictEqual(item, {
        link: "https://shop.example/lamp",
        title: "Lamp & shade",
        body: "Bright",
        images: ["https://feed.example/lamp.jpg", "https://feed.example/a.jpg"],
        categories: ["Home > Light"],
        offer: {
          id: "sku-1",
          group: "lamps",
          price: { amount: "39.90", currency: "EUR" },
          oldPrice: { amount: "49.90", currency: "EUR" },
          availability: "in-stock",
          brand: "Lux",
          gtin: "4006381333931",
          mpn: "L-1",
          condition: "new",
          categoryPath: ["Home", "Light"]
        }
      })
    })
  )

  it.effect("the namespace decides, not the prefix", () =>
    Effect.gen(function* () {
      const other = yield* readItem(
        "<q:id>1</q:id><q:price>5 USD</q:price><title>x</title>",
        `xmlns:q="http://base.google.com/ns/1.0"`
      )
      assert.deepStrictEqual(other.offer, { id: "1", price: { amount: "5", currency: "USD" } })
      const foreign = yield* readItem(
        "<g:id>1</g:id><g:price>5 USD</g:price><title>x</title>",
        `xmlns:g="urn:geo"`
      )
      assert.notProperty(foreign, "offer")
    })
  )

  it.effect("field names without a namespace, and Atom around them, are understood", () =>
    Effect.gen(function* () {
      const plain = yield* readItem(
        "<id>7</id><title>x</title><price>374990 KZT</price><availability>out_of_stock</availability>"
      )
      assert.deepStrictEqual(plain.offer, {
        id: "7",
        price: { amount: "374990", currency: "KZT" },
        availability: "out-of-stock"
      })
      const atom = yield* read(
        `<feed xmlns="http://www.w3.org/2005/Atom" ${google}><link rel="self" href="/feed"/><entry><g:id>1</g:id><title>x</title><g:link>https://shop.example/1</g:link></entry></feed>`
      )
      assert.deepInclude(onlyItem(atom), { link: "https://shop.example/1", offer: { id: "1" } })
    })
  )

  it.effect("a sale price counts only while the sale is on, and is no old price when it is not lower", () =>
    Effect.gen(function* () {
      const offer = Effect.map(
        readItem(
          `<title>x</title><g:id>1</g:id><g:price>10 EUR</g:price><g:sale_price>8 EUR</g:sale_price>
           <g:sale_price_effective_date>2024-03-01T00:00+0100/2024-03-31T24:00+0100</g:sale_price_effective_date>`,
          google
        ).pipe(Effect.orDie),
        (item) => item.offer
      )
      yield* TestClock.setTime(Date.UTC(2024, 1, 1))
      assert.deepStrictEqual((yield* offer)?.price?.amount, "10")
      yield* TestClock.setTime(Date.UTC(2024, 2, 15))
      assert.deepStrictEqual((yield* offer)?.oldPrice?.amount, "10")
      yield* TestClock.setTime(Date.UTC(2024, 3, 2))
      assert.notProperty(yield* offer, "oldPrice")
      const dearer = yield* readItem(
        "<title>x</title><g:id>1</g:id><g:price>8 EUR</g:price><g:sale_price>8.00 EUR</g:sale_price>",
        google
      )
      assert.notProperty(dearer.offer, "oldPrice")
    })
  )

  it.effect("empty and senseless fields are absent", () =>
    Effect.gen(function* () {
      const item = yield* readItem(
        "<title>x</title><g:id>1</g:id><g:price/><g:brand> </g:brand><g:availability>maybe</g:availability><g:gtin></g:gtin>",
        google
      )
      assert.deepStrictEqual(item.offer, { id: "1" })
    })
  )

  it.effect("an article is no offer", () =>
    Effect.gen(function* () {
      assert.notProperty(yield* readItem("<title>x</title><link>https://a.example/</link>"), "offer")
    })
  )
})
