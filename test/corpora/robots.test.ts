// protego's cases, Google's among them: each decision of a robots.txt is as its author says.
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { robotsOf } from "../../src/sources/Robots.ts"
import { jsonOf, requireCorpora } from "./Corpora.ts"

requireCorpora()

const Case = Schema.Struct({
  robots: Schema.String,
  /** Missing where only the delay is asked for. */
  url: Schema.optional(Schema.NullOr(Schema.String)),
  ua: Schema.String,
  allowed: Schema.optional(Schema.NullOr(Schema.Boolean)),
  crawl_delay: Schema.optional(Schema.NullOr(Schema.Number))
})

describe("robots.txt of the corpora", () => {
  it("every decision is as its corpus says", () => {
    const cases = Schema.decodeUnknownSync(Schema.Array(Case))(jsonOf("protego-robots/robots.json"))
    const wrong = cases.filter(({ allowed, crawl_delay, robots, ua, url }) => {
      // Some of the addresses are paths.
      const page = new URL(url ?? "/", "http://site.example/")
      const found = robotsOf(robots, new URL("/robots.txt", page).href, ua)
      return allowed === undefined || allowed === null
        ? (found.crawlDelaySeconds ?? null) !== (crawl_delay ?? null)
        : found.allowed(page.href) !== allowed
    })
    console.table({ "protego-robots": { checks: cases.length, passed: cases.length - wrong.length } })
    assert.deepStrictEqual(wrong, [])
  })
})
