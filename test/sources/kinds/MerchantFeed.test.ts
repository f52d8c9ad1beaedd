// Google Merchant's product feed in each of its forms gives the same offers; what belongs to shipping stays there.
import { assert, describe, it } from "@effect/vitest"
import type { Item } from "../../../src/domain/Item.ts"
import { merchant } from "../../../src/sources/kinds/merchant.ts"
import { type Arrival, factsOf, foundIn, onlyOne, readShop } from "./shop.ts"

const read = (document: string, arrival: Arrival = {}) => readShop(merchant, document, arrival)

const google = `xmlns:g="http://base.google.com/ns/1.0"`

/** The fields of one product, their names with this prefix. */
const fields = (prefix: string) =>
  Object.entries({
    shipping: `<${prefix}price>4.99 EUR</${prefix}price>`,
    id: "sku-1",
    title: "Lamp &amp;amp; shade",
    description: "Bright",
    link: "https://shop.example/lamp",
    image_link: "https://cdn.example/1.jpg",
    price: "49.90 EUR",
    sale_price: "39.90 EUR",
    availability: "in_stock",
    brand: "Lux",
    gtin: "4006381333931",
    mpn: "L-1",
    condition: "new",
    item_group_id: "lamps",
    product_type: "Home &gt; Light",
    color: "red"
  })
    .map(([name, value]) => `<${prefix}${name}>${value}</${prefix}${name}>`)
    .join("")

const table = (delimiter: string, quote: string) => {
  const header =
    "id,title,description,link,image link,price,sale_price,availability,brand,gtin,mpn,condition,item_group_id,product_type,color,shipping"
  const row = [
    ...["sku-1", "Lamp & shade", "Bright", "https://shop.example/lamp", "https://cdn.example/1.jpg"],
    ...["49.90 EUR", "39.90 EUR", "in_stock", "Lux", "4006381333931", "L-1", "new", "lamps", "Home > Light"],
    ...["red", "US:CA:Ground:4.99 EUR"]
  ]
  return [header.split(","), row]
    .map((line) => line.map((field) => `${quote}${field}${quote}`).join(delimiter))
    .join("\r\n")
}

const lamp: Item = {
  title: "Lamp & shade",
  link: "https://shop.example/lamp",
  body: "Bright",
  images: ["https://cdn.example/1.jpg"],
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
    categoryPath: ["Home", "Light"],
    options: [{ name: "Color", value: "red" }]
  }
}

const forms: Readonly<Record<string, string>> = {
  "RSS with g:": `<rss ${google}><channel><title>Shop</title><item>${fields("g:")}</item></channel></rss>`,
  "RSS with another prefix of that namespace": `<rss xmlns:q="http://base.google.com/ns/1.0"><channel><item>${fields("q:")}</item></channel></rss>`,
  "RSS without a namespace": `<rss><channel><item>${fields("")}</item></channel></rss>`,
  "RSS with a namespace nobody knows": `<rss xmlns:c="http://base.google.com/cns/1.0"><channel><item>${fields("c:")}</item></channel></rss>`,
  Atom: `<feed xmlns="http://www.w3.org/2005/Atom" ${google}><link rel="self" href="https://shop.example/feed"/><entry><title>Lamp in general</title>${fields("g:")}</entry></feed>`,
  "a plain list of products": `<products><product>${fields("")}</product></products>`,
  TSV: table("\t", ""),
  "TSV that quotes": table("\t", '"'),
  CSV: table(",", '"'),
  "CSV with semicolons": table(";", "")
}

