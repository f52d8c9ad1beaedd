import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Item } from "../../src/domain/Item.ts"
import type { KeyKind } from "../../src/domain/Source.ts"
import { keysOf } from "../../src/identity/Keys.ts"
import { assess } from "../../src/identity/Trust.ts"
import { anyItem, item, source } from "./Arbitrary.ts"

const news = source()
const judged = (items: ReadonlyArray<Item>, distrusted: ReadonlyArray<KeyKind> = []) =>
  assess(
    items.map((one) => keysOf(one, news)),
    new Set(distrusted)
  )
const kinds = (items: ReadonlyArray<Item>, distrusted: ReadonlyArray<KeyKind> = []) =>
  judged(items, distrusted).items.map((trusted) => trusted.keys.map((key) => key.kind))

const pages = (count: number, guid: (page: number) => string) =>
  Array.from({ length: count }, (_, page) =>
    item({ guid: guid(page), link: `https://example.com/p/${page}`, title: `Page ${page}` })
  )

describe("Trust", () => {
  it("a guid shared by all items names none of them, now and for good", () => {
    const result = judged(pages(5, () => "same"))
    assert.deepStrictEqual(
      result.items.map((one) => one.keys.map((key) => key.kind)),
      Array(5).fill(["url"])
    )
    assert.deepStrictEqual(result.distrusted, ["guid"])
    assert.deepStrictEqual(
      kinds(
        pages(1, () => "same"),
        ["guid"]
      ),
      [["url"]]
    )
  })

  it("a guid shared by two of many is ignored for those two only", () => {
    const result = judged(pages(100, (page) => (page < 2 ? "same" : String(page))))
    assert.deepStrictEqual(result.distrusted, [])
    assert.deepStrictEqual(
      result.items.slice(0, 3).map((one) => one.keys.map((key) => key.kind)),
      [["url"], ["url"], ["guid", "url"]]
    )
  })

  it("addresses that differ only in the fragment leave the guid to decide", () => {
    const status = pages(4, (page) => `tag:${page}`).map((one, n) => ({
      ...one,
      link: `https://example.com/log#${n}`
    }))
    assert.deepStrictEqual(kinds(status), Array(4).fill(["guid"]))
  })

  it("an item listed twice is one item, and its keys keep their credit", () => {
    const [first = item(), ...rest] = pages(10, (page) => `id ${page}`)
    const result = judged([first, ...rest, first])
    assert.deepStrictEqual([result.items.length, result.repeated, result.distrusted], [10, 1, []])
    assert.deepStrictEqual(
      result.items[0]?.keys.map((key) => key.kind),
      ["guid", "url"]
    )
  })

  it("an id that variants of two groups have is the own one of neither", () => {
    const offers = [
      { id: "1", group: "g" },
      { id: "1", group: "h" },
      { id: "2", group: "i" }
    ]
    const keys = offers.map((offer) => keysOf(item({ offer }), news))
    assert.deepStrictEqual(
      assess(keys, new Set()).items.map(({ also, formerly }) => [also.length, formerly.length]),
      [
        [0, 0],
        [0, 0],
        [1, 1]
      ]
    )
  })

  it("variants of a group are one item, together with their parent", () => {
    const offers = [{ id: "g" }, { id: "1", group: "g" }, { id: "2", group: "g" }, { id: "3" }]
    const result = judged(offers.map((offer, n) => item({ offer, title: `Offer ${n}` })))
    assert.deepStrictEqual([result.items.map((one) => one.index), result.repeated], [[0, 3], 2])
    assert.deepStrictEqual(result.distrusted, [])
  })

  it("offers that share their address are told apart by id, and the address joins no source", () => {
    const offers = ["1", "2", "3"].map((id) =>
      item({ link: "https://example.com/all", offer: { id }, title: id })
    )
    const result = judged(offers)
    assert.deepStrictEqual(
      result.items.map((one) => one.keys.map((key) => key.kind)),
      Array(3).fill(["id"])
    )
    assert.deepStrictEqual(
      result.items.flatMap((one) => one.joint),
      []
    )
  })

  it("words count only for an item with nothing else to trust", () => {
    assert.deepStrictEqual(kinds([item({ title: "One" }), item({ title: "Two", guid: "a" })]), [
      ["text"],
      ["guid"]
    ])
    assert.strictEqual(judged([item({ title: "One" }), item({ title: "One" })]).repeated, 1)
  })

  it("a kind that falls from grace still recognises once what was known by it", () => {
    const guidOnly = ["a", "b", "c", "c"].map((guid, n) => item({ guid, title: `Title ${n}` }))
    assert.deepStrictEqual(kinds(guidOnly), [["guid", "text"], ["guid", "text"], ["text"], ["text"]])
    assert.deepStrictEqual(kinds(guidOnly, ["guid"]), Array(4).fill(["text"]))
  })

  const document = fc.array(anyItem, { maxLength: 12 })
  const kindsBefore = fc.subarray<KeyKind>(["id", "guid", "url", "gtin", "mpn"])

  it("no key belongs to two items and no item is without one, for any document", () => {
    fc.assert(
      fc.property(document, kindsBefore, (items, before) => {
        const result = judged(items, before)
        const hashes = result.items.flatMap((one) => one.keys.map((key) => key.hash))
        assert.strictEqual(new Set(hashes).size, hashes.length)
        assert.isTrue(result.items.every((one) => one.keys.length > 0))
        assert.strictEqual(result.items.length + result.repeated, items.length)
      }),
      { numRuns: 2_000 }
    )
  })

  it("a distrusted kind is never used again, for any document", () => {
    fc.assert(
      fc.property(document, kindsBefore, (items, before) => {
        const used = judged(items, before).items.flatMap((one) => [...one.keys, ...one.joint])
        assert.isFalse(used.some((key) => before.includes(key.kind)))
      })
    )
  })

  it("two items that share a strong key are the same item, for any two without an id of their own", () => {
    fc.assert(
      fc.property(
        anyItem,
        anyItem,
        fc.constantFrom("guid" as const, "link" as const),
        (one, other, field) => {
          const strong = { guid: "tag:1", link: "https://example.com/same", guidIsLink: false }
          const [mine, others] = [one, other].map((any) => {
            const { offer: _, ...article } = { ...any, [field]: strong[field], guidIsLink: false }
            return new Set(judged([article]).items[0]?.keys.map((key) => key.hash))
          })
          assert.isTrue([...(mine ?? [])].some((hash) => others?.has(hash)))
        }
      )
    )
  })
})
