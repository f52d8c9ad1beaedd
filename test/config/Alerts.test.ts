// The catalog's `alerts`: what stands for what is not written, and each mistake with its line.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { catalogJsonSchema } from "../../src/config/CatalogJsonSchema.ts"
import { alertDefaults } from "../../src/domain/AlertTerms.ts"

const decode = (alerts: string) =>
  decodeCatalog(
    "oncecast.yaml",
    `channels: { deals: { chat: "@example_deals" } }
sources: { shop: { kind: rss, url: "https://shop.example/feed", to: [deals] } }
${alerts}`,
    () => Either.left({ line: 0, message: "none" })
  )

const termsOf = (alerts: string) => Either.getOrThrow(decode(alerts)).alerts

const faultsOf = (alerts: string) =>
  Either.match(decode(alerts), {
    onLeft: (error) => error.faults.map((fault) => `${fault.line}: ${fault.message}`),
    onRight: () => []
  })

describe("the alerts of a catalog", () => {
  it("are on by default, and off when somebody says so", () => {
    assert.isUndefined(termsOf(""))
    assert.deepStrictEqual(termsOf("alerts: {}"), alertDefaults)
    assert.isFalse(termsOf("alerts: { enabled: false }")?.on)
    assert.isFalse("daily" in (termsOf("alerts: { daily: false }") ?? {}))
    assert.deepStrictEqual(
      termsOf(
        'alerts: { silence: 6 hours, backlog: 2 days, daily: "18:30", zone: Europe/Berlin, mute: [source/shop, backups] }'
      ),
      {
        on: true,
        silenceMs: 21_600_000,
        backlogMs: 172_800_000,
        daily: 1110,
        zone: "Europe/Berlin",
        mute: ["source/shop", "backups"]
      }
    )
  })

  it("with mistakes are refused, each with its line and what is allowed", () => {
    assert.deepStrictEqual(faultsOf("alerts:\n  mute:\n    - source/shop\n    - source/shp"), [
      '6: alerts.mute.1 names "source/shp", which is none of database, disk, limits, children, backups, catalog, webhook, channel/NAME, source/NAME of the catalog'
    ])
    assert.match(
      faultsOf("alerts:\n  silence: 1 minute")[0] ?? "",
      /^4: alerts\.silence must be from 10m to 30d/
    )
    assert.match(faultsOf("alerts:\n  daily: 9")[0] ?? "", /^4: alerts\.daily must be false or a time of day/)
    assert.match(faultsOf("alerts:\n  zone: Berlin/Mitte")[0] ?? "", /is not a time zone/)
    assert.match(faultsOf("alerts:\n  webhook: https://x.example")[0] ?? "", /is not a known key/)
  })

  it("are in the JSON Schema for editors", () => {
    assert.include(JSON.stringify(catalogJsonSchema()), "told of to the admins")
  })
})