describe("a product feed", () => {
  for (const [form, document] of Object.entries(forms)) {
    it(`as ${form} gives the same offer, its own price and not that of its shipping`, () =>
      assert.deepStrictEqual(onlyOne(read(document)), lamp))
  }

  it("is known by the namespace's address: the prefix g alone is nothing", () => {
    const foreign = `<rss xmlns:g="urn:geo"><channel><item><title>x</title><g:id>1</g:id><g:brand>b</g:brand></item></channel></rss>`
    const { offer } = onlyOne(read(foreign))
    assert.strictEqual(offer?.id, "1", "fields of unknown namespaces count where there are no better ones")
    const both = `<rss xmlns:g="http://base.google.com/ns/1.0" xmlns:o="urn:geo"><channel><item><title>x</title><o:id>2</o:id><g:id>1</g:id></item></channel></rss>`
    assert.strictEqual(onlyOne(read(both)).offer?.id, "1")
  })

  it("takes instalments, taxes and certification for nothing of the offer's own", () => {
    const nested = `<rss ${google}><channel><item><g:id>1</g:id><g:title>x</g:title>
      <g:installment><g:months>6</g:months><g:amount>9 EUR</g:amount></g:installment><g:tax><g:rate>5</g:rate></g:tax>
      <g:shipping><g:price>1 EUR</g:price></g:shipping></item></channel></rss>`
    assert.notProperty(onlyOne(read(nested)).offer, "price")
  })

  it("may leave elements empty, write entities twice, prices without decimals, links that are relative", () => {
    const item = onlyOne(
      read(
        `<rss ${google}><channel><link>https://shop.example/</link><item><g:id>1</g:id><g:title>A &amp;gt; B</g:title><g:price>374990 KZT</g:price>
         <g:sale_price/><g:brand> </g:brand><g:gtin>123</g:gtin><g:image_link>/i.jpg</g:image_link></item></channel></rss>`
      )
    )
    assert.strictEqual(item.title, "A > B")
    assert.deepStrictEqual(item.images, ["https://shop.example/i.jpg"])
    assert.deepStrictEqual(item.offer, { id: "1", price: { amount: "374990", currency: "KZT" } })
  })

  it("keeps a sale to its dates", () => {
    const sale = `id\ttitle\tprice\tsale_price\tsale_price_effective_date\n1\tx\t10 EUR\t8 EUR\t2024-03-01T00:00+0100/2024-03-31T24:00+0100`
    const price = (now: number) => onlyOne(read(sale, { now })).offer?.price?.amount
    assert.strictEqual(price(Date.UTC(2024, 1, 1)), "10")
    assert.strictEqual(price(Date.UTC(2024, 2, 15)), "8")
    assert.strictEqual(price(Date.UTC(2024, 3, 2)), "10")
  })

  it("may hold inches and quotation marks in a TSV, and addresses with commas among its pictures", () => {
    const { items } = read(
      `id\ttitle\timage_link\tadditional_image_link\n1\tScreen 15" wide\thttps://cdn.example/a,b.jpg\thttps://cdn.example/2.jpg, https://cdn.example/3.jpg\n2\t"Quoted" thing\t\t`
    )
    assert.deepStrictEqual(
      items.map(({ title }) => title),
      ['Screen 15" wide', '"Quoted" thing']
    )
    assert.deepStrictEqual(items[0]?.images, [
      "https://cdn.example/a,b.jpg",
      "https://cdn.example/2.jpg",
      "https://cdn.example/3.jpg"
    ])
  })

  it("may have its header in any order and in a language that Google allows", () => {
    const item = onlyOne(
      read("titel\tid\tpreis\tverfügbarkeit\tlink\nLampe\t7\t9.90 EUR\tauf Lager\thttps://shop.example/7")
    )
    assert.deepStrictEqual(item.offer, {
      id: "7",
      price: { amount: "9.90", currency: "EUR" },
      availability: "in-stock"
    })
  })

  it("that is an article feed, a page or JSON is named for what it is", () => {
    assert.strictEqual(
      foundIn(
        read("<rss><channel><item><title>News</title><link>https://a.example/</link></item></channel></rss>")
      ),
      "a feed in which nothing has an id or a price"
    )
    assert.strictEqual(foundIn(read("<html><title>Log in</title></html>")), `an HTML page titled "Log in"`)
    assert.strictEqual(foundIn(read(`{"products":[]}`)), "JSON")
    assert.strictEqual(foundIn(read("")), "an empty document")
  })

  it("proves nothing while it is empty or cut off", () => {
    const empty = factsOf(read(`<rss ${google}><channel><title>Shop</title></channel></rss>`))
    assert.isFalse(empty.complete)
    assert.deepStrictEqual(empty.faults, ["no products; the shop may be writing the file just now"])
    const cut = read(`<rss ${google}><channel><item>${fields("g:")}</item><item><g:id>2</g:id><g:title>`)
    assert.lengthOf(cut.items, 1)
    assert.isFalse(factsOf(cut).complete)
  })
})
