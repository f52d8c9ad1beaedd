// What the Intake suites share: a bench that looks into any store, sources and channels, documents, and a crash at any pause.
import { assert } from "@effect/vitest"
import { type Clock, Context, Effect, type Layer, Option } from "effect"
import { type Channel, channelDefaults } from "../../src/domain/Channel.ts"
import type { DeliveryState } from "../../src/domain/Delivery.ts"
import type { Item } from "../../src/domain/Item.ts"
import { ChannelId } from "../../src/domain/Names.ts"
import type { Source } from "../../src/domain/Source.ts"
import { type Admission, Intake, type PolledDocument } from "../../src/outbox/Intake.ts"
import type { Signals } from "../../src/outbox/Signals.ts"
import { item, source } from "../identity/Arbitrary.ts"

export interface Seen {
  readonly title: string
  readonly state: DeliveryState
}

export interface Placed {
  readonly title: string
  readonly brand: string | null
  readonly category: string | null
}

export interface Telling extends Seen {
  readonly key: string
  /** The amount from which a drop is measured. */
  readonly before: string | null
}

/** What a test sees and does behind Intake's back. */
export class IntakeBench extends Context.Tag("test/IntakeBench")<
  IntakeBench,
  {
    /** In the order of queueing. */
    readonly deliveries: (channel: ChannelId) => Effect.Effect<ReadonlyArray<Seen>>
    /** What is queued, in the order in which it would go out: title and what the caps count it as. */
    readonly queue: (channel: ChannelId) => Effect.Effect<ReadonlyArray<Placed>>
    /** What filters kept out, with the count: "deals: no price" → 2. */
    readonly keptOut: Effect.Effect<Readonly<Record<string, number>>>
    /** Marks the oldest queued deliveries of a channel as sent. */
    readonly send: (channel: ChannelId, count: number) => Effect.Effect<void>
    /** Titles with revision and keys added later, in the order of admission. */
    readonly items: Effect.Effect<
      ReadonlyArray<{
        readonly title: string
        readonly revision: number
        readonly aliases: number
        readonly body: string
      }>
    >
    /** What deliveries of a channel tell, in the order of queueing. */
    readonly told: (channel: ChannelId) => Effect.Effect<ReadonlyArray<Telling>>
    /** Titles of the items that are marked as missing, in the order of admission. */
    readonly absent: Effect.Effect<ReadonlyArray<string>>
    /** Amounts of the item with this title, oldest first. */
    readonly prices: (title: string) => Effect.Effect<ReadonlyArray<string>>
  }
>() {}

export type IntakeLayer = Layer.Layer<Intake | IntakeBench | Signals, unknown>

export const day = 86_400_000
export const now = 1_700_000_000_000

export const deals = ChannelId.make("deals")
export const other = ChannelId.make("other")

export const channel = (fields: Partial<Channel> = {}): Channel => ({
  ...channelDefaults,
  id: deals,
  chat: "@deals",
  pace: { gapMs: 0, perMinute: 60 },
  capacity: 10_000,
  ...fields
})

/** An article known by guid and link. */
export const article = (name: string | number, fields: Partial<Item> = {}): Item =>
  item({ guid: `guid ${name}`, link: `https://example.com/${name}`, title: `${name}`, ...fields })

/** Articles `from` to `to`, as feeds list them: the highest, newest number first. */
export const articles = (from: number, to: number): ReadonlyArray<Item> =>
  Array.from({ length: to - from + 1 }, (_, at) => article(to - at))

export const document = (
  items: ReadonlyArray<Item>,
  fields: Partial<PolledDocument> = {}
): PolledDocument => ({
  source: source(),
  routes: [{ channel: channel(), where: {} }],
  items,
  complete: true,
  cursor: { etag: '"1"' },
  now,
  ...fields
})

/** Admits items of a source; its counts add up. */
export const admit = (items: ReadonlyArray<Item>, fields: Partial<PolledDocument> = {}) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const admission = yield* intake.admit(document(items, fields))
    const held = Option.match(admission.held, { onNone: () => 0, onSome: (burst) => burst.items })
    const { fresh, known, repeated, deferred } = admission
    assert.strictEqual(admission.items, fresh + known + repeated + deferred + held)
    return admission
  })

/** A source whose first sight is over. */
export const settled = (items: ReadonlyArray<Item>, fields: Partial<PolledDocument> = {}) =>
  Effect.asVoid(admit(items, { ...fields, source: { ...(fields.source ?? source()), start: "none" } }))

export const deliveries = (id: ChannelId = deals) =>
  Effect.flatMap(IntakeBench, (bench) => bench.deliveries(id))

export const titles = (id: ChannelId = deals, state: DeliveryState = "queued") =>
  Effect.map(deliveries(id), (rows) => rows.filter((row) => row.state === state).map((row) => row.title))

export const send = (count: number, id: ChannelId = deals) =>
  Effect.flatMap(IntakeBench, (bench) => bench.send(id, count))

export const queued = (admission: Admission, id: ChannelId = deals) => admission.queued.get(id) ?? 0

/** Without a burst guard. */
export const unguarded = (fields: Partial<Source> = {}) => source({ burst: false, ...fields })

/** Runs `effect` on a machine that dies at its `pause`-th breath between two portions; true when it was done before. */
export const crashing = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  pause: number
): Effect.Effect<boolean, never, R> => {
  let left = pause
  return onPauses(effect, () => (left-- > 0 ? Effect.void : Effect.die("the machine died"))).pipe(
    Effect.sandbox,
    Effect.match({ onFailure: () => false, onSuccess: () => true })
  )
}

/** Runs `effect` with `pause` in place of each breath between two portions. */
export const onPauses = <A, E, R>(effect: Effect.Effect<A, E, R>, pause: () => Effect.Effect<void>) =>
  Effect.clockWith((clock) => {
    const breathing: Clock.Clock = Object.assign(Object.create(clock), { sleep: () => Effect.suspend(pause) })
    return Effect.withClock(effect, breathing)
  })
