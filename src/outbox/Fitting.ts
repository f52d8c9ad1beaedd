// Which of some items go into the channels now. Enters: items with the channels they are bound for, and the channels' state as the
// transaction sees it. Leaves: deliveries that fit, and how many items must wait. Promises: pure; an item goes into all its channels or
// waits, and nothing newer goes before it; no channel that lets sources wait is overfilled.
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import type { ChannelId, SourceId } from "../domain/Names.ts"
import type { Route } from "./Intake.ts"
import type { Delivered, IntakeReads } from "./IntakeStore.ts"

export interface Bound {
  readonly item: Item
  readonly channels: ReadonlyArray<Channel>
  readonly joint: ReadonlyArray<string>
}

/** The channels' state, valid within one transaction. */
export interface ChannelView {
  readonly queued: ReadonlyMap<ChannelId, number>
  readonly delivered: ReadonlyArray<Delivered>
}

export interface Fitting<A> {
  /** In order, with the channels that do not have it from another source already. */
  readonly admitted: ReadonlyArray<{ readonly of: A; readonly channels: ReadonlyArray<Channel> }>
  /** Deliveries not made because another source's item was there before. */
  readonly prevented: number
  /** The items from here on wait. */
  readonly waiting: number
}

export const viewOf = (
  rows: IntakeReads,
  routes: ReadonlyArray<Route>,
  items: ReadonlyArray<{ readonly joint: ReadonlyArray<string> }>
): ChannelView => {
  const channels = routes.map((route) => route.channel.id)
  const delivered = rows.delivered(
    channels,
    items.flatMap((item) => item.joint)
  )
  return { queued: rows.queued(channels), delivered }
}

/** Fits `items` (oldest first) of `source` into their channels. */
export const fitInto = <A extends Bound>(
  items: ReadonlyArray<A>,
  source: SourceId,
  view: ChannelView
): Fitting<A> => {
  // Whatever became of it there: what was refused or given up is one thing with one delivery, which a person may queue again.
  const others = view.delivered.filter((row) => row.source !== source)
  const taken = new Set(others.map((row) => `${row.channel}/${row.hash}`))
  const queued = new Map(view.queued)
  const admitted: Array<{ readonly of: A; readonly channels: ReadonlyArray<Channel> }> = []
  let prevented = 0
  for (const item of items) {
    const channels = item.channels.filter(({ id }) => !item.joint.some((hash) => taken.has(`${id}/${hash}`)))
    const countOf = (id: ChannelId) => queued.get(id) ?? 0
    if (channels.some(({ id, overflow, capacity }) => overflow === "wait" && countOf(id) >= capacity)) break
    for (const { id } of channels) queued.set(id, countOf(id) + 1)
    prevented += item.channels.length - channels.length
    admitted.push({ of: item, channels })
  }
  return { admitted, prevented, waiting: items.length - admitted.length }
}
