import { assert, describe, it } from "@effect/vitest"
import { newestFirst } from "../../src/outbox/AgeOrder.ts"
import { item } from "../identity/Arbitrary.ts"

const dated = (...dates: ReadonlyArray<number | undefined>) =>
  dates.map((publishedAt) => ({ item: item(publishedAt === undefined ? {} : { publishedAt }) }))

describe("AgeOrder", () => {
  it("without dates the document lists the newest first", () => {
    assert.deepStrictEqual(newestFirst(dated(undefined, undefined, undefined), 100), [0, 1, 2])
  })

  it("dates decide against the order of the document", () => {
    assert.deepStrictEqual(newestFirst(dated(1, 2, 3), 100), [2, 1, 0])
  })

  it("equal dates follow the document", () => {
    assert.deepStrictEqual(newestFirst(dated(5, 7, 5, 7), 100), [1, 3, 0, 2])
  })

  it("an item without a date keeps to the one above it, at the top to the one below", () => {
    assert.deepStrictEqual(newestFirst(dated(undefined, 1, undefined, 9, undefined), 100), [3, 4, 0, 1, 2])
  })

  it("a date in the future is no advantage over one of now", () => {
    assert.deepStrictEqual(newestFirst(dated(100, 5_000, 100), 100), [0, 1, 2])
  })
})
