// Shop catalogs in YML and its cousins become items with offers.
import { assert, describe, it } from "@effect/vitest"
import type { Offer } from "../../../src/domain/Item.ts"
import { yml } from "../../../src/sources/kinds/yml.ts"
import { type Arrival, factsOf, foundIn, onlyOne, readShop } from "./shop.ts"

const catalogOf = (offers: string, header = `<currencies><currency id="RUR" rate="1"/></currencies>`) =>
  `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<yml_catalog date="2026-11-24 10:00"><shop><name>Lamps &amp; more</name><url>https://shop.example</url>${header}
<categories><category id="1">Home</category><category id="2" parentId="1">Light</category></categories>
<offers>${offers}</offers></shop></yml_catalog>`

const offered = (inner: string, attributes = `id="1"`, arrival: Arrival = {}) =>
  onlyOne(readShop(yml, catalogOf(`<offer ${attributes}>${inner}</offer>`), arrival))
const offerOf = (inner: string, attributes?: string): Offer | undefined => offered(inner, attributes).offer

describe("a YML catalog", () => {
  it("gives each offer with price, old price, availability, brand, category path, pictures, variants and parameters", () => {
    const item = offered(
      `<url>https://shop.example/lamp?utm_source=market&amp;id=1</url><price>1299.50</price><oldprice>1 500</oldprice>
       <currencyId>RUR</currencyId><categoryId>2</categoryId><picture>https://cdn.example/1.jpg</picture><picture>/2.jpg</picture>
       <name>Lamp</name><vendor>Lux</vendor><vendorCode>L-1</vendorCode><barcode>4006381333931</barcode>
       <description><![CDATA[<p>Bright &amp; <b>warm</b></p>]]></description><param name="Color">red</param><param name="Weight" unit="g">180</param>`,
      `id="7" available="true" group_id="lamps"`
    )
    assert.deepStrictEqual(item, {
      title: "Lamp",
      link: "https://shop.example/lamp?utm_source=market&id=1",
      body: "<p>Bright &amp; <b>warm</b></p>",
      images: ["https://cdn.example/1.jpg", "https://shop.example/2.jpg"],
      categories: ["Home > Light"],
      offer: {
        id: "7",
        group: "lamps",
        price: { amount: "1299.50", currency: "RUB" },
        oldPrice: { amount: "1500", currency: "RUB" },
        availability: "in-stock",
        brand: "Lux",
        gtin: "4006381333931",
        mpn: "L-1",
        categoryPath: ["Home", "Light"],
        options: [
          { name: "Color", value: "red" },
          { name: "Weight", value: "180 g" }
        ]
      }
    })
  })

  it("tells its shop's name and that it is whole", () => {
    const facts = factsOf(readShop(yml, catalogOf(`<offer id="1"><name>a</name></offer>`)))
    assert.deepStrictEqual(facts, { title: "Lamps & more", complete: true, faults: [], further: [] })
  })

  it("counts an offer without `available` as available, and one with `false`, `disabled` or no stock as not", () => {
    const availability = (inner: string, attributes?: string) => offerOf(inner, attributes)?.availability
    assert.strictEqual(availability("<name>a</name>"), "in-stock")
    assert.strictEqual(availability("<name>a</name>", `id="1" available="false"`), "out-of-stock")
    assert.strictEqual(availability("<name>a</name>", `id="1" available=""`), "out-of-stock")
    assert.strictEqual(availability("<name>a</name><disabled>true</disabled>"), "out-of-stock")
    assert.strictEqual(availability("<name>a</name><count>0</count>"), "out-of-stock")
    assert.strictEqual(availability("<name>a</name><count>3</count>"), "in-stock")
  })

  it("puts the name together where the type spreads it over several elements", () => {
    const names: ReadonlyArray<readonly [attributes: string, inner: string, name: string]> = [
      [
        `type="vendor.model"`,
        "<typePrefix>Printer</typePrefix><vendor>HP</vendor><model>LaserJet</model>",
        "Printer HP LaserJet"
      ],
      [`type="vendor.model"`, "<vendor>HP</vendor><model>HP LaserJet</model>", "HP LaserJet"],
      [`type="book"`, "<author>Orwell</author><name>1984</name>", "Orwell — 1984"],
      [`type="artist.title"`, "<artist>Pink Floyd</artist><title>The Wall</title>", "Pink Floyd — The Wall"],
      ["", "<vendor>HP</vendor><model>X</model><name>As it is</name>", "As it is"]
    ]
    for (const [attributes, inner, name] of names)
      assert.strictEqual(offered(inner, `id="1" ${attributes}`).title, name)
  })

  it("reads prices as exact decimals, whatever marks they have", () => {
    const price = (text: string) => offerOf(`<name>a</name><price>${text}</price>`)?.price?.amount
    assert.strictEqual(price("1 299,00"), "1299.00")
    assert.strictEqual(price("1\u00a0299,00"), "1299.00")
    assert.strictEqual(price("29.1583"), "29.1583")
    assert.strictEqual(price("0.1"), "0.1")
    assert.strictEqual(price("90071992547409.93"), "90071992547409.93")
    assert.isUndefined(price("0"))
    assert.isUndefined(price("по запросу"))
    assert.isTrue(offerOf(`<name>a</name><price from="true">5</price>`)?.priceIsFrom)
  })

  it("keeps an old price only when it is above the price", () => {
    const oldPrice = (old: string) =>
      offerOf(`<name>a</name><price>100</price><oldprice>${old}</oldprice>`)?.oldPrice
    assert.deepStrictEqual(oldPrice("150"), { amount: "150", currency: "RUB" })
    for (const old of ["100", "100.00", "99.99", "0", ""]) assert.isUndefined(oldPrice(old), old)
  })

  it("takes each offer's own currency, else the catalog's main one, else the source's, else tells that one is missing", () => {
    const two = readShop(
      yml,
      catalogOf(
        `<offer id="1"><name>a</name><price>5</price><currencyId>USD</currencyId></offer>
         <offer id="2"><name>b</name><price>5</price><currencyId>byr</currencyId></offer>
         <offer id="3"><name>c</name><price>5</price></offer>`,
        `<currencies><currency id="USD" rate="450"/><currency id="KZT" rate="1"/></currencies>`
      )
    )
    assert.deepStrictEqual(
      two.items.map(({ offer }) => offer?.price?.currency),
      ["USD", "BYN", "KZT"]
    )
    const silent = catalogOf(`<offer id="1"><name>a</name><price>5</price></offer>`, "")
    assert.strictEqual(
      onlyOne(readShop(yml, silent, { source: { currency: "UAH" } })).offer?.price?.currency,
      "UAH"
    )
    const unsaid = readShop(yml, silent)
    assert.isUndefined(onlyOne(unsaid).offer?.price)
    assert.deepStrictEqual(factsOf(unsaid).faults, [
      "1 item whose price names no currency: the source needs currency:"
    ])
  })

  it("keeps only barcodes with a right check digit", () => {
    const gtin = (...codes: ReadonlyArray<string>) =>
      offerOf(`<name>a</name>${codes.map((code) => `<barcode>${code}</barcode>`).join("")}`)?.gtin
    assert.strictEqual(gtin("4006381333931"), "4006381333931")
    assert.isUndefined(gtin("4006381333932"))
    assert.strictEqual(gtin("123", "4006381333931"), "4006381333931")
    assert.strictEqual(gtin("123, 4006381333931"), "4006381333931")
  })

  it("ends category paths where they loop, lack a parent or were never declared", () => {
    const header = `<categories><category id="a" parentId="b">A</category><category id="b" parentId="a">B</category>
      <category id="c" parentId="nowhere">C</category></categories>`
    const { items } = readShop(
      yml,
      catalogOf(
        ["a", "c", "unknown"]
          .map((id) => `<offer id="${id}"><name>x</name><categoryId>${id}</categoryId></offer>`)
          .join(""),
        header
      )
    )
    assert.deepStrictEqual(
      items.map(({ offer }) => offer?.categoryPath),
      [["B", "A"], ["C"], ["unknown"]]
    )
  })

  it("tells what is for adults", () => {
    assert.isTrue(offerOf("<name>a</name><adult>true</adult>")?.adult)
    assert.isTrue(offerOf(`<name>a</name><age unit="year">18</age>`)?.adult)
    assert.isUndefined(offerOf(`<name>a</name><age unit="year">6</age>`)?.adult)
  })
})

