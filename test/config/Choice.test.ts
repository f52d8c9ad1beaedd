// The keys by which a channel chooses: what they become, and each mistake with its line.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { catalogJsonSchema } from "../../src/config/CatalogJsonSchema.ts"
import type { Channel } from "../../src/domain/Channel.ts"

const decode = (channel: string) =>
  decodeCatalog(
    "oncecast.yaml",
    `channels:\n  deals:\n    chat: "@deals_chat"\n${channel
      .split("\n")
      .map((line) => `    ${line}`)
      .join("\n")}\nsources: {}\n`,
    () => Either.left({ line: 0, message: "no such file" })
  )

const channelOf = (keys: string): Channel | undefined =>
  [...Either.getOrThrow(decode(keys)).channels.values()][0]

const faultsOf = (keys: string) =>
  Either.match(decode(keys), {
    onLeft: (error) => error.faults.map((fault) => `${fault.line}: ${fault.message}`),
    onRight: () => []
  })

describe("the choice of a channel", () => {
  it("becomes what the domain calls it", () => {
    const channel = channelOf(
      [
        "where: { price: { min: 5 }, brand: [Acme], notCategory: [Used] }",
        "caps: [{ by: brand, max: 3, per: 6 hours }, { by: category, max: 1, per: 1 day, over: skip }]",
        "first: newest",
        "digest: { items: 10, at: ['09:00', '18:30'] }",
        "zone: Europe/Berlin",
        "windows: ['mon-fri 09:00-12:00', 'sat,sun 22:00-02:00', '18:00-24:00']",
        "expire: 2 days"
      ].join("\n")
    )
    assert.deepStrictEqual(channel?.where, { price: { min: 5 }, brand: ["Acme"], notCategory: ["Used"] })
    assert.deepStrictEqual(channel?.caps, [
      { by: "brand", max: 3, perMs: 21_600_000, over: "wait" },
      { by: "category", max: 1, perMs: 86_400_000, over: "skip" }
    ])
    assert.deepStrictEqual(channel?.first, { _tag: "Newest" })
    assert.deepStrictEqual(channel?.digest, { items: 10, at: [540, 1110] })
    assert.deepStrictEqual(channel?.windows, [
      { from: 540, to: 720, days: [1, 2, 3, 4, 5] },
      { from: 1320, to: 120, days: [0, 6] },
      { from: 1080, to: 1440, days: [0, 1, 2, 3, 4, 5, 6] }
    ])
    assert.strictEqual(channel?.expireMs, 172_800_000)
  })

  it("that is not written is absent, and quiet hours lend their zone", () => {
    const plain = channelOf("silent: true")
    for (const key of ["where", "caps", "first", "digest", "zone", "windows", "spread", "expireMs"] as const)
      assert.isFalse(plain !== undefined && key in plain, key)
    assert.strictEqual(channelOf("first: oldest")?.first, undefined)
    const quiet = 'quiet: { from: "23:00", to: "08:00", zone: Europe/Berlin }'
    assert.strictEqual(channelOf(`${quiet}\nspread: true`)?.zone, "Europe/Berlin")
  })

  const mistakes: ReadonlyArray<readonly [keys: string, fault: RegExp]> = [
    [
      "zone: Europe/Berlin\nwindows: ['9-12']",
      /^5: .*windows.* is not a window such as "mon-fri 09:00-12:00"/
    ],
    ["zone: UTC\nwindows: ['mon 09:00-09:00']", /is not a window/],
    ["zone: UTC\nwindows: ['funday 09:00-10:00']", /is not a window/],
    ["zone: UTC\nwindows: ['25:00-26:00']", /is not a window/],
    ["windows: ['09:00-12:00']", /^4: channels\.deals\.windows needs zone/],
    ["spread: true", /^4: channels\.deals\.spread needs zone/],
    ["digest: { items: 5, at: ['09:00'] }", /^4: channels\.deals\.digest needs zone/],
    ["zone: UTC\ndigest: { items: 5, at: ['09:00'], within: 1 hour }", /^5: .*at and within, which exclude/],
    ["zone: UTC\nspread: true\ndigest: { items: 5 }", /^5: .*spread and digest exclude each other/],
    ["digest: { items: 1 }", /must be a whole number from 2 to 50/],
    ["caps:\n  - { by: colour, max: 1, per: 1 day }", /^5: .*by must be brand or category/],
    ["caps: [{ by: brand, max: 0, per: 1 day }]", /must be a whole number from 1 to 10000/],
    [
      "first: discount *",
      /^4: channels\.deals\.first must be newest, oldest or a score, but "discount \*" ends too early/
    ],
    ["first: newst", /has "newst", which is none of price/],
    ["where: { pattern: '(' }", /^4: channels\.deals\.where\.pattern is not an RE2 pattern/],
    ["where: { colour: [red] }", /^4: channels\.deals\.where\.colour is not a known key; known here: price/]
  ]
  for (const [keys, fault] of mistakes) {
    it(`is refused when it is ${JSON.stringify(keys)}`, () => assert.match(faultsOf(keys).join("\n"), fault))
  }

  it("is in the JSON Schema for editors", () => {
    const schema = catalogJsonSchema()
    for (const key of ["caps", "digest", "windows", "spread", "expire", "notBrand"])
      assert.include(schema, `"${key}"`)
  })
})
