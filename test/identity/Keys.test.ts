import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { SourceId } from "../../src/domain/Names.ts"
import { type ItemKeys, keysOf } from "../../src/identity/Keys.ts"
import { anyItem, item, source } from "./Arbitrary.ts"

const news = source()
const shop = source({ id: SourceId.make("shop") })
const kindsOf = (keys: ItemKeys) => keys.local.map((rank) => rank.map((key) => key.kind))
const hashes = (keys: ItemKeys) => keys.local.flat().map((key) => key.hash)
const jointHashes = (keys: ItemKeys) => keys.joint.map((key) => key.hash)

describe("Keys", () => {
  it("an article goes by its guid and its link", () => {
    const keys = keysOf(item({ guid: "a", link: "https://example.com/1", title: "One" }), news)
    assert.deepStrictEqual(kindsOf(keys), [["guid", "url"]])
  })

  it("a guid that is the link also counts as one, whatever its scheme", () => {
    const http = keysOf(item({ guid: "http://example.com/1", guidIsLink: true }), news)
    const https = keysOf(item({ guid: "https://example.com/1", guidIsLink: true }), news)
    const shared = hashes(http).filter((hash) => hashes(https).includes(hash))
    assert.lengthOf(shared, 1)
  })

  it("an offer's own id decides before guid and link", () => {
    const keys = keysOf(item({ guid: "a", link: "https://example.com/1", offer: { id: "7" } }), shop)
    assert.deepStrictEqual(kindsOf(keys), [["id"], ["guid", "url"]])
  })

  it("variants are one item, together with a parent that carries the group's id", () => {
    const [red, blue, parent] = [{ id: "1", group: "g" }, { id: "2", group: "g" }, { id: "g" }].map((offer) =>
      hashes(keysOf(item({ offer }), shop))
    )
    assert.deepStrictEqual(red, blue)
    assert.deepStrictEqual(red, parent)
  })

  it("with `variants: each` every variant is an item", () => {
    const each = { ...shop, variants: "each" as const }
    assert.notDeepEqual(
      hashes(keysOf(item({ offer: { id: "1", group: "g" } }), each)),
      hashes(keysOf(item({ offer: { id: "2", group: "g" } }), each))
    )
  })

  it("what a program writes for a missing value is no key", () => {
    for (const nothing of ["", " ", "N/A", "0", "null", "undefined", "-"]) {
      const keys = keysOf(
        item({ guid: nothing, offer: { id: nothing, group: nothing, gtin: nothing } }),
        shop
      )
      assert.deepStrictEqual([keys.local, keys.joint], [[], []], nothing)
    }
  })

  it("the feed's own address and its site's front page are no key", () => {
    for (const link of ["https://example.com/", "http://www.example.com", "https://example.com/feed.xml"]) {
      assert.deepStrictEqual(keysOf(item({ link }), news).local, [], link)
      assert.deepStrictEqual(keysOf(item({ link }), news).joint, [], link)
    }
    const feedHost = source({ url: "https://feeds.example.com/rss" })
    assert.deepStrictEqual(keysOf(item({ link: "https://example.com" }), feedHost).local, [])
  })

  it("the front page of another site is a key", () => {
    assert.deepStrictEqual(kindsOf(keysOf(item({ link: "https://example.org/" }), news)), [["url"]])
  })

  it("barcode, brand with article number, and address join sources; nothing else does", () => {
    const fields = {
      guid: "a",
      link: "https://example.com/1",
      offer: { id: "7", gtin: "4015600608835", brand: "Acme", mpn: "X1" }
    }
    const here = keysOf(item(fields), news)
    const there = keysOf(
      item({ ...fields, offer: { ...fields.offer, gtin: "04015600608835", brand: " ACME" } }),
      shop
    )
    assert.deepStrictEqual(
      here.joint.map((key) => key.kind),
      ["gtin", "mpn", "url"]
    )
    assert.deepStrictEqual(jointHashes(here), jointHashes(there))
    assert.deepStrictEqual(
      hashes(here).filter((hash) => hashes(there).includes(hash)),
      []
    )
  })

  it("an article number without a brand joins nothing", () => {
    assert.deepStrictEqual(keysOf(item({ offer: { mpn: "X1" } }), shop).joint, [])
  })

  it("a source with `identity` uses only the kinds it names, also locally", () => {
    const fields = { guid: "a", link: "https://example.com/1", offer: { id: "7", gtin: "4015600608835" } }
    assert.deepStrictEqual(kindsOf(keysOf(item(fields), { ...shop, identity: ["url"] })), [["url"]])
    assert.deepStrictEqual(kindsOf(keysOf(item(fields), { ...shop, identity: ["gtin"] })), [["gtin"]])
    assert.deepStrictEqual(kindsOf(keysOf(item(fields), { ...shop, identity: ["text"] })), [])
  })

  it("neither text nor dates change a key, for any item", () => {
    fc.assert(
      fc.property(anyItem, fc.string(), fc.string(), fc.integer(), (one, title, body, publishedAt) => {
        const other = keysOf({ ...one, title, body, publishedAt }, news)
        assert.deepStrictEqual([other.local, other.joint], [keysOf(one, news).local, keysOf(one, news).joint])
      })
    )
  })

  it("the order of fields does not change a key, for any item", () => {
    fc.assert(
      fc.property(anyItem, (one) => {
        const reversed = { ...item(), ...Object.fromEntries(Object.entries(one).reverse()) }
        assert.deepStrictEqual(keysOf(reversed, news), keysOf(one, news))
      })
    )
  })

  it("a key is the same in every run and has sixteen bytes", () => {
    const keys = keysOf(item({ guid: "a" }), news)
    assert.deepStrictEqual(keys.local, [[{ kind: "guid", hash: "e5d84ce00105c5312e25b1374e603957" }]])
  })
})
