// Why queued deliveries wait, by every choice of a channel, as the command line and the API tell it; and what filters kept out.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, TestClock } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import { everyDay } from "../../src/domain/LocalHours.ts"
import { snapshot } from "../../src/operator/Status.ts"
import { deliveriesText, statusText } from "../../src/operator/Tables.ts"
import { withWaits } from "../../src/operator/Waits.ts"
import { Choices } from "../../src/outbox/Choices.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { catalog, commands, deals, sendNext, shopLists, store } from "./operating.ts"

const hour = 3_600_000
const sent = { _tag: "Sent", messageIds: [7] } as const

/** Of each queued delivery, by id: "why until". */
const waits = (choice: Partial<Channel>) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const channel = catalog.channels.get(deals)
    if (channel === undefined) return yield* Effect.dieMessage("no channel")
    const rows = yield* withWaits(
      { channels: new Map([[deals, { ...channel, ...choice }]]) },
      yield* ledger.deliveries({ limit: 100 })
    )
    return rows
      .toSorted((a, b) => a.id - b.id)
      .flatMap((row) => (row.waits === null ? [] : [`${row.waits.why} ${row.waits.until}`]))
  })

const onStore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, store)

describe("a queued delivery waits", () => {
  it.effect(
    "for its turn, or until the window, quiet hours or its own time, and not longer than it is kept",
    () =>
      onStore(
        Effect.gen(function* () {
          yield* shopLists(1)
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual(yield* waits({}), ["its turn null"])
          const windows = [{ from: 540, to: 720, days: everyDay }]
          const closed = `outside its posting windows ${9 * hour}`
          assert.deepStrictEqual(yield* waits({ zone: "UTC", windows }), [closed])
          const quiet = { from: 0, to: 120, zone: "UTC", mode: "hold" } as const
          assert.deepStrictEqual(yield* waits({ quiet }), [`quiet hours ${2 * hour}`])
          assert.deepStrictEqual(yield* waits({ quiet, expireMs: hour }), [
            `quiet hours; given up after 1h ${hour}`
          ])
          const until = 10 * 60_000
          yield* sendNext({ _tag: "Deferred", until, scope: "delivery", reason: "too fast" })
          assert.deepStrictEqual(yield* waits({}), [`too fast ${until}`])
          yield* Effect.flatMap(Steering, (steering) =>
            steering.pause({ kind: "channel", id: deals }, "me", 0)
          )
          assert.deepStrictEqual(yield* waits({}), ["paused null"])
        })
      )
  )

  it.effect("for its digest: until its time, until it is full, or until it has waited long enough", () =>
    onStore(
      Effect.gen(function* () {
        yield* shopLists(2)
        yield* TestClock.adjust("1 minute")
        const timed = { zone: "UTC", digest: { items: 5, at: [540] } }
        const next = `its next digest ${9 * hour}`
        assert.deepStrictEqual(yield* waits(timed), [next, next])
        assert.deepStrictEqual(
          yield* waits({ digest: { items: 5, at: [] } }),
          Array(2).fill("a digest of 5 null")
        )
        const late = `a digest of 5 ${hour}`
        assert.deepStrictEqual(yield* waits({ digest: { items: 5, at: [], withinMs: hour } }), [late, late])
        assert.deepStrictEqual(yield* waits({ digest: { items: 2, at: [] } }), [
          "its turn null",
          "its turn null"
        ])
      })
    )
  )

  it.effect("for a cap of its own brand only, and for its share of the day", () =>
    onStore(
      Effect.gen(function* () {
        const caps = [{ by: "brand", max: 1, perMs: hour, over: "wait" }] as const
        yield* shopLists(2, "acme", { offer: { brand: "Acme" } })
        yield* sendNext(sent)
        const now = yield* Clock.currentTimeMillis
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* waits({ caps }), [`cap: 1 of brand acme in 1h ${now + hour}`])
        const skipping = caps.map((cap) => ({ ...cap, over: "skip" as const }))
        assert.deepStrictEqual(yield* waits({ caps: skipping }), [
          "left out at its turn: cap: 1 of brand acme in 1h null"
        ])
        assert.deepStrictEqual(yield* waits({ zone: "UTC", spread: true }), [
          `spread over the day ${12 * hour}`
        ])
        assert.deepStrictEqual(yield* waits({ caps: [{ ...caps[0], max: 2 }] }), ["its turn null"])
      })
    )
  )

  it.effect("and the table for a terminal says so", () =>
    onStore(
      Effect.gen(function* () {
        yield* shopLists(1)
        const rows = yield* withWaits(
          { channels: new Map() },
          yield* Effect.flatMap(Ledger, (ledger) => ledger.deliveries({ limit: 5 }))
        )
        assert.include(deliveriesText(rows, 0), "its channel is not in the catalog")
        const waiting = rows.map((row) => ({ ...row, waits: { why: "quiet hours", until: 2 * hour } }))
        assert.include(deliveriesText(waiting, 0), "quiet hours (in 2 h)")
      })
    )
  )
})

describe("what filters kept out", () => {
  it.effect("is in the status by channel and reason, the most frequent first", () =>
    Effect.gen(function* () {
      const choices = yield* Choices
      const where = { price: { min: 5 }, exclude: ["spare"] }
      assert.strictEqual((yield* choices.filtered).length, 0)
      yield* shopLists(2, "offer", {}, where)
      yield* shopLists(1, "spare", { offer: { price: { amount: "9", currency: "EUR" } } }, where)
      const status = yield* snapshot(catalog, ":memory:")
      assert.deepStrictEqual(
        status.filtered.map(({ channel, rule, items }) => [channel, rule, items]),
        [
          ["deals", "no price", 2],
          ["deals", 'word "spare"', 1]
        ]
      )
      assert.include(statusText(status), 'Filters kept out of deals: no price (2), word "spare" (1)')
    }).pipe(Effect.provide(commands))
  )
})
