// Intake in memory: the contract as an executable specification, and the oracle that the stores are compared with. Forgets everything
// with its scope. Promises what Intake.ts promises, except durability.
import { Context, Effect, Layer, Option, Order } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { Item } from "../domain/Item.ts"
import type { Money } from "../domain/Money.ts"
import { type ChannelId, DeliveryId, ItemId, type Millis, type SourceId } from "../domain/Names.ts"
import { type Age, byAge } from "./AgeOrder.ts"
import type { Candidate } from "./Candidate.ts"
import { type Cursor, Intake } from "./Intake.ts"
import { intakeOn } from "./IntakeOn.ts"
import {
  type IntakeReads,
  type IntakeRows,
  type IntakeStore,
  type KnownItem,
  unknownSource as nothingKnown,
  type SourceMemory
} from "./IntakeStore.ts"
import { aboutNew, type MemoryTold, published, tellingReads, tellingWrites } from "./MemoryTelling.ts"
import { Signals } from "./Signals.ts"
import type { ToldEvent } from "./TellingRows.ts"

export interface MemoryItem {
  readonly id: ItemId
  readonly source: SourceId
  readonly firstSeenAt: Millis
  candidate: Candidate
  revision: number
  aliases: number
  /** Of the last complete document that had it, once one lacks it. */
  seenAt: Millis
  absentAt: Option.Option<Millis>
  burst: Option.Option<number>
  /** While it is held, where its age is known. */
  age: Option.Option<Age>
  readonly prices: Array<{ readonly at: Millis; readonly price: Money }>
}

export interface MemoryDelivery {
  readonly id: DeliveryId
  readonly item: ItemId
  readonly channel: ChannelId
  readonly priority: number
  readonly brand?: string | undefined
  readonly category?: string | undefined
  readonly event: ToldEvent
  state: DeliveryState
}

/** What an Intake in memory holds; tests read it, and settle deliveries in it. */
export class IntakeShelf extends Context.Tag("oncecast/outbox/IntakeShelf")<
  IntakeShelf,
  {
    readonly items: Map<ItemId, MemoryItem>
    /** In the order of queueing. */
    readonly deliveries: Array<MemoryDelivery>
    /** What filters kept out, by channel and rule: "deals: no price". */
    readonly keptOut: Map<string, number>
  }
>() {}

interface SourceRow {
  readonly memory: SourceMemory
  readonly cursor: Cursor
  readonly parsedAt: Option.Option<Millis>
}

const unknownSource: SourceRow = {
  memory: nothingKnown,
  cursor: {},
  parsedAt: Option.none()
}

type StoredBurst = ReturnType<IntakeReads["bursts"]>[number]

export interface Shelf {
  readonly items: Map<ItemId, MemoryItem>
  readonly deliveries: Array<MemoryDelivery>
  readonly keptOut: Map<string, number>
  readonly keys: Map<string, ItemId>
  readonly channelKeys: Map<string, ItemId>
  readonly sources: Map<SourceId, SourceRow>
  readonly bursts: Map<number, StoredBurst>
  readonly told: Map<string, MemoryTold>
  ids: number
}

const emptyShelf = (): Shelf => ({
  items: new Map(),
  deliveries: [],
  keptOut: new Map(),
  keys: new Map(),
  channelKeys: new Map(),
  sources: new Map(),
  bursts: new Map(),
  told: new Map(),
  ids: 0
})

const knownItem = ({ id, candidate, absentAt, aliases }: MemoryItem): KnownItem => ({
  id,
  contentHash: candidate.contentHash,
  absent: Option.isSome(absentAt),
  price: Option.fromNullable(candidate.item.offer?.price),
  availability: Option.fromNullable(candidate.item.offer?.availability),
  aliases
})

const olderFirst = Option.getOrder(
  Order.make<Age>((a, b) => (byAge(a, b) < 0 ? -1 : byAge(a, b) > 0 ? 1 : 0))
)

const heldIn = (shelf: Shelf, burst: number) =>
  [...shelf.items.values()]
    .filter((item) => Option.contains(item.burst, burst))
    .sort((a, b) => olderFirst(a.age, b.age) || a.id - b.id)

