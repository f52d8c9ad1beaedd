// Admits a polled document: recognises its items, remembers the new ones, queues their deliveries and advances the source's cursor.
// Enters: items as a reader made them. Leaves: counts that explain what became of each. Promises: a crash anywhere repeats work and
// never loses or doubles an item; a full channel is never overfilled; a document that yields nothing changes nothing.
import { Context, type Effect, type Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import type { ChannelId, Millis, SourceId } from "../domain/Names.ts"
import type { Filter, KeyKind, Source } from "../domain/Source.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

/** What the next poll of a source sends back to its server, exactly as received, and how it recognises an equal body. */
export interface Cursor {
  /** A hash of the URL that it is of, and of how its bytes were read: it means nothing to another one. */
  readonly urlHash?: string
  readonly etag?: string
  readonly lastModified?: string
  /** SHA-256 of the decoded body, hex. */
  readonly bodyHash?: string
  /** When the body was last fetched whole, epoch ms: now and then validators are left out on purpose. */
  readonly fetchedAt?: Millis
}

/** Where a source's items go; the filter is the source's `where`. */
export interface Route {
  readonly channel: Channel
  readonly where: Filter
}

/** A document is only a part of what its source has: of a site's pages, those that one poll visits. It proves nothing about the others. */
export interface Part {
  /** About how many items the whole has: whether many new ones are a flood is judged by it. */
  readonly of: number
  /** With this part everything was seen once: the first sight is over, and from now on what is unknown is new. */
  readonly last: boolean
}

export interface PolledDocument {
  readonly source: Source
  readonly routes: ReadonlyArray<Route>
  /** In the order of the document. */
  readonly items: ReadonlyArray<Item>
  /** False for a cut-off document: it may add items, but proves nothing about those it lacks. */
  readonly complete: boolean
  /** Absent: it is all that the source has, as far as it is complete. */
  readonly part?: Part
  readonly cursor: Cursor
  readonly now: Millis
}

/** A document that is to be admitted while it is read. */
export interface Opening extends Pick<PolledDocument, "source" | "routes" | "now"> {
  /** A longer document is admitted in batches of so many items; default 2,000. */
  readonly batchItems?: number
}

/** How a document ended that was admitted while it was read. */
export type Ending = Pick<PolledDocument, "complete" | "part" | "cursor">

/** One document on its way in. Both steps wait while the store is busy or full. Left without an end, the next document goes on with it. */
export interface AdmissionSession {
  /** The next items, in the order of the document. */
  readonly admit: (items: ReadonlyArray<Item>) => Effect.Effect<void, StorageFailed>
  /** Once, after the last items: what became of the document. */
  readonly end: (ending: Ending) => Effect.Effect<Admission, StorageFailed>
}

/** What became of a document. `items = fresh + known + repeated + deferred + held`. */
export interface Admission {
  readonly items: number
  /** Admitted for the first time. */
  readonly fresh: number
  readonly known: number
  /** Of the known ones, those whose content changed. */
  readonly updated: number
  /** Stood twice in this document. */
  readonly repeated: number
  /** Deliveries queued, by channel. */
  readonly queued: ReadonlyMap<ChannelId, number>
  /** Of them, those that their full channel dropped at once: what waits there ranks higher, or came in with them and is newer. */
  readonly overruled: number
  /** New items that a route's filter kept out, by the rule that did ("price below 500" → 3). */
  readonly filtered: ReadonlyMap<string, number>
  /** New items not delivered because a first sight posts only the newest. */
  readonly baseline: number
  /** Already delivered to the channel by another source. */
  readonly duplicatesPrevented: number
  /**
   * Not queued yet: a channel is full. Of a short document they are not admitted either: the cursor was not advanced, and the next
   * poll brings them again. Of a long one they are known and follow as there is room.
   */
  readonly deferred: number
  /** The burst under which the new items are held for a person's decision. */
  readonly held: Option.Option<{ readonly burst: number; readonly items: number }>
  /** Kinds of key that this document showed to be worthless, from now on ignored for this source. */
  readonly distrusted: ReadonlyArray<KeyKind>
  /** Known items that it proves to be missing: marked since now, until a document has them again. */
  readonly gone: number
  /** Several items, and none of them known: what came and went since the last document was never seen. */
  readonly gap: boolean
  /** Complete, but with far fewer items than the last one: it proves nothing yet, and the cursor was not advanced. */
  readonly doubted: boolean
}

/** A flood of apparently new items that waits for a decision. */
export interface Burst {
  readonly id: number
  readonly source: SourceId
  readonly at: Millis
  /** New items in it, and items in the whole document. */
  readonly items: number
  readonly documentItems: number
  /** `releasing`: decided, and still waiting for room in a full channel. */
  readonly state: "held" | "releasing" | "released" | "discarded"
}

/** What a person decides about a burst. `newest: k` publishes the k newest and marks the rest as seen. */
export type BurstDecision = "release" | "discard" | { readonly newest: number }

export class Intake extends Context.Tag("oncecast/outbox/Intake")<
  Intake,
  {
    /** One transaction (large documents: several, the cursor with the last), a constant number of statements each. */
    readonly admit: (document: PolledDocument) => Effect.Effect<Admission, StorageFailed>
    /**
     * The same for a document that is still being read. One of more than a batch is admitted batch by batch, in flat memory, with the
     * outcome that `admit` would have but for what `LongDocument.ts` states.
     */
    readonly session: (opening: Opening) => Effect.Effect<AdmissionSession, StorageFailed>
    /**
     * Marks the items that have one of these keys as gone, until a document has them again: for who knows it other than by a complete
     * document. Those that have one of `kept` as well are there. Returns how many were not marked before.
     */
    readonly leave: (
      source: SourceId,
      keys: ReadonlyArray<string>,
      now: Millis,
      kept?: ReadonlyArray<string>
    ) => Effect.Effect<number, StorageFailed>
    /**
     * Judges the offers of a source of which time alone may tell something, as admission does with those that it changes, and queues what is
     * worth a word in a channel: by the channel's `events` and `drops`. For after each poll that was answered. Returns the number queued.
     */
    readonly tell: (
      source: Source,
      routes: ReadonlyArray<Route>,
      now: Millis
    ) => Effect.Effect<ReadonlyMap<ChannelId, number>, StorageFailed>
    /** The clock was set back: offers of the source that vanished, or were told of, while it was ahead do not wait for that date. */
    readonly setRight: (source: SourceId, now: Millis) => Effect.Effect<void, StorageFailed>
    /** Empty for a source never polled. */
    readonly cursor: (source: SourceId) => Effect.Effect<Cursor, StorageFailed>
    /** The first channel of these with no room whose sources must wait (`overflow: wait`), if any. */
    readonly full: (
      channels: ReadonlyArray<Channel>
    ) => Effect.Effect<Option.Option<ChannelId>, StorageFailed>
    readonly bursts: Effect.Effect<ReadonlyArray<Burst>, StorageFailed>
    /**
     * Queues what was decided, as far as the channels have room; the rest stays `releasing` and goes on with the next call, which
     * the source makes before each poll. Returns the number queued now. None when no such burst is open.
     */
    readonly decide: (
      burst: number,
      decision: BurstDecision,
      routes: ReadonlyArray<Route>,
      now: Millis
    ) => Effect.Effect<Option.Option<number>, StorageFailed>
    /** Goes on with the `releasing` bursts of a source. Returns the number queued. */
    readonly continueReleases: (
      source: SourceId,
      routes: ReadonlyArray<Route>,
      now: Millis
    ) => Effect.Effect<number, StorageFailed>
    /** Forgets items (and their keys and finished deliveries) that left their source's document before `before`. */
    readonly forget: (before: Millis) => Effect.Effect<number, StorageFailed>
    /** Forgets the prices that no longer held at `before`; the one that did stays, however old it is. Returns how many. */
    readonly forgetPrices: (before: Millis) => Effect.Effect<number, StorageFailed>
  }
>() {}
