// What a source kind gives for one document: a reader that is fed the body piece by piece and gives items as soon as they are whole.
// Enters: decoded (uncompressed) bytes, cut anywhere. Leaves: items, and at the end what the document was. Promises: synchronous, in flat
// memory whatever the body's size, the same items however the body is cut. Never touches network, time or chance.
import type { Either } from "effect"
import type { Item } from "../domain/Item.ts"
import type { Millis } from "../domain/Names.ts"

/** The beginning of a body and what was said about it: enough to tell the format and the charset. */
export interface Head {
  /** All of a short body, at least the first 64 KB of a longer one. */
  readonly bytes: Uint8Array
  /** As the server said it, if it did. */
  readonly contentType?: string
  /** After redirects: relative links resolve against it. */
  readonly url: string
  /** Epoch ms: which of a source's sales are on. */
  readonly now: Millis
}

/** A further document of the same poll: the next page of an API, a product page that a list or a sitemap names. */
export interface Further {
  readonly url: string
  /** When its content last changed, by the document's own word, epoch ms. */
  readonly modifiedAt?: Millis
  /** How it is to be read. */
  readonly as: "page" | "list" | "json" | "sitemap"
}

/** The server does not answer us but wants to see a browser or a person: back off, tell the operator, never work around it. */
export interface Blocked {
  readonly _tag: "Blocked"
  /** One clause ("a bot check (Cloudflare)"). */
  readonly found: string
}

export interface DocumentFacts {
  readonly title?: string
  /** False when the document ended before it was whole, or was not read to its end: it proves nothing about the items that it lacks. */
  readonly complete: boolean
  /** The source's own wish for the least time between two polls, ms (`<ttl>`, `sy:updatePeriod`). */
  readonly ttlMs?: number
  /** What was left out, and why ("2 items without link, guid or title"). */
  readonly faults: ReadonlyArray<string>
  readonly further: ReadonlyArray<Further>
}

export interface DocumentReader {
  /** Takes the next piece and gives the items that it completed. */
  readonly write: (bytes: Uint8Array) => ReadonlyArray<Item>
  /** After the last piece: the items that were still open. */
  readonly end: () => ReadonlyArray<Item>
  /** Whether nothing that follows can matter: a limit is reached, or the rest cannot be read. */
  readonly done: () => boolean
  /**
   * What the document was; final after `end`. Left: it is not what the source promised, in one clause ("an HTML page (root element
   * html)", "unclosed string at byte 812"), or a bot check; its items, if it gave any, do not count.
   */
  readonly facts: () => Either.Either<DocumentFacts, string | Blocked>
}
