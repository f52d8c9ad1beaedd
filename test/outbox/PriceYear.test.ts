// The rules of price events over a year of a shop's documents, through the real intake, on memory and on SQLite: both tell the same, nothing
// twice, nothing without a cause, and nothing of what is plainly a drop is lost, whatever dies in between.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { defaultEventRules, eventOf } from "../../src/domain/Event.ts"
import type { Item } from "../../src/domain/Item.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { channel, day, deals, IntakeBench, type IntakeLayer, now } from "../contracts/IntakeBench.ts"
import { memoryLayer, sqliteLayer } from "../contracts/IntakeLayers.ts"
import { item, source } from "../identity/Arbitrary.ts"

const shop = source({ kind: "yml", start: "all", burst: false, variants: "each" })
const routes = [{ channel: channel({ events: ["new", "drop", "back", "gone"] }), where: {} }]

/** What a shop says of an offer; nothing: it is not listed. */
interface Said {
  readonly cents?: number
  readonly currency?: string
  readonly out?: boolean
}

interface Poll {
  readonly at: number
  readonly offers: ReadonlyArray<Said | undefined>
  readonly complete: boolean
  /** The process dies after the document was admitted. */
  readonly dies: boolean
}

const written = (said: Said | undefined, number: number): ReadonlyArray<Item> => {
  if (said === undefined) return []
  const { cents, currency = "EUR", out = false } = said
  const price = cents === undefined ? {} : { price: { amount: (cents / 100).toFixed(2), currency } }
  const availability = out ? ("out-of-stock" as const) : ("in-stock" as const)
  return [item({ title: `${number}`, offer: { id: `${number}`, availability, ...price } })]
}

/** What the channel was told over the year, by offer. */
const told = (layer: IntakeLayer, polls: ReadonlyArray<Poll>) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const bench = yield* IntakeBench
    for (const { at, offers, complete, dies } of polls) {
      const items = offers.flatMap(written)
      yield* intake.admit({ source: shop, routes, items, complete, cursor: {}, now: now + at })
      if (!dies) yield* intake.tell(shop, routes, now + at)
      yield* bench.send(deals, 1_000)
    }
    return yield* bench.told(deals)
  }).pipe(Effect.provide(layer))

const run = (layer: IntakeLayer, polls: ReadonlyArray<Poll>) =>
  Effect.runPromise(Effect.orDie(told(layer, polls)))

const offers = 8

/** Prices that wander, flap, are missing, 0, in another currency, slips; offers that sell out, vanish and return. */
const anySaid: fc.Arbitrary<Said | undefined> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ cents: fc.constantFrom(7_000, 8_000, 9_000, 9_600, 10_000, 15_000) }) },
  { weight: 2, arbitrary: fc.record({ cents: fc.integer({ min: 1, max: 30_000 }) }) },
  { weight: 1, arbitrary: fc.constantFrom<Said | undefined>({}, { cents: 0 }, { cents: 100 }, undefined) },
  { weight: 1, arbitrary: fc.record({ cents: fc.constant(9_000), currency: fc.constant("USD") }) },
  { weight: 2, arbitrary: fc.record({ cents: fc.constantFrom(7_000, 10_000), out: fc.constant(true) }) }
)

const anyYear: fc.Arbitrary<ReadonlyArray<Poll>> = fc
  .array(
    fc.record({
      hours: fc.integer({ min: 1, max: 150 }),
      // Most of what was said stays.
      changed: fc.array(fc.tuple(fc.nat(offers - 1), anySaid), { maxLength: 4 }),
      complete: fc.integer({ min: 0, max: 9 }).map((one) => one > 0),
      dies: fc.integer({ min: 0, max: 9 }).map((one) => one === 0)
    }),
    { minLength: 100, maxLength: 120 }
  )
  .map((steps) => {
    let at = 0
    let offered: ReadonlyArray<Said | undefined> = Array.from({ length: offers }, () => ({ cents: 10_000 }))
    const first: Poll = { at, offers: offered, complete: true, dies: false }
    return [
      first,
      ...steps.map(({ hours, changed, complete, dies }): Poll => {
        at += hours * 3_600_000
        const by = new Map(changed)
        offered = offered.map((said, number) => (by.has(number) ? by.get(number) : said))
        return { at, offers: offered, complete, dies }
      })
    ]
  })

const year = 365

/** Each price holds for 40 days: longer than any rule looks back. */
const plainYear = (prices: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<Poll> =>
  Array.from({ length: year }, (_, at) => ({
    at: at * day,
    offers: prices.map((steps) => ({ cents: steps[Math.floor(at / 40)] ?? 0 })),
    complete: at % 7 !== 3,
    dies: at % 40 === 0 && at > 0
  }))

/** What must be told of prices that hold so long, said in the simplest way. */
const plainDrops = (steps: ReadonlyArray<number>): number => {
  let known = steps[0] ?? 0
  let drops = 0
  for (const [place, cents] of steps.entries()) {
    const before = steps[place - 1] ?? cents
    if (cents > known) known = cents
    else if (cents * 100 <= known * 95 && cents < before) {
      drops += 1
      known = cents
    }
  }
  return drops
}

describe("a year of a shop's prices", () => {
  it("is told the same from memory and from SQLite, each event once, with a day between two of an offer", () =>
    fc.assert(
      fc.asyncProperty(anyYear, async (polls) => {
        const [memory, sqlite] = [await run(memoryLayer, polls), await run(sqliteLayer, polls)]
        assert.deepStrictEqual(sqlite, memory)
        assert.strictEqual(new Set(memory.map(({ title, key }) => `${title} ${key}`)).size, memory.length)
        for (const { title } of memory.slice(0, offers)) {
          const times = memory.flatMap((one) =>
            one.title === title && one.key.includes("@") ? [Number(one.key.split("@")[1])] : []
          )
          for (const [place, time] of times.entries()) {
            if (place > 0) assert.isAtLeast(time - (times[place - 1] ?? 0), defaultEventRules.coolDownMs)
          }
        }
      }),
      { numRuns: 3, seed: 7, endOnFailure: true }
    ))

  it("loses no drop that holds, though a process dies at each, and tells of no other", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 2_000, max: 12_000 }), { minLength: 10, maxLength: 10 }), {
          minLength: 12,
          maxLength: 12
        }),
        async (prices) => {
          const rows = await run(sqliteLayer, plainYear(prices))
          for (const [number, steps] of prices.entries()) {
            const drops = rows.filter(({ title, key }) => title === `${number}` && eventOf(key) === "drop")
            assert.strictEqual(drops.length, plainDrops(steps), `${steps}`)
          }
        }
      ),
      { numRuns: 1, seed: 3, endOnFailure: true }
    ))
})
