// Paths, templates and constants: what each text means, and which make no sense.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { parseExpression, parsePath } from "../../src/domain/JsonExpression.ts"

describe("an expression", () => {
  it("that is a path is its steps", () => {
    const cases: ReadonlyArray<readonly [text: string, up: number, steps: ReadonlyArray<string>]> = [
      ["title", 0, ["title"]],
      [" data.products ", 0, ["data", "products"]],
      ["variants[0].price", 0, ["variants", "0", "price"]],
      ["variants.0.price", 0, ["variants", "0", "price"]],
      ["images[*].src", 0, ["images", "*", "src"]],
      ["byId.*", 0, ["byId", "*"]],
      ['["odd.key"]["\\"x\\""].y', 0, ["odd.key", '"x"', "y"]],
      ["sku number.a-b_c", 0, ["sku number", "a-b_c"]],
      [".a.b", 0, ["a", "b"]],
      ["^.title", 1, ["title"]],
      ["^.^.a", 2, ["a"]],
      ["^[0]", 1, ["0"]],
      [".", 0, []]
    ]
    for (const [text, up, steps] of cases)
      assert.deepStrictEqual(parsePath(text), Either.right({ up, steps }), text)
  })

  it("that is no path says so", () => {
    for (const text of ["", "a..b", "a.", "a[", "a[x]", "a]b", 'a["x', 'a["\\q"]', "a.b.", "[0", "a{b"])
      assert.isTrue(Either.isLeft(parsePath(text)), text)
  })

  it("may be a constant or a template", () => {
    assert.deepStrictEqual(parseExpression("=EUR"), Either.right({ _tag: "Constant", text: "EUR" }))
    assert.deepStrictEqual(
      parseExpression("https://a.example/{a.b}?x={^.c}"),
      Either.right({
        _tag: "Template",
        parts: ["https://a.example/", { up: 0, steps: ["a", "b"] }, "?x=", { up: 1, steps: ["c"] }]
      })
    )
    for (const text of ["{a", "a}", "{}", "{a..b}"]) assert.isTrue(Either.isLeft(parseExpression(text)), text)
  })
})