const reads = (shelf: Shelf): IntakeReads => ({
  memory: (source) => {
    const { memory } = shelf.sources.get(source) ?? unknownSource
    const undecided = (id: number) => shelf.bursts.get(id)?.state === "held"
    return { ...memory, gathering: Option.filter(memory.gathering, undecided) }
  },
  cursor: (source) => (shelf.sources.get(source) ?? unknownSource).cursor,
  known: (hashes) => {
    const found = hashes.flatMap((hash) => {
      const item = shelf.items.get(shelf.keys.get(hash) ?? ItemId.make(0))
      return item === undefined ? [] : [[hash, knownItem(item)] as const]
    })
    return new Map(found)
  },
  queued: (channels) => {
    const waiting = shelf.deliveries.filter((one) => one.state === "queued")
    return new Map(channels.map((id) => [id, waiting.filter((one) => one.channel === id).length]))
  },
  delivered: (channels, hashes) =>
    channels.flatMap((channel) =>
      hashes.flatMap((hash) => {
        const item = shelf.items.get(shelf.channelKeys.get(`${channel}/${hash}`) ?? ItemId.make(0))
        return item === undefined ? [] : [{ channel, hash, source: item.source }]
      })
    ),
  bursts: () => [...shelf.bursts.values()].filter((one) => one.state === "held" || one.state === "releasing"),
  listed: (source, after, limit) =>
    [...shelf.items.values()]
      .filter((item) => item.source === source && item.id > after && Option.isNone(item.absentAt))
      .slice(0, limit)
      .map((item) => item.id),
  ...tellingReads(shelf),
  heldCount: (burst) => heldIn(shelf, burst).length,
  held: (burst, limit) =>
    heldIn(shelf, burst)
      .slice(0, limit)
      .map(({ id, source, candidate: { item, joint } }) => ({ id, source, item, joint }))
})

const pricesOf = (item: Item, at: Millis) =>
  item.offer?.price === undefined ? [] : [{ at, price: item.offer.price }]

const insert =
  (shelf: Shelf): IntakeRows["insert"] =>
  (source, items, holding, now) =>
    items.map((candidate, at) => {
      shelf.ids += 1
      const id = ItemId.make(shelf.ids)
      const prices = pricesOf(candidate.item, now)
      const absentAt = Option.none()
      const burst = Option.map(holding, (one) => one.burst)
      const age = Option.flatMapNullable(holding, (one) => one.ages?.[at])
      shelf.items.set(id, {
        ...{
          id,
          source,
          firstSeenAt: now,
          candidate,
          revision: 1,
          aliases: 0,
          seenAt: now,
          absentAt,
          burst,
          age,
          prices
        }
      })
      for (const hash of candidate.keys) if (!shelf.keys.has(hash)) shelf.keys.set(hash, id)
      return id
    })

const makeRoom =
  (shelf: Shelf): IntakeRows["makeRoom"] =>
  (channel, count) => {
    const queued = shelf.deliveries.filter((one) => one.channel === channel.id && one.state === "queued")
    const byRank =
      channel.overflow === "drop-lowest" ? queued.toSorted((a, b) => a.priority - b.priority) : queued
    for (const one of byRank.slice(0, count)) one.state = "expired"
  }

const itemWrites = (
  shelf: Shelf
): Pick<IntakeRows, "insert" | "revise" | "leave" | "comeBack" | "addKeys"> => ({
  insert: insert(shelf),
  revise: (revisions, now) => {
    for (const { id, candidate, repriced } of revisions) {
      const item = shelf.items.get(id)
      if (item === undefined) continue
      if (repriced) item.prices.push(...pricesOf(candidate.item, now))
      // What it is held under stays as it was held: a document that says less takes no key from it.
      item.candidate = { ...item.candidate, ...candidate, joint: item.candidate.joint }
      item.revision += 1
    }
    return [] // nothing is sent from here, so no post stands
  },
  leave: (source, items, now) => {
    const before = shelf.sources.get(source)?.parsedAt ?? Option.none()
    for (const item of items.flatMap((id) => shelf.items.get(id) ?? [])) {
      item.absentAt = Option.some(now)
      item.seenAt = Option.getOrElse(before, () => item.seenAt)
    }
  },
  comeBack: (items) => {
    for (const item of items.flatMap((id) => shelf.items.get(id) ?? [])) item.absentAt = Option.none()
  },
  addKeys: (keys) => {
    for (const { item: id, hash } of keys) {
      const item = shelf.items.get(id)
      if (item === undefined || shelf.keys.has(hash)) continue
      shelf.keys.set(hash, id)
      item.aliases += 1
    }
  }
})

const remember = (shelf: Shelf, source: SourceId, more: Partial<SourceMemory>): void => {
  const row = shelf.sources.get(source) ?? unknownSource
  shelf.sources.set(source, { ...row, memory: { ...row.memory, ...more } })
}

const changeBurst = (
  shelf: Shelf,
  id: number,
  change: (burst: StoredBurst) => Partial<StoredBurst>
): void => {
  const burst = shelf.bursts.get(id)
  if (burst !== undefined) shelf.bursts.set(id, { ...burst, ...change(burst) })
}

const letGo = (items: ReadonlyArray<MemoryItem>): void => {
  for (const item of items) Object.assign(item, { burst: Option.none(), age: Option.none() })
}

type BurstWrites = "openBurst" | "growBurst" | "hold" | "makeFlood" | "setBurst" | "letGo" | "letOldestGo"

