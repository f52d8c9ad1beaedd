import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import { remembered } from "../../../src/sources/reading/Remembered.ts"
import { XmlReader } from "../../../src/sources/xml/XmlReader.ts"

/** Memory that is in use after a collection, MB. */
const inUse = (): number => {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  return process.memoryUsage().heapUsed / 1e6
}

describe("the names of a document", () => {
  it("keep nothing of the text around them in memory, however many different ones there are", () => {
    const reader = new XmlReader({ containers: new Set(["rss"]), items: new Set(["item"]) })
    reader.write("<rss>")
    const layout = Buffer.alloc(100_000, " ")
    const before = inUse()
    for (let n = 0; n < 500; n++) {
      const name = `a_name_of_its_own_${n}`
      const item = Buffer.concat([Buffer.from(`<item><${name}>`), layout, Buffer.from(`</${name}></item>`)])
      assert.lengthOf(reader.write(item.toString("latin1")), 1)
    }
    assert.isBelow(inUse() - before, 10)
  })
})

describe("what is remembered of short texts", () => {
  it("keeps nothing of the document that they were cut out of", () => {
    const lengthOf = remembered((text) => text.length)
    const before = inUse()
    for (let n = 0; n < 500; n++) {
      const document = Buffer.alloc(100_000, `a text that comes again and again: ${n} `).toString("latin1")
      assert.strictEqual(lengthOf(document.slice(0, 40)), 40)
    }
    assert.isBelow(inUse() - before, 10)
  })
})
