import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc, Option } from "effect"
import { defaultEventRules, type OfferEvent } from "../../src/domain/Event.ts"
import { equals, type Money } from "../../src/domain/Money.ts"
import {
  firstTold,
  judge,
  type Observation,
  type PricePoint,
  type Wish
} from "../../src/outbox/PriceEvents.ts"

const hour = 3_600_000
const day = 24 * hour

const euro = (cents: number): Money => ({ amount: (cents / 100).toFixed(2), currency: "EUR" })

const all: Wish = { ...defaultEventRules, tells: new Set<OfferEvent>(["drop", "back", "gone"]) }

/** What a poll sees. */
interface Seen extends Omit<Observation, "absentSince"> {
  readonly listed: boolean
}

interface Happened {
  readonly at: number
  readonly event: OfferEvent
  readonly cents: number
}

/** An offer that was published for 100.00 at the time 0, through all that polls see of it. */
const live = (seen: ReadonlyArray<Seen>, wish = all): ReadonlyArray<Happened> => {
  let told = firstTold(Option.some(euro(10_000)), 0)
  let absentSince: number | undefined
  const history: Array<PricePoint> = [{ at: 0, price: euro(10_000) }]
  return seen.flatMap((one) => {
    const { listed, ...offer } = one
    absentSince = listed ? undefined : (absentSince ?? one.at)
    const verdict = judge(
      told,
      { ...offer, ...(absentSince === undefined ? {} : { absentSince }) },
      history,
      wish
    )
    told = verdict.told
    // As the store does: a price is written down when it is another one.
    const last = history.at(-1)
    if (one.price !== undefined && last !== undefined && !equals(one.price, last.price))
      history.push({ at: one.at, price: one.price })
    const cents = Math.round(Number(one.price?.amount ?? 0) * 100)
    return Option.isSome(verdict.event) ? [{ at: one.at, event: verdict.event.value, cents }] : []
  })
}

const at = (days: number, cents: number, more: Partial<Seen> = {}): Seen => ({
  ...{ at: days * day, price: euro(cents), listed: true, availability: "in-stock" as const },
  ...more
})

const events = (...seen: ReadonlyArray<Seen>) => live(seen).map(({ at, event }) => [at / day, event])

/** A year of polls: prices that wander, flap, are missing, 0, in another currency, slips; stock that comes and goes. */
const year = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 200 }),
      cents: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(7_000, 8_000, 9_000, 9_600, 10_000, 11_000, 15_000) },
        { weight: 2, arbitrary: fc.integer({ min: 1, max: 30_000 }) }
      ),
      kind: fc.constantFrom("price", "price", "price", "price", "none", "zero", "dollars", "slip"),
      availability: fc.constantFrom(
        "in-stock" as const,
        "in-stock" as const,
        "out-of-stock" as const,
        undefined
      ),
      listed: fc.integer({ min: 0, max: 9 }).map((one) => one > 0)
    }),
    { minLength: 20, maxLength: 120 }
  )
  .map((steps) => {
    let now = 0
    return steps.map(({ availability, cents, hours, kind, listed }): Seen => {
      now += hours * hour
      const price =
        kind === "none" || !listed
          ? {}
          : kind === "zero"
            ? { price: euro(0) }
            : kind === "dollars"
              ? { price: { amount: "1.00", currency: "USD" } }
              : { price: euro(kind === "slip" ? 100 : cents) }
      return { at: now, listed, ...price, ...(availability === undefined ? {} : { availability }) }
    })
  })

const saysNothing = ({ price }: Seen) =>
  price === undefined || Number(price.amount) === 0 || price.currency !== "EUR"