const burstWrites = (shelf: Shelf): Pick<IntakeRows, BurstWrites> => ({
  openBurst: (source, kind, items, documentItems, at) => {
    const id = Math.max(0, ...shelf.bursts.keys()) + 1
    shelf.bursts.set(id, { id, source, at, items, documentItems, state: "held", kind })
    remember(shelf, source, { gathering: Option.some(id) })
    return id
  },
  growBurst: (id, items) => changeBurst(shelf, id, (burst) => ({ items: burst.items + items })),
  hold: (burst, items) => {
    for (const { id, joint, age } of items) {
      const item = shelf.items.get(id)
      if (item === undefined) continue
      Object.assign(item, { burst: Option.some(burst), age: Option.some(age) })
      item.candidate = { ...item.candidate, joint }
    }
  },
  makeFlood: (id, documentItems) => changeBurst(shelf, id, () => ({ kind: "flood", documentItems })),
  setBurst: (id, state) => {
    const ends = state === "released" || state === "discarded"
    if (ends && shelf.bursts.get(id)?.kind === "stream") shelf.bursts.delete(id)
    else changeBurst(shelf, id, () => ({ state }))
  },
  letGo: (burst, items) => letGo(heldIn(shelf, burst).filter((item) => items.includes(item.id))),
  letOldestGo: (burst, count) => letGo(heldIn(shelf, burst).slice(0, count))
})

const rows = (shelf: Shelf): IntakeRows => ({
  ...reads(shelf),
  ...itemWrites(shelf),
  ...burstWrites(shelf),
  ...tellingWrites(shelf),
  makeRoom: makeRoom(shelf),
  keepOut: (keptOut) => {
    for (const { channel, rule } of keptOut) {
      const name = `${channel}: ${rule}`
      shelf.keptOut.set(name, (shelf.keptOut.get(name) ?? 0) + 1)
    }
  },
  beginReading: (source) => {
    const from = shelf.sources.get(source)?.memory.readingFrom ?? Option.none()
    const readingFrom = Option.getOrElse(from, () => shelf.ids + 1)
    remember(shelf, source, { readingFrom: Option.some(readingFrom) })
    return readingFrom
  },
  deliver: (bindings, now) => {
    for (const { joint, event = aboutNew, ...binding } of bindings) {
      const { item, channel } = binding
      const isThere = shelf.deliveries.some(
        (one) => one.item === item && one.channel === channel && one.event.key === event.key
      )
      const id = DeliveryId.make(shelf.deliveries.length + 1)
      if (!isThere) shelf.deliveries.push({ ...binding, id, event, state: "queued" })
      if (event === aboutNew) published(shelf, item, channel, now)
      for (const hash of joint) {
        const key = `${channel}/${hash}`
        if (!shelf.channelKeys.has(key)) shelf.channelKeys.set(key, item)
      }
    }
  },
  close: ({ source, memory, cursor, proven, now }) => {
    const before = shelf.sources.get(source) ?? unknownSource
    shelf.sources.set(source, {
      memory,
      cursor: Option.getOrElse(cursor, () => before.cursor),
      parsedAt: proven ? Option.some(now) : before.parsedAt
    })
  }
})

const finished: ReadonlySet<DeliveryState> = new Set(["sent", "edited", "withdrawn", "refused", "expired"])

const forget = (shelf: Shelf, before: Millis): number => {
  const hasLeft = ({ id, absentAt, seenAt, burst }: MemoryItem) =>
    Option.isSome(absentAt) &&
    seenAt < before &&
    Option.isNone(burst) &&
    shelf.deliveries.every((one) => one.item !== id || finished.has(one.state))
  const gone = [...shelf.items.values()].filter(hasLeft)
  for (const { id } of gone) shelf.items.delete(id)
  for (const [key, { item }] of shelf.told) if (!shelf.items.has(item)) shelf.told.delete(key)
  for (const [hash, id] of shelf.keys) if (!shelf.items.has(id)) shelf.keys.delete(hash)
  for (const [hash, id] of shelf.channelKeys) if (!shelf.items.has(id)) shelf.channelKeys.delete(hash)
  return gone.length
}

const forgetPrices = (shelf: Shelf, before: Millis): number => {
  let forgotten = 0
  for (const { prices } of shelf.items.values()) {
    const held = Math.max(
      0,
      prices.findLastIndex((one) => one.at <= before)
    )
    forgotten += prices.splice(0, held).length
  }
  return forgotten
}

const storeOn = (shelf: Shelf): IntakeStore => ({
  read: (_, run) => Effect.sync(() => run(reads(shelf))),
  transaction: (_, run) => Effect.sync(() => run(rows(shelf))),
  provisional: (_, run) => Effect.sync(() => run(rows(shelf))),
  flush: Effect.void,
  forget: (before) => Effect.sync(() => forget(shelf, before)),
  forgetPrices: (before) => Effect.sync(() => forgetPrices(shelf, before))
})

export const layer: Layer.Layer<Intake | IntakeShelf, never, Signals> = Layer.effectContext(
  Effect.map(Signals, (signals) => {
    const shelf = emptyShelf()
    return Context.make(Intake, intakeOn(storeOn(shelf), signals)).pipe(Context.add(IntakeShelf, shelf))
  })
)
