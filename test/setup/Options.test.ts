// What the assertions of all tests stand on.
import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"

describe("assertions", () => {
  it("tell Some from None, also deep within", () => {
    assert.deepStrictEqual(Option.some({ a: 1 }), Option.some({ a: 1 }))
    assert.deepStrictEqual({ held: Option.none() }, { held: Option.none() })
    assert.throws(() => assert.deepStrictEqual(Option.none(), Option.some(1)))
    assert.throws(() => assert.deepStrictEqual({ held: [Option.some(1)] }, { held: [Option.none()] }))
    assert.throws(() => assert.deepStrictEqual(Option.some(1), Option.some(2)))
  })
})
