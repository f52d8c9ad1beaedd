import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { hasCheckDigit, normalizeGtin } from "../../src/identity/Gtin.ts"

describe("Gtin", () => {
  it("every valid length becomes fourteen digits", () => {
    assert.strictEqual(normalizeGtin("40170725"), "00000040170725")
    assert.strictEqual(normalizeGtin("042100005264"), "00042100005264")
    assert.strictEqual(normalizeGtin("4015600608835"), "04015600608835")
    assert.strictEqual(normalizeGtin("1061-4141-543-219"), "10614141543219")
  })

  it("a number that no maker gave out joins nothing", () => {
    for (const text of ["", "N/A", "0000000000000", "4015600608836", "12345", "KD-001", "40156006088351"]) {
      assert.isUndefined(normalizeGtin(text), text)
    }
  })

  it("a number that a shop gave out itself joins nothing", () => {
    for (const body of ["200000000001", "029999999999", "041234567890", "291234567890"]) {
      const digit = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].find((last) => hasCheckDigit(`${body}${last}`))
      assert.isUndefined(normalizeGtin(`${body}${digit}`), body)
    }
  })

  it("one wrong digit is always found", () => {
    const place = fc.integer({ min: 0, max: 12 })
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 9 }), (at, by) => {
        const digits = [..."4015600608835"]
        digits[at] = String((Number(digits[at]) + by) % 10)
        assert.isFalse(hasCheckDigit(digits.join("")))
      })
    )
  })
})
