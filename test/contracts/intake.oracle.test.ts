// The memory store as oracle: any history of polls, posts, decisions and forgetting gives the same answers on SQLite.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel, Option } from "effect"
import * as fc from "fast-check"
import type { Item } from "../../src/domain/Item.ts"
import { SourceId } from "../../src/domain/Names.ts"
import type { Source } from "../../src/domain/Source.ts"
import { type BurstDecision, Intake } from "../../src/outbox/Intake.ts"
import { anyItem, source } from "../identity/Arbitrary.ts"
import {
  article,
  channel,
  day,
  deals,
  document,
  IntakeBench,
  type IntakeLayer,
  now,
  other
} from "./IntakeBench.ts"
import { memoryLayer, sqliteLayer } from "./IntakeLayers.ts"
import { stream } from "./intakeSessions.ts"

type Step =
  | {
      readonly _tag: "Poll"
      readonly source: number
      readonly items: ReadonlyArray<Item>
      readonly complete: boolean
    }
  | {
      readonly _tag: "Stream"
      readonly source: number
      readonly items: ReadonlyArray<Item>
      readonly complete: boolean
      readonly batchItems: number
      readonly ended: boolean
    }
  | { readonly _tag: "Send"; readonly count: number }
  | { readonly _tag: "Decide"; readonly burst: number; readonly decision: BurstDecision }
  | { readonly _tag: "GoOn"; readonly source: number }
  | { readonly _tag: "Forget" }

const burst = { items: 3, share: 0.4 }
const sources: ReadonlyArray<Source> = [
  source({ burst, start: 2 }),
  source({ id: SourceId.make("shop"), burst, start: "all", variants: "each" })
]
const routes = [
  { channel: channel({ capacity: 6 }), where: {} },
  { channel: channel({ id: other, capacity: 3, overflow: "drop-oldest" }), where: { exclude: ["two"] } }
]

const anyDocument = fc.array(
  fc.oneof(
    anyItem,
    fc.nat(30).map((name) => article(name))
  ),
  { maxLength: 12 }
)
const anyDecision: fc.Arbitrary<BurstDecision> = fc.oneof(
  fc.constantFrom("release" as const, "discard" as const),
  fc.record({ newest: fc.nat(5) })
)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      _tag: fc.constant("Poll" as const),
      source: fc.nat(1),
      items: anyDocument,
      complete: fc.boolean()
    })
  },
  {
    weight: 6,
    arbitrary: fc.record({
      _tag: fc.constant("Stream" as const),
      source: fc.nat(1),
      items: anyDocument,
      complete: fc.boolean(),
      batchItems: fc.integer({ min: 1, max: 4 }),
      ended: fc.boolean()
    })
  },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("Send" as const), count: fc.nat(6) }) },
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant("Decide" as const), burst: fc.nat(4), decision: anyDecision })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("GoOn" as const), source: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.constant({ _tag: "Forget" as const }) }
)

const perform = Effect.fnUntraced(function* (step: Step, at: number) {
  const intake = yield* Intake
  const bench = yield* IntakeBench
  switch (step._tag) {
    case "Poll": {
      const polled = { source: sources[step.source] ?? source(), routes, complete: step.complete, now: at }
      return yield* intake.admit(document(step.items, { ...polled, cursor: { etag: `${at}` } }))
    }
    case "Stream": {
      const { batchItems, complete, ended, items } = step
      const from = { source: sources[step.source] ?? source(), routes, now: at, cursor: { etag: `${at}` } }
      return yield* stream(items, { ...from, batchItems, complete, ended })
    }
    case "Send":
      return yield* bench.send(deals, step.count)
    case "Decide":
      return yield* intake.decide(step.burst, step.decision, routes, at)
    case "GoOn":
      return yield* intake.continueReleases(sources[step.source]?.id ?? source().id, routes, at)
    case "Forget":
      return yield* intake.forget(at - 2 * day)
  }
})

