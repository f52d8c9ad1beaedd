// The daily summary fits into one message of Telegram, whatever went wrong: an entry that does not fit is dropped whole.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { alertDefaults } from "../../../src/domain/AlertTerms.ts"
import { ChannelId, SourceId } from "../../../src/domain/Names.ts"
import { htmlOf } from "../../../src/operator/alerts/AlertWords.ts"
import { isDue, summaryOf } from "../../../src/operator/alerts/Summing.ts"
import { snapshot } from "../../../src/operator/Status.ts"
import { catalog, live, store } from "../operating.ts"

const many = Array.from({ length: 60 }, (_, index) => index)

describe("the daily summary", () => {
  it("is not withheld for as long as the clock was ahead when the last one was told", () => {
    const terms = { ...alertDefaults, daily: 9 * 60, zone: "UTC" }
    const [noon, day] = [Date.UTC(2026, 10, 26, 12), 86_400_000]
    assert.isFalse(isDue(terms, noon, noon))
    assert.isFalse(isDue(terms, noon + 3_600_000, noon))
    assert.isTrue(isDue(terms, noon + 40 * day, noon))
  })

  it.scoped("of sixty sick sources and channels names some, counts the others and is told", () =>
    Effect.gen(function* () {
      const status = yield* Effect.provide(snapshot(catalog, "/data/oncecast.db"), live(new Map()))
      const [shop] = status.sources
      if (shop === undefined) return yield* Effect.dieMessage("the catalog has no source")
      const poll = { source: shop.id, at: 0, tookMs: 1, outcome: "failed" as const, fresh: 0, nextAt: 9 }
      const sources = many.map((index) => ({
        ...shop,
        id: SourceId.make(`shop${index}`),
        lastPoll: { ...poll, failures: 3, note: "It answered <b>nonsense</b> & more. ".repeat(20) }
      }))
      const channels = many.map((index) => ChannelId.make(`a-channel-with-a-long-name-${index}`))
      const summary = summaryOf(
        {
          status: { ...status, sources },
          catalog,
          restored: channels.map((channel) => ({ channel, at: 0, floor: 1, settled: false })),
          facts: { catalogRefused: null, freeBytes: null },
          webhookFailed: null,
          reported: []
        },
        {
          fresh: [],
          deliveries: channels.map((channel) => ({ channel, state: "refused" as const, deliveries: 3 }))
        }
      )
      const html = htmlOf([{ event: "summary", id: 1, at: 0, summary }])
      assert.include(html, "shop9")
      assert.include(html, "50 more")
      assert.include(html, "a-channel-with-a-long-name-9 since the restore")
      assert.isBelow(html.length, 4_096)
    }).pipe(Effect.provide(store))
  )
})
