import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { canonicalUrl } from "../../src/identity/CanonicalUrl.ts"

const same: ReadonlyArray<readonly [what: string, a: string, b: string]> = [
  ["the scheme", "http://example.com/a", "https://example.com/a"],
  ["case of the host", "https://EXAMPLE.com/a", "https://example.com/a"],
  ["www.", "https://www.example.com/a", "https://example.com/a"],
  ["the root dot", "https://example.com./a", "https://example.com/a"],
  ["a default port", "http://example.com:80/a", "https://example.com:443/a"],
  ["the fragment", "https://example.com/a#top", "https://example.com/a"],
  ["an empty query", "https://example.com/a?", "https://example.com/a"],
  ["a trailing slash", "https://example.com/a/", "https://example.com/a"],
  ["doubled slashes", "https://example.com//a///b", "https://example.com/a/b"],
  ["index.html", "https://example.com/a/index.html", "https://example.com/a/"],
  ["index.php", "https://example.com/index.php?p=1", "https://example.com/?p=1"],
  ["jsessionid", "https://example.com/a;jsessionid=0A1B?x=1", "https://example.com/a?x=1"],
  ["parameter order", "https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"],
  ["case of trackers", "https://example.com/a?UTM_Source=x&id=1&fbClid=9", "https://example.com/a?id=1"],
  ["case of escapes", "https://example.com/%d0%b0?q=%d0%b1", "https://example.com/%D0%B0?q=%D0%B1"],
  ["escaping of letters", "https://example.com/а?q=б c", "https://example.com/%D0%B0?q=%D0%B1+c"],
  ["punycode", "https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a"],
  ["credentials", "https://user:secret@example.com/a", "https://example.com/a"],
  ["ref to the site itself", "https://example.com/a?ref=example.com", "https://example.com/a"],
  ["yandex as origin", "https://example.com/a?from=yandex_market&erid=2Vf", "https://example.com/a"]
]

const different: ReadonlyArray<readonly [what: string, a: string, b: string]> = [
  ["case of the path", "https://example.com/A", "https://example.com/a"],
  ["a variant", "https://example.com/a?variant=1", "https://example.com/a?variant=2"],
  ["a post id", "https://example.com/?p=1", "https://example.com/?p=2"],
  ["another port", "https://example.com:8080/a", "https://example.com/a"],
  ["a subdomain", "https://shop.example.com/a", "https://example.com/a"],
  ["from with a value of its own", "https://example.com/a?from=berlin", "https://example.com/a?from=rome"],
  ["ref with another value", "https://example.com/a?ref=1", "https://example.com/a?ref=2"],
  [
    "escapes that are not UTF-8",
    "https://example.com/?q=%CD%EE%E2%FB%E9",
    "https://example.com/?q=%D1%F2%E0%F0"
  ]
]

const messyUrl = fc
  .tuple(
    fc.constantFrom("http", "HTTPS"),
    fc.constantFrom(
      "example.com",
      "WWW.Example.com:80",
      "www.www.x.com.",
      "www.com:443",
      "192.0.2.1",
      "пример.рф"
    ),
    fc.array(
      fc.constantFrom(
        "",
        "a",
        "A b",
        "index.html",
        "index.php",
        "..",
        "%2e",
        "%7ex",
        "%%341",
        "x;jsessionid=1"
      )
    ),
    fc.array(
      fc.constantFrom(
        "b=2",
        "utm_x=1",
        "a=%d0",
        "ref=example.com",
        "",
        "c=a b",
        "c=a+b",
        "%",
        "utm%5Fsource=1"
      )
    )
  )
  .map(([scheme, host, path, query]) => `${scheme}://${host}/${path.join("/")}?${query.join("&")}#f`)

describe("CanonicalUrl", () => {
  for (const [what, a, b] of same) {
    it(`${what} does not make another page`, () => assert.strictEqual(canonicalUrl(a), canonicalUrl(b)))
  }
  for (const [what, a, b] of different) {
    it(`${what} makes another page`, () => assert.notStrictEqual(canonicalUrl(a), canonicalUrl(b)))
  }

  it("what is no web address has none", () => {
    for (const text of ["", "N/A", "mailto:a@example.com", "/relative", "javascript:void(0)", "urn:uuid:1"]) {
      assert.isUndefined(canonicalUrl(text))
    }
  })

  it("ref with the feed's own host is a tracker", () => {
    const url = "https://example.com/a?ref=feeds.example.net"
    assert.strictEqual(canonicalUrl(url, "https://feeds.example.net/rss"), "https://example.com/a")
    assert.strictEqual(canonicalUrl(url), url)
  })

  it("doing it twice changes nothing, for any URL", () => {
    const urls = fc.oneof(messyUrl, fc.webUrl({ withQueryParameters: true, withFragments: true }))
    fc.assert(
      fc.property(urls, (url) => {
        const once = canonicalUrl(url)
        assert.strictEqual(once === undefined ? undefined : canonicalUrl(once), once)
      }),
      { numRuns: 2_000 }
    )
  })

  it("neither trackers nor the order of parameters make another page, for any URL", () => {
    const trackers = fc.constantFrom(
      "utm_campaign=1",
      "GCLID=x",
      "yclid=1",
      "mc_eid=2",
      "__hstc=3",
      "roistat_a=4"
    )
    fc.assert(
      fc.property(fc.webUrl(), fc.array(fc.webQueryParameters()), fc.array(trackers), (page, own, added) => {
        const parameters = own.flatMap((query) => query.split("&")).filter((one) => !/^(ref|from)/.test(one))
        const plain = `${page}?${parameters.join("&")}`
        const tracked = `${page}?${[...added, ...parameters].reverse().join("&")}`
        assert.strictEqual(canonicalUrl(tracked), canonicalUrl(plain))
      })
    )
  })
})
