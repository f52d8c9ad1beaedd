// What a source kind is: one file in `kinds/` that turns a fetched body into items. It decides nothing about newness, time or network.
import { type Effect, Schema } from "effect"
import type { Item } from "../domain/Item.ts"
import type { Source, SourceKindName } from "../domain/Source.ts"

/**
 * The body is not what the source promised: an HTML page instead of a feed, garbage, an unknown root. Back off, keep everything, and
 * tell the operator; never "zero items".
 */
export class Unreadable extends Schema.TaggedError<Unreadable>("oncecast/sources/Unreadable")("Unreadable", {
  url: Schema.String,
  /** What was found and where, one clause ("an HTML page (root element html)", "unclosed string at byte 812"). */
  found: Schema.String
}) {
  override get message(): string {
    return `${this.url} is not a feed: ${this.found}.`
  }
}

/** A decoded HTTP body with what is needed to read it. */
export interface Body {
  readonly bytes: Uint8Array
  /** As the server said it, if it did. */
  readonly contentType?: string
  /** After redirects: relative links resolve against it. */
  readonly url: string
}

export interface FeedDocument {
  readonly title?: string
  readonly items: ReadonlyArray<Item>
  /** False when the document ended before its root closed. */
  readonly complete: boolean
  /** The source's own wish for the least time between two polls, ms (`<ttl>`, `sy:updatePeriod`). */
  readonly ttlMs?: number
  /** Items that were left out, and why ("2 items without link, guid or title"). */
  readonly faults: ReadonlyArray<string>
}

export interface SourceKind {
  readonly name: SourceKindName
  readonly read: (body: Body, source: Source) => Effect.Effect<FeedDocument, Unreadable>
}