/** What each step of a history answers, and what can be seen after it. */
const history = (steps: ReadonlyArray<Step>, layer: IntakeLayer) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const bench = yield* IntakeBench
    return yield* Effect.forEach(steps, (step, index) =>
      Effect.all([
        perform(step, now + index * 0.7 * day),
        intake.bursts,
        bench.items,
        bench.absent,
        bench.deliveries(deals),
        bench.deliveries(other),
        Effect.forEach(sources, ({ id }) => intake.cursor(id)),
        Effect.map(intake.full([channel({ capacity: 6 })]), Option.getOrNull)
      ])
    )
  }).pipe(Logger.withMinimumLogLevel(LogLevel.None), Effect.provide(layer))

/** Documents in which nothing is repeated, and every item has a date or none has: for them both ways promise the same outcome. */
const plainDocument = fc.record({
  names: fc.uniqueArray(fc.nat(30), { maxLength: 14 }),
  dated: fc.boolean(),
  offers: fc.boolean(),
  price: fc.integer({ min: 1, max: 3 }),
  complete: fc.boolean(),
  again: fc.boolean()
})

const plainItems = ({ again, dated, names, offers, price }: PlainDocument): ReadonlyArray<Item> => {
  const items = names.map((name) =>
    article(name, {
      ...(dated ? { publishedAt: (name * 7) % 31 } : {}),
      ...(offers ? { offer: { id: `${name}`, price: { amount: `${price}`, currency: "EUR" } } } : {})
    })
  )
  return again ? [...items, ...items.slice(0, 2)] : items
}
type PlainDocument = typeof plainDocument extends fc.Arbitrary<infer A> ? A : never

/** What a source's documents lead to, and what each came to. */
const outcome = (documents: ReadonlyArray<PlainDocument>, feed: Source, batchItems: number | undefined) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const bench = yield* IntakeBench
    const to = [{ channel: channel({ capacity: 10_000 }), where: { exclude: ["13"] } }]
    return yield* Effect.forEach(documents, (one, index) =>
      Effect.gen(function* () {
        const at = now + index * 0.7 * day
        const items = plainItems(one)
        const given = { source: feed, routes: to, complete: one.complete, cursor: { etag: `${at}` }, now: at }
        const admission =
          batchItems === undefined
            ? yield* intake.admit(document(items, given))
            : Option.getOrThrow(yield* stream(items, { ...given, batchItems }))
        const known = (yield* bench.items).toSorted((a, b) => Number(a.title) - Number(b.title))
        const absent = (yield* bench.absent).toSorted()
        return [
          admission,
          known,
          absent,
          yield* bench.deliveries(deals),
          yield* intake.cursor(feed.id)
        ] as const
      })
    )
  }).pipe(Logger.withMinimumLogLevel(LogLevel.None))

describe("Intake: a document while it is read against a whole one", () => {
  const layers: Readonly<Record<string, IntakeLayer>> = { memory: memoryLayer, SQLite: sqliteLayer }
  for (const [name, layer] of Object.entries(layers)) {
    it(
      `the outcome is the same, on ${name}`,
      () =>
        fc.assert(
          fc.asyncProperty(
            fc.array(plainDocument, { maxLength: 6 }),
            fc.constantFrom<Source["start"]>("none", "all", 1, 4),
            fc.constantFrom<Source["burst"]>(false, burst),
            fc.integer({ min: 1, max: 5 }),
            async (documents, start, guard, batchItems) => {
              const feed = source({ start, burst: guard })
              const [whole, streamed] = await Effect.runPromise(
                Effect.all([
                  Effect.provide(outcome(documents, feed, undefined), layer),
                  Effect.provide(outcome(documents, feed, batchItems), layer)
                ])
              )
              assert.deepStrictEqual(streamed, whole)
            }
          ),
          { numRuns: 150 }
        ),
      120_000
    )
  }
})

describe("Intake: SQLite against memory", () => {
  it(
    "any history gives the same answers",
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), async (steps) => {
          const [expected, actual] = await Effect.runPromise(
            Effect.all([history(steps, memoryLayer), history(steps, sqliteLayer)])
          )
          assert.deepStrictEqual(actual, expected)
        }),
        { numRuns: 150 }
      ),
    120_000
  )
})
