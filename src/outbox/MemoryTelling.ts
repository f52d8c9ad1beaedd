// What is remembered of offers for channels, in memory: the specification that the stores are compared with.
import { Option } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { ChannelId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { MemoryItem, Shelf } from "./MemoryShelf.ts"
import { canBuy, firstTold, type Told } from "./PriceEvents.ts"
import type { Due, TellingReads, TellingRows, ToldEvent } from "./TellingRows.ts"

export interface MemoryTold {
  readonly item: ItemId
  readonly channel: ChannelId
  readonly source: SourceId
  told: Told
  lookAt: Option.Option<Millis>
}

export const aboutNew: ToldEvent = { key: "new", before: Option.none() }

const open: ReadonlySet<DeliveryState> = new Set(["sending", "unknown", "parked"])
const standing: ReadonlySet<DeliveryState> = new Set(["sent", "edited"])

const isDue = (row: MemoryTold, source: SourceId, now: Millis): boolean =>
  row.source === source && Option.exists(row.lookAt, (at) => at <= now)

const dueOf = (shelf: Shelf, { item, channel, told }: MemoryTold, stored: MemoryItem): Due => {
  const { price, availability } = stored.candidate.item.offer ?? {}
  const mine = shelf.deliveries.filter((one) => one.item === item && one.channel === channel)
  const waiting = mine.findLast((one) => one.state === "queued")
  return {
    ...{ item, channel, told },
    seen: {
      ...(price === undefined ? {} : { price }),
      ...(availability === undefined ? {} : { availability }),
      ...Option.match(stored.absentAt, { onNone: () => ({}), onSome: (absentSince) => ({ absentSince }) })
    },
    waiting: Option.map(Option.fromNullable(waiting), ({ id, event }) => ({ delivery: id, ...event })),
    underWay: mine.some((one) => open.has(one.state)),
    posted: mine.some((one) => standing.has(one.state)),
    content: () => stored.candidate.item
  }
}

const allDue = (shelf: Shelf, source: SourceId, now: Millis) =>
  [...shelf.told.values()]
    .filter((row) => isDue(row, source, now))
    .flatMap((row) => {
      const stored = shelf.items.get(row.item)
      return stored === undefined || Option.isSome(stored.burst) ? [] : [{ row, stored }]
    })
    .sort(({ row: a }, { row: b }) => a.item - b.item || (a.channel < b.channel ? -1 : 1))

const lookAtOf = ({ row }: { readonly row: MemoryTold }) => Option.getOrElse(row.lookAt, () => 0)

export const tellingReads = (shelf: Shelf): TellingReads => ({
  isDue: (source, now) => allDue(shelf, source, now).length > 0,
  due: (source, now, limit) =>
    allDue(shelf, source, now)
      .sort((a, b) => lookAtOf(a) - lookAtOf(b))
      .slice(0, limit)
      .map(({ row, stored }) => dueOf(shelf, row, stored)),
  dueAmong: (source, items, now) =>
    allDue(shelf, source, now)
      .filter(({ row }) => items.includes(row.item))
      .map(({ row, stored }) => dueOf(shelf, row, stored)),
  prices: (items) => new Map(items.map((id) => [id, shelf.items.get(id)?.prices ?? []]))
})

const keyOf = (item: ItemId, channel: ChannelId) => `${item}/${channel}`

/** An offer as it was at `at`, of which a channel was told nothing else yet. */
const begin = (shelf: Shelf, { id, source, candidate }: MemoryItem, channel: ChannelId, at: Millis): void => {
  const { offer } = candidate.item
  if (offer === undefined || shelf.told.has(keyOf(id, channel))) return
  const told = {
    ...firstTold(Option.fromNullable(offer.price), at),
    outSince: canBuy(offer) === false ? Option.some(at) : Option.none()
  }
  shelf.told.set(keyOf(id, channel), { item: id, channel, source, told, lookAt: Option.none() })
}

/** What an offer is published with. One that went while it was held is looked at. */
export const published = (shelf: Shelf, item: ItemId, channel: ChannelId, now: Millis): void => {
  const known = shelf.told.get(keyOf(item, channel))
  if (known !== undefined) known.lookAt = Option.some(now)
  const stored = shelf.items.get(item)
  if (stored === undefined) return
  begin(shelf, stored, channel, now)
  const row = shelf.told.get(keyOf(item, channel))
  if (row !== undefined && Option.isSome(stored.absentAt)) row.lookAt = Option.some(now)
}

export const tellingWrites = (shelf: Shelf): TellingRows => ({
  watch: (items, channels, now) => {
    for (const stored of items.flatMap((id) => shelf.items.get(id) ?? [])) {
      for (const channel of channels) begin(shelf, stored, channel, stored.firstSeenAt)
    }
    for (const row of shelf.told.values()) {
      if (!items.includes(row.item)) continue
      row.lookAt = Option.some(
        Math.min(
          now,
          Option.getOrElse(row.lookAt, () => now)
        )
      )
    }
  },
  remember: (offers) => {
    for (const { item, channel, told, lookAt } of offers) {
      const row = shelf.told.get(keyOf(item, channel))
      if (row !== undefined) Object.assign(row, { told, lookAt })
    }
  },
  callOff: (deliveries) => {
    for (const one of shelf.deliveries) {
      if (deliveries.includes(one.id) && one.state === "queued") one.state = "expired"
    }
  },
  setRight: (source, now) => {
    const until = (at: Option.Option<Millis>) => Option.map(at, (time) => Math.min(time, now))
    for (const row of shelf.told.values()) {
      if (row.source !== source) continue
      const stored = shelf.items.get(row.item)
      if (stored !== undefined) stored.absentAt = until(stored.absentAt)
      row.told = { ...row.told, outSince: until(row.told.outSince) }
      row.lookAt = Option.some(now)
    }
    return Option.none()
  },
  remark: (items) => {
    for (const stored of items.flatMap((id) => shelf.items.get(id) ?? [])) stored.revision += 1
    return [] // nothing is sent from here, so no post stands
  }
})
