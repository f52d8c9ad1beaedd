// Counts of what became of items and deliveries, added up over the transactions of one document or release.
import type { ChannelId } from "../domain/Names.ts"

export type Counts<K> = ReadonlyMap<K, number>

/** What entered the queues, and what left them to make room. */
export interface Queued {
  readonly queued: Counts<ChannelId>
  readonly dropped: Counts<ChannelId>
  /** Of the dropped, those that had just entered. */
  readonly overruled: number
}

export interface Tally extends Queued {
  readonly fresh: number
  /** Known by the time of the transaction: another poll of the same source was quicker. */
  readonly overtaken: number
  readonly filtered: Counts<string>
  readonly baseline: number
  readonly prevented: number
  readonly deferred: number
  readonly held: number
}

export const nothing: Tally = {
  fresh: 0,
  overtaken: 0,
  queued: new Map(),
  dropped: new Map(),
  overruled: 0,
  filtered: new Map(),
  baseline: 0,
  prevented: 0,
  deferred: 0,
  held: 0
}

/** How often each occurs. */
export const countEach = <K>(names: ReadonlyArray<K>): Counts<K> => {
  const counts = new Map<K, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

export const sum = <K>(counts: Counts<K>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0)

export const merge = <K>(a: Counts<K>, b: Counts<K>): Counts<K> => {
  const counts = new Map(a)
  for (const [name, count] of b) counts.set(name, (counts.get(name) ?? 0) + count)
  return counts
}

export const add = (a: Tally, b: Partial<Tally>): Tally => ({
  fresh: a.fresh + (b.fresh ?? 0),
  overtaken: a.overtaken + (b.overtaken ?? 0),
  queued: merge(a.queued, b.queued ?? new Map()),
  dropped: merge(a.dropped, b.dropped ?? new Map()),
  overruled: a.overruled + (b.overruled ?? 0),
  filtered: merge(a.filtered, b.filtered ?? new Map()),
  baseline: a.baseline + (b.baseline ?? 0),
  prevented: a.prevented + (b.prevented ?? 0),
  deferred: a.deferred + (b.deferred ?? 0),
  held: a.held + (b.held ?? 0)
})
