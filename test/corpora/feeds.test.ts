// All feed corpora through the feed reader: nothing throws or hangs, and each field is what its corpus expects or a listed deviation.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { heldBody } from "../../src/sources/Body.ts"
import { rss } from "../../src/sources/kinds/rss.ts"
import { readWhole } from "../../src/sources/Reading.ts"
import { sourceWith } from "../sources/reading/source.ts"
import { type Check, checksOf, described, scoresOf } from "./Checks.ts"
import { bytesOf, documentUrl, exists, filesOf, readingOf, requireCorpora } from "./Corpora.ts"
import { deviations } from "./deviations.ts"
import { expectations } from "./Expectations.ts"

requireCorpora()

/** Share of the field checks that the prototype of the research reached; a corpus below it is a regression. */
const floors: Readonly<Record<string, number>> = {
  feedparser: 0.919,
  gofeed: 0.957,
  "feed-rs": 0.95,
  "sample-feeds": 0.99,
  "rss-parser": 0.99
}

const feedCorpora = [
  "feed-extractor",
  "feed-rs",
  "feed-templates",
  "feedjira",
  "feedparser",
  "feedsmith",
  "gofeed",
  "google-apparix",
  "miniflux",
  "node-feedparser",
  "rss-parser",
  "sample-feeds",
  "sitemap-samples",
  "venus",
  "w3c-feedvalidator"
]
/** Pages and other XML: what a source may answer with instead of a feed. */
const otherCorpora = ["extruct", "metascraper-shopping", "yml-real", "yml-serkin", "yml-sirian"]

const isDocument = (path: string) => !/(?:\.jsonl|\.txt|\.ini|\.html-result|\.serde\.json)$/.test(path)

interface Outcome {
  readonly read: number
  readonly refused: number
  readonly items: number
  readonly slow: ReadonlyArray<string>
}

const outcomeOf = async (paths: ReadonlyArray<string>): Promise<Outcome> => {
  let [read, refused, items] = [0, 0, 0]
  const slow: Array<string> = []
  for (const path of paths) {
    const started = performance.now()
    const body = heldBody(bytesOf(path), { url: documentUrl })
    const reading = readWhole(rss, body, sourceWith({ maxItems: 100_000 }))
    const result = await Effect.runPromise(Effect.either(reading))
    const elapsed = performance.now() - started
    if (elapsed > 2_000) slow.push(`${path} took ${Math.round(elapsed)} ms`)
    if (Either.isLeft(result)) refused++
    else {
      read++
      items += result.right.items.length
    }
  }
  return { read, refused, items, slow }
}

describe("feed corpora", () => {
  it("every file is read or refused as unreadable; none throws or takes two seconds", async () => {
    const table: Record<string, Omit<Outcome, "slow">> = {}
    for (const corpus of [...feedCorpora, ...otherCorpora]) {
      const { slow, ...outcome } = await outcomeOf(filesOf(corpus).filter(isDocument))
      table[corpus] = outcome
      assert.deepStrictEqual(slow, [])
    }
    console.table(table)
  })

  it("pages, sitemaps and shop catalogs are refused, never read as empty feeds", async () => {
    for (const corpus of otherCorpora) {
      const outcome = await outcomeOf(filesOf(corpus).filter((path) => /\.(html?|xml)$/.test(path)))
      assert.strictEqual(outcome.read, 0, corpus)
    }
  })

  it("each field is as its corpus expects, or a listed deviation; no listed deviation is outdated", async () => {
    const all = expectations()
    const checks: Array<Check> = []
    for (const expected of all)
      checks.push(...checksOf(expected, await readingOf(expected.path, expected.contentType)))
    const scores = scoresOf(checks)
    console.table(scores)
    const listed = new Set(deviations.flatMap(({ names }) => names))
    const unlisted = checks.filter(({ name, passed }) => !passed && !listed.has(name))
    const outdated = checks.filter(({ name, passed }) => passed && listed.has(name))
    assert.deepStrictEqual(unlisted.map(described), [], "deviations that are not listed")
    assert.deepStrictEqual(
      outdated.map(({ name }) => name),
      [],
      "listed deviations that are none"
    )
    for (const [corpus, floor] of Object.entries(floors)) {
      if (exists(corpus)) assert.isAtLeast((scores[corpus]?.percent ?? 0) / 100, floor, corpus)
    }
  })
})
