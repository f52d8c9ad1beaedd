// What an Intake in memory holds, and what can be asked of it: the specification of the reads of a store.
import { Context, Option, Order } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { Money } from "../domain/Money.ts"
import { type ChannelId, type DeliveryId, ItemId, type Millis, type SourceId } from "../domain/Names.ts"
import { type Age, byAge } from "./AgeOrder.ts"
import type { Candidate } from "./Candidate.ts"
import type { Cursor } from "./Intake.ts"
import {
  type IntakeReads,
  type KnownItem,
  unknownSource as nothingKnown,
  type SourceMemory
} from "./IntakeStore.ts"
import { type MemoryTold, tellingReads } from "./MemoryTelling.ts"
import type { ToldEvent } from "./TellingRows.ts"

export interface MemoryItem {
  readonly id: ItemId
  readonly source: SourceId
  readonly firstSeenAt: Millis
  candidate: Candidate
  revision: number
  aliases: number
  /** When a document lacked it, once one does. */
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
}

export const unknownSource: SourceRow = {
  memory: nothingKnown,
  cursor: {}
}

export type StoredBurst = ReturnType<IntakeReads["bursts"]>[number]

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

export const emptyShelf = (): Shelf => ({
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

export const heldIn = (shelf: Shelf, burst: number) =>
  [...shelf.items.values()]
    .filter((item) => Option.contains(item.burst, burst))
    .sort((a, b) => olderFirst(a.age, b.age) || a.id - b.id)

export const reads = (shelf: Shelf): IntakeReads => ({
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

/** Changes what is known of a source. */
export const remember = (shelf: Shelf, source: SourceId, more: Partial<SourceMemory>): void => {
  const row = shelf.sources.get(source) ?? unknownSource
  shelf.sources.set(source, { ...row, memory: { ...row.memory, ...more } })
}
