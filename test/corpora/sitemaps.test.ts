// Every sitemap of the corpora leads to exactly the addresses that are written in it, and news are items.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { sitemap } from "../../src/sources/kinds/sitemap.ts"
import { sourceWith } from "../sources/reading/source.ts"
import { bytesOf, filesOf, requireCorpora } from "./Corpora.ts"

requireCorpora()

const textOf = (path: string) => new TextDecoder().decode(bytesOf(path))

/** The addresses in a sitemap, by its text: `<loc>` but for pictures, and the links of a feed's entries. */
const writtenIn = (text: string): ReadonlyArray<string> => {
  const entries = text.replace(/<image:image>[\s\S]*?<\/image:image>/g, "")
  const locations = [...entries.matchAll(/<loc>\s*([^<]*?)\s*<\/loc>/g)].map(([, url = ""]) => url)
  const links = [...text.matchAll(/<(?:entry|item)>[\s\S]*?<link([^>]*)>([^<]*)/g)].map(
    ([, attributes = "", body = ""]) => /href="([^"]*)"/.exec(attributes)?.[1] ?? body
  )
  return [...locations, ...links].map((url) => url.replaceAll("&amp;", "&"))
}

const leadsTo = async (path: string) => {
  const [first = "https://example.org/"] = writtenIn(textOf(path))
  const url = new URL("/sitemap.xml", first).href
  const bytes = bytesOf(path)
  const reader = await Effect.runPromise(
    sitemap.open({ bytes, url, now: 0 }, sourceWith({ kind: "sitemap", url, maxItems: 100_000 }))
  )
  const items = [...reader.write(bytes), ...reader.end()]
  const facts = Either.getOrThrowWith(reader.facts(), String)
  assert.isTrue(facts.complete, path)
  return [...items.map(({ link }) => link), ...facts.further.map((further) => further.url)]
}

describe("sitemaps of the corpora", () => {
  it("lead to what is written in them", async () => {
    const paths = [
      ...filesOf("sitemap-samples"),
      ...filesOf("yml-real").filter((path) => /sitemap/.test(path))
    ]
    let addresses = 0
    for (const path of paths.filter((one) => one.endsWith(".xml"))) {
      const wanted = new Set(writtenIn(textOf(path)).map((url) => new URL(url).href.replace(/\/$/, "")))
      const got = (await leadsTo(path)).map((url) => url?.replace(/\/$/, ""))
      assert.sameMembers([...got], [...wanted], path)
      addresses += wanted.size
    }
    console.table({
      "sitemap-samples": { sitemaps: paths.filter((one) => one.endsWith(".xml")).length, addresses }
    })
    assert.isAbove(addresses, 0)
  })
})
