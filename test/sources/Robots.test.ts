// robots.txt: what a site permits to us, in the spelling that site owners really use.
import { assert, describe, it } from "@effect/vitest"
import { robotsOf } from "../../src/sources/Robots.ts"
import { cpuMs } from "../setup/cpu.ts"

const robots = (text: string, agent = "Oncecast") => robotsOf(text, "https://shop.example/robots.txt", agent)
const allows = (text: string, path: string) => robots(text).allowed(`https://shop.example${path}`)

describe("robots.txt", () => {
  it("the group for us counts alone, else the one for all", () => {
    const text = "User-agent: *\nDisallow: /\n\nUser-agent: OnceCast/2.0 (any)\nDisallow: /cart"
    assert.isTrue(allows(text, "/p/1"))
    assert.isFalse(allows(text, "/cart/1"))
    assert.isFalse(robots(text, "other").allowed("https://shop.example/p/1"))
    assert.isFalse(
      robots("User-agent: oncecaster\nAllow: /\nUser-agent: *\nDisallow: /").allowed("https://shop.example/")
    )
  })

  it("the longest rule decides, and of two equal ones the permission", () => {
    assert.isTrue(allows("User-agent: *\nDisallow: /p\nAllow: /p/good", "/p/good/1"))
    assert.isTrue(allows("User-agent: *\nDisallow: /p\nAllow: /p", "/p"))
    assert.isFalse(allows("User-agent: *\nDisallow: /*.pdf$", "/a.pdf"))
    assert.isTrue(allows("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x"))
  })

  it("one path is one path, however it is escaped", () => {
    for (const rule of ["/товар/", "/%D1%82%D0%BE%D0%B2%D0%B0%D1%80/", "/%d1%82%d0%be%d0%b2%d0%b0%d1%80/"])
      assert.isFalse(allows(`User-agent: *\nDisallow: ${rule}`, "/товар/1"), rule)
    assert.isFalse(allows("User-agent: *\nDisallow: /%7ejoe", "/~joe/x"))
    assert.isFalse(allows("User-agent: *\nDisallow: /a[1]|'b'", "/a[1]|'b'"))
    assert.isFalse(allows("User-agent: *\nDisallow: /?q='a'", "/?q='a'"))
    assert.isTrue(allows("User-agent: *\nDisallow: /a%2Fb", "/a/b"))
    assert.isTrue(allows("User-agent: *\nDisallow: /a%2Ab", "/axb"))
  })

  it("misspelt and misplaced lines are understood where their meaning is plain", () => {
    assert.isFalse(allows("\ufeffuseragent *\r\ndissalow /cart", "/cart"))
    assert.isFalse(allows("User-agent: *\nDisallow: https://shop.example/cart", "/cart"))
    assert.isFalse(allows("User-agent: *\nDisallow: cart", "/cart"))
    assert.isTrue(allows("User-agent: *\nDisallow: /\nAllow: /a/index.html", "/a/"))
    assert.isTrue(allows("User-agent: Yandex\nClean-param: utm\nUser-agent: *\nDisallow: /x", "/y"))
    assert.isTrue(allows("User-agent: *\nClean-param: utm\nUser-agent: bad\nDisallow: /", "/y"))
    assert.isTrue(allows("<html><body>Not found: nothing here</body></html>", "/y"))
  })

  it("the wish for a pause and the sitemaps are read", () => {
    const found = robots(
      "Sitemap: /map.xml\nUser-agent: *\nCrawl-delay: 2.5 # s\nSitemap:https://shop.example/b.xml\nSitemap: ftp://x/"
    )
    assert.strictEqual(found.crawlDelaySeconds, 2.5)
    assert.deepStrictEqual(found.sitemaps, ["https://shop.example/map.xml", "https://shop.example/b.xml"])
    assert.notProperty(robots("User-agent: *\nCrawl-delay: soon"), "crawlDelaySeconds")
    assert.isTrue(robots("").allowed("https://shop.example/"))
  })

  it("no text costs more than its limits", () => {
    const hostile = `User-agent: *\n${`Disallow: /*${"a".repeat(2_000)}b\n`.repeat(5_000)}`
    const started = cpuMs()
    robots(hostile).allowed(`https://shop.example/${"a".repeat(100_000)}`)
    assert.isBelow(cpuMs() - started, 2_000)
  })
})
