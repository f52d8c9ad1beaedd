// Keys that stand twice in one map of a YAML document. The parser's own check compares each key with all before it: half of the time that a
// catalog of 10,000 sources takes to be read. For a document that was parsed with `uniqueKeys: false`.
import { type Document, isScalar, visit } from "yaml"

/** Where the second of each begins, as an offset in the text. */
export const duplicateKeys = (document: Document.Parsed): ReadonlyArray<number> => {
  const found: Array<number> = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0)
        seen.add(key.value)
      }
    }
  })
  return found
}
