import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { type Catalog, decodeCatalog } from "../src/config/Catalog.ts"
import { difference, type Reloaded } from "../src/Pipeline/Difference.ts"

const catalog = (text: string) =>
  Either.getOrThrow(decodeCatalog("oncecast.yaml", text, () => Either.left({ line: 0, message: "none" })))

const channels = (deals = "") =>
  `channels:\n  deals: { chat: "@example_deals"${deals} }\n  news: { chat: "@example_news" }\n`
const shop = (more = "") => `  shop: { kind: rss, url: "https://shop.example", to: [deals]${more} }\n`
const blog = `  blog: { kind: rss, url: "https://blog.example", to: [news] }\n`
/** Names as plain text. */
const plan = (from: Catalog, to: Catalog): Record<keyof Reloaded, ReadonlyArray<string>> => ({
  ...difference(from, to)
})

const before = catalog(`${channels()}sources:\n${shop()}${blog}`)

describe("a changed catalog", () => {
  it("touches nothing when nothing changed", () => {
    const same = catalog(`${channels()}sources:\n${shop()}${blog}`)
    assert.deepStrictEqual(plan(before, same), { started: [], replaced: [], renewed: [], stopped: [] })
  })

  it("touches the changed source alone", () => {
    const after = catalog(`${channels()}sources:\n${shop(", every: 5 minutes")}${blog}`)
    assert.deepStrictEqual(plan(before, after), {
      started: [],
      replaced: ["source/shop"],
      renewed: ["source/shop"],
      stopped: []
    })
  })

  it("touches a changed channel and the sources that feed it, which keep their schedule", () => {
    const after = catalog(`${channels(", capacity: 5")}sources:\n${shop()}${blog}`)
    assert.deepStrictEqual(plan(before, after).replaced, ["channel/deals", "source/shop"])
    assert.deepStrictEqual(plan(before, after).renewed, [])
  })

  it("starts what is new, publishers before sources, and stops what is gone, sources before publishers", () => {
    const empty = catalog("channels: {}\nsources: {}\n")
    assert.deepStrictEqual(plan(empty, before).started, [
      "channel/deals",
      "channel/news",
      "source/shop",
      "source/blog"
    ])
    assert.deepStrictEqual(plan(before, empty).stopped, [
      "source/blog",
      "source/shop",
      "channel/news",
      "channel/deals"
    ])
  })
})
