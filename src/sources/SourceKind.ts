// What a source kind is: one file in `kinds/` that reads a body while it is fed to it. It decides nothing about newness, time or network.
import { type Effect, Schema } from "effect"
import type { Source } from "../domain/Source.ts"
import type { DocumentReader, Head } from "./DocumentReader.ts"

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
    return `${this.url} cannot be read: ${this.found}.`
  }
}

/** How documents of one form are asked for and read. */
export interface SourceKind {
  /** The `Accept` header of a request for one. */
  readonly accept: string
  /** A reader for the document that begins so. An effect, since a charset may have to be found out. */
  readonly open: (head: Head, source: Source) => Effect.Effect<DocumentReader, Unreadable>
}