describe("the cousins of YML", () => {
  it("Kaspi: the lowest price of the cities, available where any shop has it", () => {
    const kaspi = readShop(
      yml,
      `<kaspi_catalog><company>K</company><offers><offer sku="s1"><model>Phone</model><brand>B</brand>
       <availabilities><availability available="no"/><availability available="yes"/></availabilities>
       <cityprices><cityprice cityId="1">6500</cityprice><cityprice cityId="2">6400</cityprice></cityprices></offer></offers></kaspi_catalog>`
    )
    assert.deepStrictEqual(onlyOne(kaspi).offer, {
      id: "s1",
      price: { amount: "6400", currency: "KZT" },
      priceIsFrom: true,
      availability: "in-stock",
      brand: "B"
    })
  })

  it("Hotline: items of a price, categories with an element for each", () => {
    const hotline = readShop(
      yml,
      `<price><firmName>H</firmName><categories><category><id>1</id><name>Top</name></category><category><id>2</id><parentId>1</parentId><name>Sub</name></category></categories>
       <items><item><id>5</id><categoryId>2</categoryId><name>Kettle</name><url>https://shop.example/5</url><priceRUAH>499</priceRUAH><stock>В наличии</stock></item></items></price>`
    )
    assert.deepInclude(onlyOne(hotline).offer, {
      id: "5",
      price: { amount: "499", currency: "UAH" },
      availability: "in-stock",
      categoryPath: ["Top", "Sub"]
    })
  })

  it("Megamarket: in stock where any outlet has it", () => {
    const stock = (...stocks: ReadonlyArray<number>) =>
      offerOf(
        `<name>a</name><outlets>${stocks.map((n) => `<outlet id="1" instock="${n}"/>`).join("")}</outlets>`
      )?.availability
    assert.strictEqual(stock(0, 2), "in-stock")
    assert.strictEqual(stock(0, 0), "out-of-stock")
  })
})

