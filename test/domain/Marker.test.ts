// The marker in a link: found by every reader of the link, and the link is otherwise what it was.
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  type Marker,
  markerBase,
  markerIn,
  markerLength,
  markerOf,
  withMarker,
  withoutMarker
} from "../../src/domain/Marker.ts"
import { canonicalUrl } from "../../src/identity/CanonicalUrl.ts"

const anyMarker: fc.Arbitrary<Marker> = fc
  .array(fc.nat({ max: markerBase - 1 }), { minLength: markerLength, maxLength: markerLength })
  .map(markerOf)

const anyLink = fc.webUrl({ withQueryParameters: true, withFragments: true })
const anyRevision = fc.nat({ max: 999_999_999 })

describe("a marked link", () => {
  it("tells its marker, whatever the link and the revision", () => {
    fc.assert(
      fc.property(anyLink, anyMarker, anyRevision, (link, marker, revision) => {
        assert.strictEqual(markerIn(withMarker(link, marker, revision)), marker)
      })
    )
  })

  it("is the link, byte for byte, but for one query parameter before the fragment", () => {
    fc.assert(
      fc.property(anyLink, anyMarker, anyRevision, (link, marker, revision) => {
        const marked = withMarker(link, marker, revision)
        const added = `oncecast=${marker}${revision === 0 ? "" : `.${revision}`}`
        assert.strictEqual(marked.replace(new RegExp(`[?&]${added.replace(".", "\\.")}`), ""), link)
        const [before, after] = [new URL(link), new URL(marked)]
        assert.strictEqual(after.hash, before.hash)
        assert.deepStrictEqual(
          [...after.searchParams].filter(([name]) => name !== "oncecast"),
          [...before.searchParams]
        )
      })
    )
  })

  it("leads to another address with each revision, so that no edit is one that changes nothing", () => {
    fc.assert(
      fc.property(anyLink, anyMarker, anyRevision, anyRevision, (link, marker, one, other) => {
        fc.pre(one !== other)
        assert.notStrictEqual(withMarker(link, marker, one), withMarker(link, marker, other))
      })
    )
  })

  it("is the link again without it, also where more was added behind it", () => {
    fc.assert(
      fc.property(anyLink, anyMarker, anyRevision, anyMarker, (link, marker, revision, another) => {
        const marked = withMarker(link, marker, revision)
        assert.strictEqual(withoutMarker(marked), link)
        assert.strictEqual(withoutMarker(withMarker(marked, another, revision)), link)
        const [page = "", fragment] = marked.split("#")
        const longer = `${page}&utm=1${fragment === undefined ? "" : `#${fragment}`}`
        assert.isUndefined(markerIn(withoutMarker(longer)))
        assert.deepStrictEqual(
          [...new URL(withoutMarker(longer)).searchParams],
          [...new URL(link).searchParams, ["utm", "1"]]
        )
      })
    )
  })

  it("is the same page for identity: an item that comes back with our marker in its link is the item", () => {
    fc.assert(
      fc.property(anyLink, anyMarker, anyRevision, (link, marker, revision) => {
        assert.strictEqual(canonicalUrl(withMarker(link, marker, revision)), canonicalUrl(link))
      })
    )
  })
})

describe("another link", () => {
  it("has no marker: none at all, one too short or too long, under another name, in the path or the fragment", () => {
    for (const link of [
      "https://shop.example/1",
      "https://shop.example/1?oncecast=",
      "https://shop.example/1?oncecast=123456789",
      "https://shop.example/1?oncecast=12345678901",
      "https://shop.example/1?oncecast=123456789-",
      "https://shop.example/1?oncecast=1234567890.",
      "https://shop.example/1?oncecast=1234567890.x",
      "https://shop.example/1?xoncecast=1234567890",
      "https://shop.example/oncecast=1234567890",
      "https://shop.example/1#oncecast=1234567890"
    ])
      assert.isUndefined(markerIn(link), link)
  })
})

describe("markers", () => {
  it("differ where their digits differ", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyMarker, { minLength: 2 }),
        (markers) => new Set(markers).size === markers.length
      )
    )
    const single = Array.from({ length: markerBase }, (_, digit) =>
      markerOf(Array.from({ length: markerLength }, () => digit))
    )
    assert.strictEqual(new Set(single).size, markerBase)
  })
})
