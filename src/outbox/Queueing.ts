// Puts fitted items into their channels' queues within a transaction, and tells everyone who waits for that. Promises: a channel that
// drops never holds more than its capacity when the transaction ends; what is dropped is kept as expired, counted and logged.
import { Effect, Metric } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import type { ChannelId, ItemId, Millis } from "../domain/Names.ts"
import * as Metrics from "../Metrics.ts"
import type { KeptOut } from "./AdmissionPlan.ts"
import { brandOf, categoryOf } from "./Facets.ts"
import type { ChannelView } from "./Fitting.ts"
import type { IntakeRows } from "./IntakeStore.ts"
import { priorityOf } from "./Priority.ts"
import type { Signals } from "./Signals.ts"
import { type Counts, countEach, type Queued } from "./Tally.ts"
import type { ToldEvent } from "./TellingRows.ts"

/** A stored item with the channels that it goes into now. */
export interface Bearer {
  readonly id: ItemId
  readonly item: Item
  readonly joint: ReadonlyArray<string>
  readonly channels: ReadonlyArray<Channel>
  readonly keptOutBy?: ReadonlyArray<KeptOut>
  /** What is told of it; absent: that it is new. */
  readonly event?: ToldEvent
}

const makeRoom = (
  rows: IntakeRows,
  channels: ReadonlyArray<Channel>,
  waiting: Counts<ChannelId>,
  entered: ReadonlySet<ItemId>,
  now: Millis
): Pick<Queued, "dropped" | "overruled"> => {
  const excess = channels.flatMap((channel) => {
    const count = (waiting.get(channel.id) ?? 0) - channel.capacity
    return channel.overflow === "wait" || count <= 0 ? [] : [{ channel, count }]
  })
  const items = excess.flatMap(({ channel, count }) => rows.makeRoom(channel, count, now))
  return {
    dropped: new Map(excess.map(({ channel, count }) => [channel.id, count])),
    overruled: items.filter((id) => entered.has(id)).length
  }
}

/** Queues the items, oldest first, and trims the channels that drop. `view` is of the same transaction. */
export const enqueue = (
  rows: IntakeRows,
  bearers: ReadonlyArray<Bearer>,
  view: ChannelView,
  now: Millis
): Queued => {
  const bindings = bearers.flatMap(({ id, item, joint, channels, event }, place) =>
    channels.map((channel) => ({
      ...{ item: id, channel: channel.id, joint, brand: brandOf(item), category: categoryOf(item) },
      priority: priorityOf(item, channel, now, place),
      ...(event === undefined ? {} : { event })
    }))
  )
  rows.deliver(bindings, now)
  rows.keepOut(
    bearers.flatMap(({ keptOutBy = [] }) => keptOutBy),
    now
  )
  const queued = countEach(bindings.map((binding) => binding.channel))
  const channels = new Map(
    bearers.flatMap((bearer) => bearer.channels.map((channel) => [channel.id, channel]))
  )
  const waiting = new Map([...queued].map(([id, count]) => [id, count + (view.queued.get(id) ?? 0)]))
  const entered = new Set(bearers.map(({ id }) => id))
  return { queued, ...makeRoom(rows, [...channels.values()], waiting, entered, now) }
}

const count = (channel: ChannelId, state: string, amount: number) =>
  Metrics.deliveries.pipe(
    Metric.tagged("channel", channel),
    Metric.tagged("state", state),
    Metric.incrementBy(amount)
  )

/** What filters kept out, by rule. */
const sayFiltered = (filtered: Counts<string>) =>
  Effect.gen(function* () {
    if (filtered.size === 0) return
    for (const [rule, amount] of filtered) {
      yield* Metric.incrementBy(Metric.tagged(Metrics.filtered, "rule", rule), amount)
    }
    yield* Effect.annotateLogs(Effect.logInfo("Filters kept new items out"), {
      rules: Object.fromEntries(filtered)
    })
  })

/** Wakes the channels' publishers, counts, and says what was dropped or filtered. After the commit, never inside. */
export const announce = (
  signals: Signals["Type"],
  {
    queued,
    dropped,
    filtered = new Map()
  }: Omit<Queued, "overruled"> & { readonly filtered?: Counts<string> }
): Effect.Effect<void> =>
  Effect.gen(function* () {
    yield* sayFiltered(filtered)
    for (const [channel, amount] of queued) {
      yield* signals.notify({ kind: "channel", id: channel })
      yield* count(channel, "queued", amount)
    }
    for (const [channel, amount] of dropped) {
      yield* count(channel, "expired", amount)
      yield* Effect.logWarning("A full queue dropped deliveries").pipe(
        Effect.annotateLogs({ channel, dropped: amount })
      )
    }
  })

/** Counts deliveries that were not sent, for what they tell is not so any more. */
export const announceCalledOff = (calledOff: Counts<ChannelId>): Effect.Effect<void> =>
  Effect.forEach(calledOff, ([channel, amount]) => count(channel, "expired", amount), { discard: true })
