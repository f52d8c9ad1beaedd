// Identity against data of others: miniflux' URL cases, Brave's list of trackers, zyte's GTINs. Where we differ, the reason is here.
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { canonicalUrl } from "../../src/identity/CanonicalUrl.ts"
import { gtinDigits, normalizeGtin } from "../../src/identity/Gtin.ts"

const corpora = process.env.CORPORA_DIR ?? resolve(import.meta.dirname, "../../../shared/corpora")
const load = (...path: ReadonlyArray<string>) => JSON.parse(readFileSync(join(corpora, ...path), "utf8"))

interface UrlCase {
  readonly name: string
  readonly input: string
  readonly expected: string
  readonly feedURL?: string
}

/** miniflux cleans links for following, so it keeps the fragment and the order of parameters; for us they do not make another page. */
const comparable = (expected: string) => {
  const [page = "", query] = expected.replace(/#.*/, "").split("?")
  return query === undefined ? page : `${page}?${query.split("&").sort().join("&")}`
}

/** Parameters of Brave's list that we keep: mail services write them into the links of one mail to one reader, never into a feed. */
const ofMails = [
  ...[
    "__s",
    "_bhlid",
    "_branch_match_id",
    "_branch_referrer",
    "at_recipient_id",
    "at_recipient_list",
    "bbeml"
  ],
  ...["bsft_clkid", "bsft_uid", "et_rid", "ml_subscriber", "ml_subscriber_hash", "oft_c", "oft_ck", "oft_d"],
  ...["oft_id", "oft_ids", "oft_k", "oft_lk", "oft_sk", "sc_customer", "sc_eh", "sc_uid", "sfmc_activityid"],
  ...["sfmc_id", "sms_click", "sms_source", "sms_uph", "ss_email_id", "unicorn_click_id", "vgo_ee"]
]

const gtins = load("gtin", "gtin.json") as {
  readonly GTIN_CLASSIFICATION_CASES: ReadonlyArray<readonly [text: string, kind: string | null]>
  readonly GTIN_IDS: ReadonlyArray<readonly [text: string, digits: string | null]>
}

describe("identity against corpora", () => {
  for (const one of load("url-cases", "cases.json") as ReadonlyArray<UrlCase>) {
    it(`miniflux: ${one.name}`, () => {
      assert.strictEqual(canonicalUrl(one.input, one.feedURL), comparable(one.expected))
    })
  }

  it("Brave's general trackers are removed, except those that only mails carry", () => {
    const [everywhere] = load("tracking-params", "query-filter.json") as ReadonlyArray<{
      readonly params: ReadonlyArray<string>
    }>
    const ours = everywhere?.params.filter(
      (name) => canonicalUrl(`https://example.org/a?${name}=x`) !== "https://example.org/a"
    )
    assert.deepStrictEqual(ours, ofMails)
  })

  it("zyte: what is called a gtin is one, and what is called none is none", () => {
    const cases = gtins.GTIN_CLASSIFICATION_CASES
    // ISSN and ten-digit ISBN are no GTINs: the first name series, the second old editions.
    const wanted = (kind: string | null) => kind !== null && kind !== "issn" && kind !== "isbn10"
    const wrong = cases.filter(([text, kind]) => (normalizeGtin(text) !== undefined) !== wanted(kind))
    console.log(`gtin: ${cases.length - wrong.length} of ${cases.length} classified as their collector says`)
    assert.deepStrictEqual(wrong, [])
  })

  it("zyte: of a labelled number the digits are left", () => {
    const cases = gtins.GTIN_IDS
    // Ten digits are an old ISBN, which is no GTIN.
    const wanted = (digits: string | null) => (digits?.length === 10 ? undefined : (digits ?? undefined))
    const wrong = cases.filter(([text, digits]) => gtinDigits(text) !== wanted(digits)).map(([text]) => text)
    console.log(
      `gtin: ${cases.length - wrong.length} of ${cases.length} numbers cleaned as their collector does`
    )
    assert.deepStrictEqual(wrong, [])
  })
})
