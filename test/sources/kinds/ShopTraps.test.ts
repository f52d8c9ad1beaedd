// What real and hostile shop feeds do, each of it survived.
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import iconv from "iconv-lite"
import type { Item } from "../../../src/domain/Item.ts"
import { keysOf } from "../../../src/identity/Keys.ts"
import { assess } from "../../../src/identity/Trust.ts"
import { csv } from "../../../src/sources/kinds/csv.ts"
import { merchant } from "../../../src/sources/kinds/merchant.ts"
import { yml } from "../../../src/sources/kinds/yml.ts"
import { sourceWith } from "../reading/source.ts"
import { factsOf, foundIn, onlyOne, readShop, shopUrl } from "./shop.ts"

const catalogOf = (offers: string) =>
  `<yml_catalog><shop><name>Магазин</name><currencies><currency id="RUR"/></currencies><offers>${offers}</offers></shop></yml_catalog>`
const offer = (id: string, inner = "") =>
  `<offer id="${id}"><name>Лампа ${id}</name><price>5</price>${inner}</offer>`

const titles = ({ items }: { readonly items: ReadonlyArray<Item> }) => items.map(({ title }) => title)

/** How many different items a document has, by the rules of identity. */
const distinct = (items: ReadonlyArray<Item>, variants: "group" | "each" = "group") =>
  assess(
    items.map((item) => keysOf(item, sourceWith({ url: shopUrl, variants }))),
    new Set()
  ).items.length

describe("charsets", () => {
  const document = catalogOf(
    ["1", "2", "3"]
      .map((id) => offer(id, "<description>Хорошая настольная лампа для дома</description>"))
      .join("")
  )

  it("windows-1251 is read, declared by the document, by the server, by the source or by nobody", () => {
    const bytes = iconv.encode(document, "windows-1251")
    const declared = iconv.encode(`<?xml version="1.0" encoding="windows-1251"?>${document}`, "windows-1251")
    for (const read of [
      readShop(yml, declared),
      readShop(yml, bytes, { contentType: "text/xml; charset=windows-1251" }),
      readShop(yml, bytes, { source: { encoding: "windows-1251" } })
    ])
      assert.deepStrictEqual(titles(read), ["Лампа 1", "Лампа 2", "Лампа 3"])
  })

  it.effect("windows-1251 that nobody declares is found out by its letters", () =>
    Effect.gen(function* () {
      const bytes = iconv.encode(document, "windows-1251")
      const reader = yield* yml.open({ bytes, url: shopUrl, now: 0 }, sourceWith())
      assert.deepStrictEqual(titles({ items: [...reader.write(bytes), ...reader.end()] }), [
        "Лампа 1",
        "Лампа 2",
        "Лампа 3"
      ])
    })
  )

  it("windows-1251 that begins only after a long beginning in ASCII is what its source says", () => {
    const late = iconv.encode(
      catalogOf(`<!--${"x".repeat(70_000)}-->${offer("1")}`).replace("Магазин", "Shop"),
      "windows-1251"
    )
    assert.deepStrictEqual(titles(readShop(yml, late, { source: { encoding: "windows-1251" } })), ["Лампа 1"])
  })

  it("a document that lies about being UTF-8 is what its source says; one that is UTF-8 stays it", () => {
    const source = { encoding: "windows-1251" }
    const lying = iconv.encode(`<?xml version="1.0" encoding="UTF-8"?>${document}`, "windows-1251")
    assert.deepStrictEqual(titles(readShop(yml, lying, { source }))[0], "Лампа 1")
    assert.deepStrictEqual(titles(readShop(yml, document, { source }))[0], "Лампа 1")
  })

  it("byte order marks and blank lines in front are passed over, UTF-16 is read", () => {
    const declaration = `<?xml version="1.0"?>`
    for (const start of ["\ufeff", "\r\n\r\n  ", "\ufeff\n"])
      assert.lengthOf(readShop(yml, `${start}${declaration}${document}`).items, 3, JSON.stringify(start))
    assert.deepStrictEqual(
      titles(readShop(yml, iconv.encode(document, "utf-16le", { addBOM: true })))[0],
      "Лампа 1"
    )
    const table = iconv.encode("id\ttitle\n1\tЛампа", "utf-16le", { addBOM: true })
    assert.strictEqual(onlyOne(readShop(csv, table)).title, "Лампа")
  })
})