describe("price events", () => {
  it("a drop below what readers were told and below all of 30 days is told once", () => {
    assert.deepStrictEqual(events(at(40, 9_000), at(41, 9_000), at(60, 9_000)), [[40, "drop"]])
    assert.deepStrictEqual(events(at(40, 9_600)), [], "less than 5 %")
    assert.deepStrictEqual(events(at(40, 9_600), at(50, 9_200)), [[50, "drop"]], "in steps")
  })

  it("a price that flaps fires once, and not again when it has settled high for less than 30 days", () => {
    const flaps = Array.from({ length: 80 }, (_, place) => at(2 + place, place % 2 === 0 ? 8_000 : 10_000))
    assert.deepStrictEqual(events(...flaps), [[2, "drop"]])
    assert.deepStrictEqual(events(at(2, 8_000), at(3, 10_000), at(20, 10_000), at(25, 8_000)), [[2, "drop"]])
  })

  it("a price that was raised to be lowered is no drop; one that was high for 30 days can fall again", () => {
    assert.deepStrictEqual(events(at(2, 15_000), at(12, 15_000), at(20, 10_000)), [])
    assert.deepStrictEqual(events(at(2, 15_000), at(12, 15_000), at(40, 10_000)), [[40, "drop"]])
  })

  it("a slip is no drop, and does not stand in the way of a real one", () => {
    assert.deepStrictEqual(events(at(2, 100), at(3, 10_000), at(4, 8_000)), [[4, "drop"]])
  })

  it("what happens while readers rest is told when they have, if it is still so", () => {
    assert.deepStrictEqual(events(at(2, 9_000), at(2.5, 7_000), at(3.1, 7_000)), [
      [2, "drop"],
      [3.1, "drop"]
    ])
    assert.deepStrictEqual(events(at(2, 9_000), at(2.5, 7_000), at(3.1, 9_000)), [[2, "drop"]])
  })

  it("back in stock is told after it was out for a while, gone once, and its return as back in stock", () => {
    const out = { availability: "out-of-stock" } as const
    assert.deepStrictEqual(events(at(2, 10_000, out), at(3, 10_000)), [[3, "back"]])
    assert.deepStrictEqual(events(at(2, 10_000, out), at(2.1, 10_000)), [], "a moment")
    assert.deepStrictEqual(
      events(...[2, 3, 4, 5].map((days) => ({ at: days * day, listed: false })), at(9, 10_000)),
      [
        [3, "gone"],
        [9, "back"]
      ]
    )
    assert.deepStrictEqual(events(at(2, 8_000, out)), [], "nothing that cannot be bought is cheap")
    const silent: Seen = { at: 3 * day, price: euro(10_000), listed: true }
    assert.deepStrictEqual(events(at(2, 10_000, out), silent, at(4, 10_000)), [[4, "back"]])
  })

  it("in any year, events keep a day's distance and a drop is a real one", () => {
    fc.assert(
      fc.property(year, (seen) => {
        const happened = live(seen)
        for (const [place, { at: when, cents, event }] of happened.entries()) {
          const before = happened[place - 1]
          assert.isAtLeast(when - (before?.at ?? 0), defaultEventRules.coolDownMs)
          if (event !== "drop") continue
          assert.isAbove(cents, 0)
          const lowestOfWindow = seen
            .filter((one) => one.at < when && one.at >= when - 30 * day && !saysNothing(one))
            .map((one) => Math.round(Number(one.price?.amount) * 100))
            .filter((other) => other > 1_500 && other !== cents)
          for (const other of lowestOfWindow) assert.isBelow(cents, other)
          const lastTold = happened.slice(0, place).findLast((one) => one.event === "drop")
          if (lastTold !== undefined && when - lastTold.at < defaultEventRules.settleMs)
            assert.isBelow(cents, lastTold.cents)
        }
      }),
      { numRuns: 500, seed: 1 }
    )
  })

  it("in any year, a price that is missing, 0 or in another currency changes nothing", () => {
    fc.assert(
      fc.property(year, fc.integer({ min: 1, max: 3 }), (seen, kind) => {
        const listed = seen.map((one) => ({ ...one, listed: true, availability: "in-stock" as const }))
        const told = listed.filter((one) => !saysNothing(one))
        const nothing =
          kind === 1 ? {} : { price: kind === 2 ? euro(0) : { amount: "1.00", currency: "USD" } }
        const noisy = told.flatMap((one) => [
          { at: one.at - 1, listed: true, availability: "in-stock" as const, ...nothing },
          one
        ])
        assert.deepStrictEqual(live(noisy), live(told))
      }),
      { numRuns: 300, seed: 2 }
    )
  })

  it("in any year of two prices, there is at most one drop in 30 days", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 300, maxLength: 365 }), (days) => {
        const drops = live(days.map((low, place) => at(place + 1, low ? 8_000 : 10_000)))
        for (const [place, { at: when }] of drops.entries())
          if (place > 0) assert.isAtLeast(when - (drops[place - 1]?.at ?? 0), 30 * day)
      }),
      { numRuns: 200, seed: 3 }
    )
  })
})
