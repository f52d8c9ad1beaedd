// The demo's sources: functions of seed and time, honest about what changed, and pictures that are pictures.
import { inflateSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, TestClock, TestContext } from "effect"
import { imageHeader } from "../../src/sandbox/ImageHeader.ts"
import { serveSamples } from "../../src/sandbox/SampleSources.ts"
import { articles, newsFeed } from "../../src/sandbox/samples/News.ts"
import { picture } from "../../src/sandbox/samples/Picture.ts"
import { products, shopFeed } from "../../src/sandbox/samples/Shop.ts"

const start = Date.UTC(2026, 10, 24, 12)
const minute = 60_000

describe("sample news", () => {
  it("a new article comes every 17 to 33 seconds and is the same at any later time", () => {
    const late = articles(1, start + 5 * minute)
    const gaps = late.slice(1).map((older, index) => (late[index]?.at ?? 0) - older.at)
    assert.isTrue(gaps.every((gap) => gap >= 17_000 && gap <= 33_000))
    const early = articles(1, start)
    assert.isEmpty(early.filter((one) => one.at > start))
    const known = new Map(late.map((one) => [one.n, one]))
    for (const one of early) if (known.has(one.n)) assert.deepStrictEqual(known.get(one.n), one)
    assert.isAbove(new Set(late.map(({ title }) => title)).size, 17)
    assert.isFalse(/[{}]|undefined/.test(newsFeed("http://x", 1, start)))
  })

  it("before its first day the feed is empty", () => {
    assert.lengthOf(articles(1, 0), 0)
    assert.lengthOf(products(1, 0), 0)
  })
})

describe("sample shop", () => {
  it("twelve products stand in it; within an hour prices fall and rise, stock changes, and new ones come", () => {
    const minutes = Array.from({ length: 60 }, (_, n) => products(1, start + n * minute))
    assert.isTrue(
      minutes.every((shop) => shop.length === 12 && new Set(shop.map(({ id }) => id)).size === 12)
    )
    const seen = new Map<string, Set<number>>()
    const stock = new Map<string, Set<string>>()
    for (const one of minutes.flat()) {
      seen.set(one.id, (seen.get(one.id) ?? new Set()).add(one.salePrice ?? one.listPrice))
      stock.set(one.id, (stock.get(one.id) ?? new Set()).add(one.availability))
    }
    assert.strictEqual(seen.size, 23)
    assert.isAbove([...seen.values()].filter((prices) => prices.size > 1).length, 10)
    assert.isAbove([...stock.values()].filter((states) => states.size > 1).length, 3)
    const changes = minutes.slice(1).filter((shop, index) => {
      const before = new Map(minutes[index]?.map((one) => [one.id, one.salePrice]))
      return shop.some((one) => before.has(one.id) && before.get(one.id) !== one.salePrice)
    })
    assert.isAbove(changes.length, 25)
    assert.isFalse(/undefined|NaN/.test(shopFeed("http://x", 1, start)))
  })

  it("a sale is below the list price", () => {
    for (const { listPrice, salePrice } of products(2, start)) {
      if (salePrice !== undefined) assert.isBelow(salePrice, listPrice)
    }
  })
})

describe("sample pictures", () => {
  it.effect("a picture is a PNG that decodes to its size, and the same name gives the same bytes", () =>
    Effect.gen(function* () {
      const bytes = Buffer.from(yield* picture("a"))
      assert.deepStrictEqual(imageHeader(bytes), { mime: "image/png", width: 640, height: 400 })
      const data = bytes.subarray(33 + 8, bytes.length - 12 - 4)
      assert.lengthOf(inflateSync(data), (640 * 3 + 1) * 400)
      assert.isTrue(bytes.equals(yield* picture("a")))
      assert.isFalse(bytes.equals(yield* picture("b")))
    })
  )
})

describe("the server", () => {
  it.scopedLive(
    "an unchanged feed is 304 by its ETag, a changed one is sent; links and pictures lead somewhere",
    () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const { newsUrl, shopUrl, url } = yield* serveSamples({ port: 0 })
        for (const feed of [newsUrl, shopUrl]) {
          const first = yield* Effect.promise(() => fetch(feed))
          const etag = first.headers.get("etag") ?? ""
          const body = yield* Effect.promise(() => first.text())
          assert.match(first.headers.get("content-type") ?? "", /rss/)
          const again = () => fetch(feed, { headers: { "if-none-match": etag } })
          assert.strictEqual((yield* Effect.promise(again)).status, 304)
          yield* TestClock.adjust("10 minutes")
          const later = yield* Effect.promise(again)
          assert.strictEqual(later.status, 200)
          assert.notStrictEqual(yield* Effect.promise(() => later.text()), body)
          const links = [...body.matchAll(new RegExp(`${url}/(?:news|shop|pictures)/[^<"]+`, "g"))].map(
            ([link]) => link
          )
          assert.isAbove(links.length, 20)
          for (const link of links.slice(0, 4)) {
            const page = yield* Effect.promise(() => fetch(link))
            assert.strictEqual(page.status, 200, link)
            yield* Effect.promise(() => page.arrayBuffer())
          }
        }
        assert.strictEqual((yield* Effect.promise(() => fetch(`${url}/nowhere`))).status, 404)
      }).pipe(Effect.provide(Layer.fresh(TestContext.TestContext)))
  )
})
