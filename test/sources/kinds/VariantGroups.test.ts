// Variants of a product that follow each other are one item, unless their source wants each.
import { assert, describe, it } from "@effect/vitest"
import { merchant } from "../../../src/sources/kinds/merchant.ts"
import { yml } from "../../../src/sources/kinds/yml.ts"
import { onlyOne, readShop } from "./shop.ts"

interface Variant {
  readonly id: string
  readonly group?: string
  readonly price?: string
  readonly old?: string
  readonly available?: string
  readonly colour?: string
}

const tableOf = (variants: ReadonlyArray<Variant>) =>
  [
    "id\ttitle\titem_group_id\tprice\told_price\tavailability\tcolor",
    ...variants.map(({ available = "", colour = "", group = "", id, old = "", price = "" }) =>
      [id, `Lamp ${id}`, group, price, old, available, colour].join("\t")
    )
  ].join("\n")

const read = (...variants: ReadonlyArray<Variant>) => readShop(merchant, tableOf(variants))
const offerOf = (...variants: ReadonlyArray<Variant>) => onlyOne(read(...variants)).offer
const idsOf = (...variants: ReadonlyArray<Variant>) => read(...variants).items.map(({ offer }) => offer?.id)

describe("variants", () => {
  it("are one item: the first one's words, the lowest price, the best availability, what there is to choose from", () => {
    const item = onlyOne(
      read(
        { id: "1", group: "g", price: "30 EUR", available: "out of stock", colour: "red" },
        { id: "2", group: "g", price: "25 EUR", old: "40 EUR", available: "in stock", colour: "blue" },
        { id: "3", group: "g", price: "27 EUR", available: "in stock", colour: "blue" }
      )
    )
    assert.strictEqual(item.title, "Lamp 1")
    assert.deepStrictEqual(item.offer, {
      id: "1",
      group: "g",
      price: { amount: "25", currency: "EUR" },
      oldPrice: { amount: "40", currency: "EUR" },
      priceIsFrom: true,
      availability: "in-stock",
      options: [{ name: "Color", value: "red, blue" }]
    })
  })

  it("that are sold out do not make the price", () => {
    const sold = { id: "1", group: "g", price: "5 EUR", available: "out of stock" }
    const left = { id: "2", group: "g", price: "9 EUR", available: "in stock" }
    assert.strictEqual(offerOf(sold, left)?.price?.amount, "9")
    assert.strictEqual(offerOf(left, sold)?.price?.amount, "9")
    assert.strictEqual(offerOf(sold, { ...left, available: "out of stock" })?.price?.amount, "5")
  })

  it("with one price for all, however it is written, have no lowest one", () => {
    const offer = offerOf(
      { id: "1", group: "g", price: "5.0 EUR" },
      { id: "2", group: "g", price: "5.00 EUR" }
    )
    assert.notProperty(offer, "priceIsFrom")
    assert.deepStrictEqual(offer?.price, { amount: "5.0", currency: "EUR" })
  })

  it("without a price of their own add none", () => {
    assert.strictEqual(
      offerOf({ id: "1", group: "g" }, { id: "2", group: "g", price: "5 EUR" })?.price?.amount,
      "5"
    )
    assert.strictEqual(
      offerOf({ id: "1", group: "g", price: "5 EUR" }, { id: "2", group: "g" })?.price?.amount,
      "5"
    )
  })

  it("may stand beside their parent, before or behind it", () => {
    const parent = { id: "g", price: "7 EUR" }
    const variant = { id: "1", group: "g", price: "5 EUR" }
    assert.deepStrictEqual(idsOf(parent, variant, { id: "x" }), ["g", "x"])
    assert.deepStrictEqual(idsOf(variant, parent, { id: "x" }), ["1", "x"])
    assert.strictEqual(read(parent, variant).items[0]?.offer?.group, "g")
  })

  it("are never made of offers that only share an id, nor of those without any", () => {
    assert.deepStrictEqual(idsOf({ id: "1" }, { id: "1" }), ["1", "1"])
    assert.lengthOf(idsOf({ id: "" }, { id: "" }), 2)
  })

  it("that stand apart stay items of one group", () => {
    const { items } = read({ id: "1", group: "g" }, { id: "x" }, { id: "2", group: "g" })
    assert.deepStrictEqual(
      items.map(({ offer }) => offer?.group),
      ["g", undefined, "g"]
    )
  })

  it("are items each where their source wants that", () => {
    const document = tableOf([
      { id: "1", group: "g" },
      { id: "2", group: "g" }
    ])
    assert.lengthOf(readShop(merchant, document, { source: { variants: "each" } }).items, 2)
  })

  it("without end are one item in bounded memory", () => {
    const variants = Array.from(
      { length: 5_000 },
      (_, n) => `<offer id="${n}" group_id="g"><name>a</name><param name="N">${n}</param></offer>`
    )
    const item = onlyOne(
      readShop(yml, `<yml_catalog><shop><offers>${variants.join("")}</offers></shop></yml_catalog>`)
    )
    assert.isAtMost(item.offer?.options?.[0]?.value.length ?? 0, 500)
  })
})