describe("broken and hostile documents", () => {
  it("a CDATA section that is opened twice or ends twice spoils its own field only", () => {
    const read = readShop(
      yml,
      catalogOf(
        `${offer("1", "<description><![CDATA[a <![CDATA[b]]> c]]></description>")}${offer("2", "<description><![CDATA[x </offer> y]]></description>")}`
      )
    )
    assert.deepStrictEqual(titles(read), ["Лампа 1", "Лампа 2"])
    assert.isTrue(factsOf(read).complete)
    assert.include(read.items[1]?.body, "x")
  })

  it("a CDATA section that nobody ends costs what follows, and the document counts as cut off", () => {
    const read = readShop(
      yml,
      catalogOf(`${offer("1")}${offer("2", "<description><![CDATA[ x")}${offer("3")}`)
    )
    assert.deepStrictEqual(titles(read), ["Лампа 1"])
    assert.isFalse(factsOf(read).complete)
  })

  it("200,000 nested elements end the reading at once; what was before them stays", () => {
    const deep = readShop(yml, catalogOf(`${offer("1")}<offer id="2">${"<a>".repeat(200_000)}`))
    assert.deepStrictEqual(titles(deep), ["Лампа 1"])
    assert.isFalse(factsOf(deep).complete)
    assert.match(factsOf(deep).faults.join(), /nest deeper/)
    assert.match(foundIn(readShop(merchant, `<rss>${"<a>".repeat(200_000)}`)), /nest deeper/)
  })

  it("entities of a document type are never expanded, nor fetched", () => {
    const bomb = `<!DOCTYPE y [<!ENTITY a "${"ha".repeat(50)}"><!ENTITY b "${"&a;".repeat(50)}"><!ENTITY c "${"&b;".repeat(50)}"><!ENTITY x SYSTEM "file:///etc/passwd">]>`
    const read = readShop(yml, bomb + catalogOf(`<offer id="1"><name>n &c; &x;</name></offer>`))
    assert.strictEqual(onlyOne(read).title, "n &c; &x;")
  })

  it("a hostile number of pictures, parameters and categories is cut, never kept", () => {
    const many = (element: string) => element.repeat(20_000)
    const item = onlyOne(
      readShop(
        yml,
        catalogOf(
          offer(
            "1",
            `${many("<picture>https://a.example/1.jpg</picture>")}${many(`<param name="a">b</param>`)}${many("<categoryId>9</categoryId>")}`
          )
        )
      )
    )
    assert.isAtMost(item.images.length, 10)
    assert.isAtMost(item.offer?.options?.length ?? 0, 100)
    assert.isAtMost(item.categories.length, 100)
  })

  it("a quote that nobody closes ends a table in bounded memory", () => {
    const read = readShop(csv, `id,title\n1,Lamp\n2,"${"x,y\n".repeat(1_500_000)}`)
    assert.deepStrictEqual(titles(read), ["Lamp"])
    assert.isFalse(factsOf(read).complete)
  })

  it.effect("compressed bytes are no text: what they are is said, no garbage is read", () =>
    Effect.gen(function* () {
      const bytes = gzipSync(catalogOf(offer("1")))
      for (const [name, kind] of Object.entries({ yml, merchant, csv })) {
        const reader = yield* kind.open({ bytes, url: shopUrl, now: 0 }, sourceWith())
        assert.deepStrictEqual([...reader.write(bytes), ...reader.end()], [])
        assert.deepStrictEqual(reader.facts(), Either.left("bytes that are no text"), name)
      }
    })
  )
})

describe("identity", () => {
  it("one address for all offers does not make them one: their ids decide", () => {
    const link = "<url>https://shop.example/</url>"
    const { items } = readShop(yml, catalogOf(["1", "2", "3"].map((id) => offer(id, link)).join("")))
    assert.strictEqual(distinct(items), 3)
  })

  it("an id that two different offers have names neither; the same offer listed twice is one", () => {
    const link = (page: string) => `<url>https://shop.example/${page}</url>`
    const different = readShop(
      yml,
      catalogOf(
        `<offer id="1"><name>Lamp</name>${link("a")}</offer><offer id="1"><name>Chair</name>${link("b")}</offer>`
      )
    )
    assert.strictEqual(distinct(different.items), 2)
    const twice = readShop(yml, catalogOf(offer("1", link("a")).repeat(2)))
    assert.strictEqual(distinct(twice.items), 1)
  })

  it("variants of a group that stand apart count as one item unless the source wants each", () => {
    const variants = ["red", "blue"].map(
      (colour) =>
        `<offer id="${colour}" group_id="lamp"><name>Lamp</name><param name="Color">${colour}</param></offer>`
    )
    const inYml = readShop(yml, catalogOf(variants.join(offer("3"))), { source: { variants: "each" } }).items
    assert.strictEqual(distinct(inYml), 2)
    assert.strictEqual(distinct(inYml, "each"), 3)
  })

  it("a parent that is listed apart from its variants is one of them", () => {
    const { items } = readShop(
      merchant,
      "id\ttitle\titem_group_id\nlamp-red\tLamp, red\tlamp\nx\tChair\t\nlamp\tLamp\t\nlamp-blue\tLamp, blue\tlamp"
    )
    assert.strictEqual(distinct(items), 2)
  })
})
