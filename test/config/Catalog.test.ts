import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import type { ReadTemplate } from "../../src/config/CatalogCheck.ts"

const noTemplates: ReadTemplate = () => Either.left({ line: 0, message: "no such file" })
const decode = (text: string, readTemplate = noTemplates) =>
  decodeCatalog("oncecast.yaml", text, readTemplate)

const good = `
channels:
  deals:
    chat: -1001234567890
    quiet: { from: "23:00", to: "08:00", zone: Europe/Berlin }
  news: { chat: "@example_news", pace: { gap: 5 seconds } }
sources:
  shop:
    kind: rss
    url: https://shop.example/feed.xml
    every: 10 minutes
    start: 3
    to: [deals]
    where: { price: { min: 500 }, exclude: ["used", "spare part"] }
`

const faultsOf = (text: string, readTemplate = noTemplates) =>
  Either.match(decode(text, readTemplate), {
    onLeft: (error) => error.faults.map((fault) => `${fault.line}: ${fault.message}`),
    onRight: () => []
  })

describe("the catalog", () => {
  it("becomes channels and sources with the documented defaults", () => {
    const catalog = Either.getOrThrow(decode(good))
    const deals = [...catalog.channels.values()][0]
    const shop = [...catalog.sources.values()][0]
    assert.strictEqual(deals?.chat, "-1001234567890")
    assert.deepStrictEqual(deals?.pace, { gapMs: 3000, perMinute: 15 })
    assert.deepStrictEqual(deals?.quiet, { from: 1380, to: 480, zone: "Europe/Berlin", mode: "hold" })
    assert.strictEqual(deals?.capacity, 10_000)
    assert.strictEqual(shop?.everyMs, 600_000)
    assert.strictEqual(shop?.start, 3)
    assert.deepStrictEqual(shop?.burst, { items: 10, share: 0.5 })
    assert.strictEqual(catalog.channels.size, 2)
  })

  it("reports every mistake at once, each with its line and what is allowed", () => {
    const faults = faultsOf(`channels:
  deals:
    chat: deals
    colour: red
  "bad name!": { chat: "@other_chat" }
sources:
  shop:
    kind: rrs
    url: ftp://shop.example
    every: soon
    to: [deals, dealz]
`)
    assert.include(faults.join("\n"), '3: channels.deals.chat must be "@name"')
    assert.include(faults.join("\n"), "4: channels.deals.colour is not a known key; known here: chat, pace")
    assert.include(
      faults.join("\n"),
      '8: sources.shop.kind must be rss, yml, merchant, csv, page, json or sitemap, but is "rrs"'
    )
    assert.include(faults.join("\n"), "9: sources.shop.url is not an http or https URL")
    assert.include(faults.join("\n"), "10: sources.shop.every is not a duration")
  })

  it("tells of what is long or may hold a secret only what it is: everybody who reaches the status reads it", () => {
    const secret = "https://user:hidden@shop.example/feed?key=hidden"
    const faults = faultsOf(`channels: { deals: { chat: "@example_deals" } }
sources:
  one: ${secret}
  two: { kind: rss, url: ["${secret}"], to: [deals] }
  three: { kind: rss, url: "https://shop.example/", to: [deals], burst: "${secret}" }
  four: { kind: rss, url: "https://shop.example/", to: [deals], every: ["${"x".repeat(1000)}"] }
`)
    assert.deepStrictEqual(faults, [
      "3: sources.one must be a group of keys, but is a text",
      "4: sources.two.url must be a text, but is a list",
      "5: sources.three.burst must be false or { items, share }, but is a text",
      "6: sources.four.every must be a text, but is a list"
    ])
    const list = faultsOf(`channels: { deals: { chat: "@example_deals" } }
sources: [{ kind: rss, url: "${secret}" }]`)
    assert.deepStrictEqual(list, ["2: sources must be a group of keys, but is a list"])
  })

  it("names the line of a route to a channel that is not there, of bad names, patterns and chats used twice", () => {
    const faults = faultsOf(`channels:
  deals: { chat: "@example_deals" }
  again: { chat: "@Example_Deals" }
  "bad name!": { chat: "@other_chat" }
sources:
  shop:
    kind: rss
    url: https://shop.example
    where: { pattern: "(" }
    to:
      - deals
      - dealz
`).join("\n")
    assert.include(faults, "3: channels.again.chat is the chat of channel deals as well")
    assert.include(faults, "4: channels.bad name! is not a name")
    assert.include(faults, "9: sources.shop.where.pattern is not an RE2 pattern")
    assert.include(faults, '12: sources.shop.to.1 names channel "dealz", which is not under channels')
  })

  it("refuses a key that stands twice, broken YAML and an empty file", () => {
    assert.match(faultsOf("channels: {}\nsources: {}\nchannels: {}\n").join(), /^3: .*twice/)
    assert.match(faultsOf("channels: {\nsources: [}").join(), /^\d+: /)
    assert.deepStrictEqual(faultsOf(""), ["1: channels is missing", "1: sources is missing"])
  })

  it("names the template file and the line in it that cannot be used", () => {
    const result = decode(
      good.replace('{ chat: "@example_news"', '{ template: my.liquid, chat: "@example_news"'),
      () => Either.left({ line: 7, message: 'tag "if" is not closed' })
    )
    assert.strictEqual(
      Either.getLeft(result).pipe((left) => (left._tag === "Some" ? left.value.message : "")),
      'my.liquid:7: tag "if" is not closed'
    )
  })

  it("never lets an alias bomb unfold", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nchannels: *d\nsources: {}\n`
    assert.match(faultsOf(bomb).join(), /more aliases/)
  })
})
