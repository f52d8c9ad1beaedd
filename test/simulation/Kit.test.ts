// Tests of one's own kinds and templates, as users of the kit write them.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { type Item, overText, runWorld, type SourceKind, type TextReader } from "../../src/simulation/Kit.ts"

const itemOf = (title: string): Item => ({ guid: title, title, body: "", images: [], categories: [] })

const lineReader = (): TextReader => {
  let open = ""
  const write = (text: string): ReadonlyArray<Item> => {
    const lines = `${open}${text}`.split("\n")
    open = lines.pop() ?? ""
    return lines.filter((line) => line !== "").map(itemOf)
  }
  return {
    write,
    end: () => write("\n"),
    done: false,
    facts: () => Either.right({ complete: true, faults: [], further: [] })
  }
}

const lines: SourceKind = {
  accept: "text/plain",
  open: (head) => overText(head, lineReader())
}

const url = "https://shop.example/list"
const catalog = (template: string) => `
channels:
  deals: { chat: "@deals", template: ${template} }
sources:
  shop: { kind: rss, url: "${url}", every: 10 minutes, start: all, to: [deals] }`

const textsOf = (posts: ReadonlyArray<{ readonly text: string }> = []) => posts.map(({ text }) => text)

describe.each(["none", "all"] as const)("with faults: %s", (faults) => {
  it("a template gives each item its form", async () => {
    const seen = await runWorld({
      catalog: catalog("mine.liquid"),
      templates: { "mine.liquid": "<b>New:</b> {{ title }}" },
      script: {
        [url]: "<rss version='2.0'><channel><item><title>Lamp</title><guid>1</guid></item></channel></rss>"
      },
      faults
    })
    assert.isUndefined(seen.broken)
    assert.lengthOf(seen.posts["@deals"] ?? [], 1)
    assert.include(seen.posts["@deals"]?.[0]?.html, "<b>New:</b> Lamp")
  })

  it("an added source kind finds what is new", async () => {
    const seen = await runWorld({
      catalog: catalog("article"),
      kinds: { rss: lines },
      script: { [url]: (hours) => (hours < 2 ? "Lamp\n" : "Chair\nLamp\n") },
      faults
    })
    assert.isUndefined(seen.broken)
    const texts = textsOf(seen.posts["@deals"])
    assert.lengthOf(texts, 2)
    assert.include(texts[0], "Lamp")
    assert.include(texts[1], "Chair")
  })
})

describe("a source kind with a fault", () => {
  const read = (reader: Partial<TextReader>) =>
    runWorld({
      catalog: catalog("article"),
      kinds: { rss: { ...lines, open: (head) => overText(head, { ...lineReader(), ...reader }) } },
      script: { [url]: "Floor lamp\n" }
    })

  it("that forgets what it was in when the text was cut gives other items, for documents come in pieces", async () => {
    const { posts } = await read({
      write: (text) => text.split("\n").flatMap((line) => (line === "" ? [] : itemOf(line)))
    })
    assert.notInclude(textsOf(posts["@deals"]).join(), "Floor lamp")
  })

  it("that refuses the document is told with the source's name and what was found", async () => {
    const { broken } = await read({ facts: () => Either.left("no list") })
    assert.strictEqual(broken?.invariant, "everything recovers")
    assert.include(broken?.what, "1 source has not been polled well: shop; source/shop: ")
    assert.include(broken?.what, `${url} cannot be read: no list`)
  })

  it("that throws is told with what it threw", async () => {
    const { broken } = await read({
      write: () => {
        throw new Error("no such line")
      }
    })
    assert.include(broken?.what, "source/shop: no such line")
  })
})
