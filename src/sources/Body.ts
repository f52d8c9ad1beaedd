// A fetched body: decoded bytes, from memory or from a file that has no name any more. Valid as long as the scope that it was fetched in.
// Promises: its parts are the same however often they are asked for, and never more than one part and the head are in memory of a body
// that is on the disk. Never decodes text.
import { Effect } from "effect"
import type { FetchFailed } from "./FetchErrors.ts"

/** What is read of a body on the disk at a time. */
export const partBytes = 65_536

/** What is read of a body in memory at a time: about 2 ms of parsing. Most feeds are no longer, and read without a pause. */
const heldPartBytes = 131_072

export interface Body {
  /** As the server said it, if it did. */
  readonly contentType?: string
  /** After redirects: relative links resolve against it. */
  readonly url: string
  readonly size: number
  /** All of a body in memory, the beginning of one on the disk. */
  readonly head: Uint8Array
  /**
   * The bytes from `at` on, as many as are read at a time; empty at the end. They are valid until the next part is asked for. Timers and
   * sockets have their turn between two.
   */
  readonly part: (at: number) => Effect.Effect<Uint8Array, FetchFailed>
}

/** What is known of a body besides its bytes. */
export type About = Pick<Body, "url" | "contentType">

/** A body whose bytes are in memory. */
export const heldBody = (bytes: Uint8Array, about: About): Body => ({
  ...about,
  size: bytes.length,
  head: bytes,
  part: (at) => {
    const part = Effect.succeed(bytes.subarray(at, at + heldPartBytes))
    // `yieldNow` alone runs in microtasks for a long while, which starves timers and sockets; a sleep of 0 does not.
    return at === 0 || at >= bytes.length ? part : Effect.zipRight(Effect.sleep(0), part)
  }
})
