// What Intake needs of a store: rows read and written within one synchronous transaction. The rules of admission live in this room, once;
// a store only finds and keeps. Promises a store makes: all of a transaction or nothing; a key belongs to one item; one delivery per
// item, channel and event; a constant number of statements for each call here, however long its lists are.
import { type Effect, Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Availability, Item } from "../domain/Item.ts"
import type { Money } from "../domain/Money.ts"
import type { ChannelId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import type { KeyKind } from "../domain/Source.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { KeptOut } from "./AdmissionPlan.ts"
import type { Age } from "./AgeOrder.ts"
import { type Doubt, noDoubt } from "./Belief.ts"
import type { Candidate } from "./Candidate.ts"
import type { Burst, Cursor } from "./Intake.ts"
import type { TellingReads, TellingRows, ToldEvent } from "./TellingRows.ts"

/** What earlier documents of a source left behind. */
export interface SourceMemory {
  /** Its first document was admitted whole: from then on, what is unknown is new. */
  readonly settled: boolean
  /** Its last document was cut off. */
  readonly partial: boolean
  /** New items of its last document that wait for room in a channel. */
  readonly deferred: number
  /** The undecided burst that an interrupted intake was gathering. */
  readonly gathering: Option.Option<number>
  /** The first id that an item of the long document can have which an interrupted intake was reading. */
  readonly readingFrom: Option.Option<number>
  readonly distrusted: ReadonlyArray<KeyKind>
  /** Items of the last complete document that was believed. */
  readonly listed: number
  readonly doubt: Doubt
  /** The terms that it was read by (`identity/Terms.ts`); none: by an earlier version, or not yet. */
  readonly terms: Option.Option<string>
}

/** How long it is told that a filter kept something out. */
export const keptOutMs = 30 * 86_400_000

/** What is known of a source before its first document. */
export const unknownSource: SourceMemory = {
  settled: false,
  partial: false,
  deferred: 0,
  gathering: Option.none(),
  readingFrom: Option.none(),
  distrusted: [],
  listed: 0,
  doubt: noDoubt,
  terms: Option.none()
}

/** What is compared when an item is seen again. */
export interface KnownItem {
  readonly id: ItemId
  readonly contentHash: string
  /** The last complete document of its source lacked it. */
  readonly absent: boolean
  readonly price: Option.Option<Money>
  readonly availability: Option.Option<Availability>
  /** Keys added since it was first seen. */
  readonly aliases: number
}

/** An item bound for channels. */
export interface Binding {
  readonly item: ItemId
  readonly channel: ChannelId
  /** Higher goes first. */
  readonly priority: number
  /** Hashes by which the channel recognises it when another source brings it. */
  readonly joint: ReadonlyArray<string>
  /** As the channel's caps count it. */
  readonly brand?: string | undefined
  readonly category?: string | undefined
  /** What is told of it; absent: that it is new. */
  readonly event?: ToldEvent
}

export interface HeldItem {
  readonly id: ItemId
  readonly source: SourceId
  readonly item: Item
  readonly joint: ReadonlyArray<string>
}

/** `flood`: for a person's decision. `stream`: the new items of a long document on their way, of which nobody needs to know. */
export type BurstKind = "flood" | "stream"

/** What new items are held under. */
export interface Holding {
  readonly burst: number
  /** One for each item; without them their ids say which are older. */
  readonly ages?: ReadonlyArray<Age>
}

/** A known item whose content changed. */
export interface Revision {
  readonly id: ItemId
  readonly candidate: Pick<Candidate, "item" | "contentHash">
  /** Whether its price or availability did, so that it may be worth a word. */
  readonly offered: boolean
  /** So that it enters the price history. */
  readonly repriced: boolean
  /** Hashes by which the channels that got it recognise it from now on as well, when another source brings it. */
  readonly joint: ReadonlyArray<string>
}

export interface Delivered {
  readonly channel: ChannelId
  readonly hash: string
  /** Whose item it was. */
  readonly source: SourceId
}

/** How a document ends: what its source remembers of it. */
export interface Closing {
  readonly source: SourceId
  readonly memory: SourceMemory
  /**
   * Present when the whole document was admitted: the next poll goes on from here. Absent: it begins anew, for what is stored is no longer
   * what the last such document said, and its bytes may come back.
   */
  readonly cursor: Option.Option<Cursor>
  /** Another document of the source, a long one, is still being read: it goes on as if this one had not been. */
  readonly reading: boolean
  readonly now: Millis
}

export interface IntakeReads extends TellingReads {
  readonly memory: (source: SourceId) => SourceMemory
  readonly cursor: (source: SourceId) => Cursor
  /** The items that have one of these keys, by key. */
  readonly known: (hashes: ReadonlyArray<string>) => ReadonlyMap<string, KnownItem>
  /** Deliveries that wait, by channel; absent means 0. */
  readonly queued: (channels: ReadonlyArray<ChannelId>) => ReadonlyMap<ChannelId, number>
  readonly delivered: (
    channels: ReadonlyArray<ChannelId>,
    hashes: ReadonlyArray<string>
  ) => ReadonlyArray<Delivered>
  /** The bursts that are not finished, oldest first. */
  readonly bursts: () => ReadonlyArray<Burst & { readonly kind: BurstKind }>
  /** Items of a source that its last complete document had, by ascending id, from the first after `after` on. */
  readonly listed: (source: SourceId, after: number, limit: number) => ReadonlyArray<ItemId>
  /** The held items of a burst, oldest first. */
  readonly held: (burst: number, limit: number) => ReadonlyArray<HeldItem>
  readonly heldCount: (burst: number) => number
}

export interface IntakeRows extends IntakeReads, TellingRows {
  /** Stores new items with their keys and prices; the ids ascend in the order of `items`. */
  readonly insert: (
    source: SourceId,
    items: ReadonlyArray<Candidate>,
    holding: Option.Option<Holding>,
    now: Millis
  ) => ReadonlyArray<ItemId>
  /** Goes on with the long document that the source is reading, or begins one; until it ends there is no cursor. Returns `readingFrom`. */
  readonly beginReading: (source: SourceId) => number
  /** Queues deliveries in this order, and lets their channels recognise the items. What offers are published with is remembered as told. */
  readonly deliver: (bindings: ReadonlyArray<Binding>, now: Millis) => void
  /** Counts what filters kept out of channels, for people; what no filter has said for `keptOutMs` is forgotten. */
  readonly keepOut: (keptOut: ReadonlyArray<KeptOut>, now: Millis) => void
  /** Expires `count` queued deliveries: the oldest, or those of the lowest priority (of equal ones the oldest). Returns their items. */
  readonly makeRoom: (channel: Channel, count: number, now: Millis) => ReadonlyArray<ItemId>
  /** Their posts are due to change; returns the channels in which some stand. */
  readonly revise: (revisions: ReadonlyArray<Revision>, now: Millis) => ReadonlyArray<ChannelId>
  /**
   * The items are missing. They count as seen until now: that they were there is also told by answers that leave no trace (a 304, the same
   * bytes, a part of a site), and who forgets one too early posts it again when it is back.
   */
  readonly leave: (items: ReadonlyArray<ItemId>, now: Millis) => void
  /**
   * The source is read otherwise from now on: whether these items are still there nobody knows. They are missing, and nobody is told so
   * unless they come back first.
   */
  readonly loseSight: (items: ReadonlyArray<ItemId>, now: Millis) => void
  /** Missing items are there again. */
  readonly comeBack: (items: ReadonlyArray<ItemId>) => void
  /** Nothing is known by these any more. */
  readonly dropKeys: (hashes: ReadonlyArray<string>) => void
  readonly addKeys: (keys: ReadonlyArray<{ readonly item: ItemId; readonly hash: string }>) => void
  /** Opens a burst that its source is gathering. Returns its id. */
  readonly openBurst: (
    source: SourceId,
    kind: BurstKind,
    items: number,
    documentItems: number,
    now: Millis
  ) => number
  readonly growBurst: (burst: number, items: number) => void
  /** Stored items are held under a burst. */
  readonly hold: (
    burst: number,
    items: ReadonlyArray<Pick<HeldItem, "id" | "joint"> & { readonly age: Age }>
  ) => void
  /** What came as a stream is a flood. */
  readonly makeFlood: (burst: number, documentItems: number) => void
  /** A stream that is released or discarded is forgotten. */
  readonly setBurst: (burst: number, state: Burst["state"], now: Millis) => void
  /** These items are held no longer. */
  readonly letGo: (burst: number, items: ReadonlyArray<ItemId>) => void
  /** Lets go of the oldest held items, so many. */
  readonly letOldestGo: (burst: number, count: number) => void
  /** What is remembered of a source that is read otherwise from now on; what it was reading or gathering stays. */
  readonly renew: (
    source: SourceId,
    memory: Pick<SourceMemory, "settled" | "distrusted" | "listed" | "terms">
  ) => void
  /** Ends a document, and with it what its source was reading or gathering. */
  readonly close: (closing: Closing) => void
}

export interface IntakeStore {
  /** `operation` completes the sentence "The database could not …". */
  readonly read: <A>(operation: string, run: (rows: IntakeReads) => A) => Effect.Effect<A, StorageFailed>
  readonly transaction: <A>(
    operation: string,
    run: (rows: IntakeRows) => A
  ) => Effect.Effect<A, StorageFailed>
  /**
   * The same without a wait for the disk: a failure of power may undo it, with all that came after it, until `flush` or a transaction has
   * ended. For what can be repeated.
   */
  readonly provisional: IntakeStore["transaction"]
  /** Puts what is provisional on the disk, off the event loop. */
  readonly flush: Effect.Effect<void>
  /** Implements `Intake.forget`. */
  readonly forget: (before: Millis) => Effect.Effect<number, StorageFailed>
  /** Implements `Intake.forgetPrices`. */
  readonly forgetPrices: (before: Millis) => Effect.Effect<number, StorageFailed>
}
