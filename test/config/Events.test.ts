// The catalog's keys for what is told of offers: what they become, and that each mistake names its line and key.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { defaultEventRules } from "../../src/domain/Event.ts"
import { listsAll } from "../../src/domain/Source.ts"

const catalog = (channel: string, source = "kind: yml") =>
  decodeCatalog(
    "c.yaml",
    `channels:
  deals:
    chat: "@deals"
${channel}
sources:
  shop: { url: https://shop.example/x, to: [deals], ${source} }`,
    () => Either.left({ line: 0, message: "none" })
  )
const read = (channel: string, source?: string) =>
  Either.getOrThrowWith(catalog(channel, source), (error) => new Error(error.message))
const channelOf = (text: string) => [...read(text).channels.values()][0]
const faultsOf = (channel: string, source?: string) =>
  Either.match(catalog(channel, source), {
    onLeft: ({ faults }) => faults.map(({ line, message }) => `${line}: ${message}`).join("\n"),
    onRight: () => ""
  })

describe("the keys of what is told of offers", () => {
  it("say which events, and from when on they are worth a word; the rest is as usual", () => {
    const channel = channelOf(`    events: [new, drop]
    drops: { percent: 12.5, lowestOf: 60 days, coolDown: 3 days }`)
    assert.deepStrictEqual(channel?.events, ["new", "drop"])
    assert.deepStrictEqual(channel?.drops, {
      ...defaultEventRules,
      ...{ percent: 12.5, lowestOfMs: 60 * 86_400_000, coolDownMs: 3 * 86_400_000 }
    })
  })

  it("are absent unless they are written: what is new is told, and nothing else", () => {
    const channel = channelOf("    silent: false")
    assert.deepStrictEqual([channel?.events, channel?.drops], [["new"], defaultEventRules])
  })

  it("a shop's export lists all of it, a feed its newest, unless its source says otherwise", () => {
    const isAll = (source: string) => [...read("    silent: false", source).sources.values()].map(listsAll)
    assert.deepStrictEqual(isAll("kind: merchant"), [true])
    assert.deepStrictEqual(isAll("kind: rss"), [false])
    assert.deepStrictEqual(isAll("kind: rss, lists: all"), [true])
  })

  it("that are wrong are named with their line", () => {
    assert.include(
      faultsOf("    events: [new, sale]"),
      "4: channels.deals.events must be a list of new, drop, back, gone, but is"
    )
    assert.include(faultsOf("    events: []"), "4: channels.deals.events must be a list of")
    assert.include(
      faultsOf("    drops:\n      percent: 0"),
      "5: channels.deals.drops.percent must be a number from 0.1 to 100"
    )
    assert.include(
      faultsOf("    drops: { lowestOf: 91 days }"),
      "4: channels.deals.drops.lowestOf must be from 0 to 90d, but is 91d"
    )
    assert.include(faultsOf("    drops: { cooldown: 1 day }"), "cooldown is not a known key")
    assert.include(
      faultsOf("    silent: false", "kind: yml, lists: some"),
      "6: sources.shop.lists must be all or newest"
    )
    assert.include(
      faultsOf("    events: [new, gone]", "kind: rss"),
      "4: channels.deals.events.1 none of its sources lists all that it has"
    )
  })
})
