// Any picture of the web becomes one that Telegram takes, or a reason why there is none; traps cost neither memory nor time.
import { gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import sharp, { type Sharp } from "sharp"
import { fitPhoto, frame } from "../../src/publisher/PhotoFitting.ts"
import { photoHeader } from "../../src/publisher/PhotoHeader.ts"
import { photoOf } from "../../src/publisher/Photos.ts"

const url = "https://shop.example/p"
const drawn = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: "#ff000080" } })
const made = (picture: Sharp) => Effect.promise(() => picture.toBuffer())
const svg = (inner: string, head = "") =>
  new TextEncoder().encode(
    `${head}<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200">${inner}</svg>`
  )

const sizeAfter = (bytes: Uint8Array) =>
  Effect.map(fitPhoto(url, bytes), (fitted) => {
    assert.isTrue(Either.isRight(photoOf(url, fitted)))
    assert.strictEqual(photoHeader(fitted)?.extension, "jpg")
    return photoHeader(fitted)?.size
  })

const refusal = (bytes: Uint8Array, load?: Parameters<typeof fitPhoto>[2]) =>
  Effect.map(Effect.flip(fitPhoto(url, bytes, load)), ({ detail }) => detail)

describe("a picture that Telegram would not take as it is", () => {
  it.live("becomes a JPEG: WebP, AVIF, GIF, TIFF and SVG", () =>
    Effect.gen(function* () {
      const size = { width: 300, height: 200 }
      const picture = drawn(300, 200)
      for (const bytes of [
        yield* made(picture.clone().webp()),
        yield* made(picture.clone().avif()),
        yield* made(picture.clone().gif()),
        yield* made(picture.clone().tiff()),
        svg(`<rect width="10" height="10"/>`)
      ]) {
        assert.deepStrictEqual(yield* sizeAfter(bytes), size)
      }
    })
  )

  it.live(
    "is made smaller when its sides are too long, and gets white beside it when it is too long a strip",
    () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(
          yield* sizeAfter(yield* made(drawn(6000, 4500).png({ compressionLevel: 1 }))),
          {
            width: 2560,
            height: 1920
          }
        )
        assert.deepStrictEqual(yield* sizeAfter(yield* made(drawn(2000, 10).png())), {
          width: 2000,
          height: 100
        })
      })
  )

  it("is framed within the ratio and the longest side, whatever it measures", () => {
    const side = fc.integer({ min: 1, max: 60_000 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        const framed = frame(width, height)
        const [short, long] = [Math.min(framed.width, framed.height), Math.max(framed.width, framed.height)]
        assert.isAtLeast(short, 1)
        assert.isAtMost(long, 2560)
        assert.isAtMost(long, 20 * short)
      })
    )
  })

  it.live("stands upright, as its camera held it", () =>
    Effect.gen(function* () {
      const lying = yield* made(drawn(300, 200).webp().withMetadata({ orientation: 6 }))
      assert.deepStrictEqual(yield* sizeAfter(lying), { width: 200, height: 300 })
    })
  )
})

describe("a picture", () => {
  it.live("that fits is sent byte for byte", () =>
    Effect.gen(function* () {
      for (const bytes of [yield* made(drawn(300, 200).png()), yield* made(drawn(300, 200).jpeg())]) {
        assert.strictEqual(yield* fitPhoto(url, bytes), bytes)
      }
    })
  )

  it.live("that is a page, a bomb or cut off is none, for a reason in words", () =>
    Effect.gen(function* () {
      const bomb = yield* made(drawn(300, 200).png())
      new DataView(bomb.buffer, bomb.byteOffset).setUint32(16, 60_000)
      new DataView(bomb.buffer, bomb.byteOffset).setUint32(20, 60_000)
      const laughs = `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">${[..."bcdefghij"]
        .map((name, index) => `<!ENTITY ${name} "${`&${"abcdefghi"[index]};`.repeat(10)}">`)
        .join("")}]>`
      const webp = yield* made(drawn(300, 200).webp())
      const before = process.memoryUsage().rss
      assert.match(
        yield* refusal(new TextEncoder().encode("<!doctype html><p>not found")),
        /cannot be converted/
      )
      assert.match(yield* refusal(bomb), /cannot be converted|too large/)
      assert.match(yield* refusal(svg("<text>&j;</text>", laughs)), /cannot be converted/)
      const unread = Effect.succeed(() => {
        throw new Error("it was given to a decoder")
      })
      assert.match(yield* refusal(svg(`<!--${"x".repeat(1_000_000)}-->`), unread), /over 1 MB/)
      assert.match(yield* refusal(gzipSync(svg("<rect/>")), unread), /packed/)
      assert.match(yield* refusal(webp.subarray(0, 20)), /cannot be converted/)
      assert.isBelow(process.memoryUsage().rss - before, 150_000_000)
    })
  )

  it.effect("goes out as it is, or not at all, where the library is missing", () =>
    Effect.gen(function* () {
      const missing = Effect.fail("sharp is not installed")
      const webp = yield* made(drawn(300, 200).webp())
      assert.strictEqual(yield* fitPhoto(url, webp, missing), webp)
      assert.strictEqual(yield* refusal(svg(""), missing), "sharp is not installed")
    })
  )
})
