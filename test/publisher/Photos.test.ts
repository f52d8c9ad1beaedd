// Which bytes go to Telegram as a picture.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import { photoHeader } from "../../src/publisher/PhotoHeader.ts"
import { photoOf } from "../../src/publisher/Photos.ts"

const bytes = (...parts: ReadonlyArray<string | number>) =>
  Uint8Array.from(
    [...parts, ...Array<number>(40).fill(0)].flatMap((part) =>
      typeof part === "string" ? [...part].map((character) => character.charCodeAt(0)) : [part]
    )
  )
const png = (width: number, height: number) => {
  const made = bytes(0x89, "PNG\r\n", 0x1a, "\n", 0, 0, 0, 13, "IHDR")
  new DataView(made.buffer).setUint32(16, width)
  new DataView(made.buffer).setUint32(20, height)
  return made
}
const jpeg = bytes(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 1, 0x2c, 2, 0x58)
const gif = bytes("GIF89a", 0x58, 2, 0x2c, 1)
const vp8 = bytes("RIFF", 0, 0, 0, 0, "WEBPVP8 ", 0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x58, 2, 0x2c, 1)
const vp8x = bytes("RIFF", 0, 0, 0, 0, "WEBPVP8X", 10, 0, 0, 0, 0, 0, 0, 0, 0x57, 2, 0, 0x2b, 1, 0)
const vp8l = bytes("RIFF", 0, 0, 0, 0, "WEBPVP8L", 0, 0, 0, 0, 0x2f, 0x57, 0xc2, 0x4a, 0)

const size = { width: 600, height: 300 }
const nameOrReason = (picture: Uint8Array) =>
  Either.match(photoOf("https://x.example/p", picture), {
    onLeft: ({ detail }) => detail,
    onRight: ({ fileName }) => fileName
  })

describe("a picture", () => {
  it("is known by its bytes, with its size", () => {
    assert.deepStrictEqual(photoHeader(png(600, 300)), { extension: "png", size })
    assert.deepStrictEqual(photoHeader(jpeg), { extension: "jpg", size })
    assert.deepStrictEqual(photoHeader(gif), { extension: "gif", size })
    for (const webp of [vp8, vp8x, vp8l])
      assert.deepStrictEqual(photoHeader(webp), { extension: "webp", size })
  })

  it("is taken within Telegram's limits, and named by its type", () => {
    assert.strictEqual(nameOrReason(jpeg), "photo.jpg")
    assert.strictEqual(nameOrReason(png(5000, 5000)), "photo.png")
    assert.match(nameOrReason(png(5001, 5000)), /too large/)
    assert.strictEqual(nameOrReason(png(2000, 100)), "photo.png")
    assert.match(nameOrReason(png(2001, 100)), /too long a strip/)
    assert.match(nameOrReason(png(0, 100)), /no size/)
    assert.match(nameOrReason(new Uint8Array(10 * 1024 * 1024 + 1)), /10 MB/)
  })

  it("is not a page, an SVG or nothing, whatever the server called it", () => {
    for (const other of ["<!doctype html>", "<svg xmlns='http://www.w3.org/2000/svg'>", ""]) {
      assert.match(nameOrReason(bytes(other)), /not a JPEG/)
    }
    assert.match(nameOrReason(new Uint8Array()), /not a JPEG/)
  })

  it("may be cut off or made up: reading its head never fails", () => {
    const heads = fc.constantFrom(png(1, 1), jpeg, gif, vp8, vp8x, vp8l)
    fc.assert(
      fc.property(heads, fc.nat(60), fc.uint8Array({ maxLength: 60 }), (head, cut, noise) => {
        photoHeader(Uint8Array.from([...head.slice(0, cut), ...noise]))
      })
    )
  })
})
