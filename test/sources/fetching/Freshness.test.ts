import { assert, describe, it } from "@effect/vitest"
import { maxAgeMs, maxHintMs, retryAfterMs } from "../../../src/sources/Freshness.ts"

const now = Date.UTC(2026, 10, 24, 12)
const at = (minutes: number) => new Date(now + minutes * 60_000).toUTCString()

describe("freshness", () => {
  it("max-age counts less its age, and before Expires", () => {
    assert.strictEqual(maxAgeMs({ "cache-control": "public, Max-Age=600" }, now), 600_000)
    assert.strictEqual(maxAgeMs({ "cache-control": "max-age=600", age: "500" }, now), 100_000)
    assert.strictEqual(maxAgeMs({ "cache-control": "max-age=60", expires: at(10) }, now), 60_000)
    assert.strictEqual(maxAgeMs({ "cache-control": "s-maxage=600" }, now), undefined)
    assert.strictEqual(maxAgeMs({ "cache-control": "max-age=600, no-cache" }, now), undefined)
    assert.strictEqual(maxAgeMs({ "cache-control": "max-age=0" }, now), undefined)
  })

  it("Expires counts from the server's own clock", () => {
    assert.strictEqual(maxAgeMs({ expires: at(10) }, now), 600_000)
    assert.strictEqual(maxAgeMs({ expires: at(70), date: at(60) }, now), 600_000)
    assert.strictEqual(maxAgeMs({ expires: "0" }, now), undefined)
    assert.strictEqual(maxAgeMs({ expires: at(-10) }, now), undefined)
  })

  it("no hint counts for more than a day", () => {
    assert.strictEqual(maxAgeMs({ "cache-control": "max-age=31536000" }, now), maxHintMs)
    assert.strictEqual(retryAfterMs({ "retry-after": at(1_000_000) }, now), maxHintMs)
    assert.strictEqual(retryAfterMs({ "retry-after": "-5" }, now), undefined)
  })
})
