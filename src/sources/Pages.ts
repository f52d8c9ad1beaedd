// The pages of a source that are visited a few at a time, durably: what its sitemap and list pages name, when each is due, and which items
// each has. Promises: a page is due again when the document that names it says that it has changed, and otherwise when its time has come;
// one that is no longer named is forgotten once it has been missing for an hour, all of them when the source is read by other terms. Never fetches.
import { Context, type Effect, type Option } from "effect"
import type { Millis, SourceId } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { Cursor } from "../outbox/Intake.ts"
import type { Further } from "./DocumentReader.ts"

/** A document that names pages, as it was read. */
export interface Listing {
  /** Its address, as it was asked for. */
  readonly url: string
  /** In the order in which they are to be visited. */
  readonly pages: ReadonlyArray<Further>
  /** Of the source, by which it was read (`identity/Terms.ts`). */
  readonly terms: string
  /** False: it proves nothing about pages that it lacks. */
  readonly complete: boolean
}

export interface KnownPage {
  readonly url: string
  readonly kind: "page" | "list" | "sitemap"
  readonly modifiedAt?: Millis
  readonly cursor: Cursor
  readonly failures: number
}

/** What a visit leaves behind. */
export interface Visited {
  readonly url: string
  readonly dueAt: Millis
  readonly failures: number
  /** Absent: what is known of its last body still holds. */
  readonly cursor?: Cursor
  /** A key of each of its items; absent: they are what they were. */
  readonly items?: ReadonlyArray<string>
}

/** How far the visits have come. */
export interface Extent {
  /** That are named now. */
  readonly pages: number
  readonly visited: number
  readonly unvisited: number
}

export class Pages extends Context.Tag("oncecast/sources/Pages")<
  Pages,
  {
    /**
     * The source is read by these terms: what was named by others is forgotten. What those pages had is not gone: nobody looks there any more.
     * Returns whether there was any.
     */
    readonly keep: (source: SourceId, terms: string) => Effect.Effect<boolean, StorageFailed>
    /** Remembers what a document names. What a complete one lacks is missing from now on. */
    readonly list: (source: SourceId, listing: Listing, now: Millis) => Effect.Effect<void, StorageFailed>
    /** The page whose visit is most urgent, lists before pages; it is not due again before `againAt`, whatever becomes of the visit. */
    readonly next: (
      source: SourceId,
      now: Millis,
      againAt: Millis
    ) => Effect.Effect<Option.Option<KnownPage>, StorageFailed>
    /** Remembers visits. Items that their pages no longer have, and no other page does, are orphans. */
    readonly record: (
      source: SourceId,
      visits: ReadonlyArray<Visited>,
      now: Millis
    ) => Effect.Effect<void, StorageFailed>
    /**
     * Forgets the pages that have been missing for long. Keys of the items that no page has, until they are settled: whoever marks them as
     * gone can be interrupted anywhere.
     */
    readonly orphans: (source: SourceId, now: Millis) => Effect.Effect<ReadonlyArray<string>, StorageFailed>
    /** These are marked. */
    readonly settle: (source: SourceId, orphans: ReadonlyArray<string>) => Effect.Effect<void, StorageFailed>
    /** `visits`: addresses that count as visited, although the visit is not recorded yet. */
    readonly extent: (source: SourceId, visits: ReadonlyArray<string>) => Effect.Effect<Extent, StorageFailed>
  }
>() {}
