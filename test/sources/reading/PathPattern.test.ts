// Patterns of addresses, as operators write them.
import { assert, describe, it } from "@effect/vitest"
import { matchesPattern } from "../../../src/sources/reading/PathPattern.ts"
import { cpuMs } from "../../setup/cpu.ts"

describe("a pattern", () => {
  it("means a path from its beginning to its end, * being anything", () => {
    const cases: ReadonlyArray<readonly [pattern: string, path: string, means: boolean]> = [
      ["/product/*", "/product/1", true],
      ["/product/*", "/product/1/reviews?x=1", true],
      ["/product/*", "/product", false],
      ["/product", "/product/1", false],
      ["*/p/*.html", "/de/p/1.html", true],
      ["*/p/*.html", "/de/p/1.html5", false],
      ["*-p-*", "/a/red-mug-p-17", true],
      ["/a*a", "/a", false],
      ["/a*a", "/aa", true],
      ["*?id=*", "/p?id=1", true],
      ["/p", "/p?id=1", true],
      ["/товар/*", "/товар/1", true],
      ["/%D1%82%D0%BE%D0%B2%D0%B0%D1%80/*", "/товар/1", true],
      ["https://shop.example/p/*", "/p/1", true],
      ["https://other.example/p/*", "/p/1", false]
    ]
    for (const [pattern, path, means] of cases)
      assert.strictEqual(matchesPattern(pattern, `https://shop.example${path}`), means, `${pattern} ${path}`)
  })

  it("of many stars costs no more than the address is long", () => {
    const started = cpuMs()
    assert.isFalse(matchesPattern(`/${"*a".repeat(1_000)}b`, `https://shop.example/${"a".repeat(100_000)}`))
    assert.isBelow(cpuMs() - started, 1_000)
  })
})