describe("what is no catalog, or not all of one", () => {
  it("is named for what it is, never a catalog without offers", () => {
    assert.strictEqual(
      foundIn(readShop(yml, "<!doctype html><html><title>Blocked</title></html>")),
      `an HTML page titled "Blocked"`
    )
    assert.strictEqual(foundIn(readShop(yml, "<rss><channel/></rss>")), "XML with the root element rss")
    assert.strictEqual(foundIn(readShop(yml, "")), "an empty document")
    assert.include(foundIn(readShop(yml, `{"offers":[]}`)), "no XML element")
  })

  it("proves nothing about what it lacks: cut off, empty while the shop exports, or longer than permitted", () => {
    const whole = catalogOf(`<offer id="1"><name>a</name></offer><offer id="2"><name>b</name></offer>`)
    const cut = readShop(yml, whole.slice(0, whole.indexOf("<name>b")))
    assert.lengthOf(cut.items, 1)
    assert.isFalse(factsOf(cut).complete)
    const exporting = factsOf(readShop(yml, catalogOf("")))
    assert.isFalse(exporting.complete)
    assert.deepStrictEqual(exporting.faults, ["no offers; the shop may be writing the file just now"])
    const limited = readShop(yml, whole, { source: { maxItems: 1 } })
    assert.lengthOf(limited.items, 1)
    assert.isFalse(factsOf(limited).complete)
    assert.deepStrictEqual(factsOf(limited).faults, ["items beyond the first 1"])
  })
})
