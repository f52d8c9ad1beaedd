// Takes a body in: decoded, hashed and kept while it arrives. Enters: the parts as they come over the wire. Leaves: the body and its hash.
// Promises: memory stays flat whatever arrives; what arrives too slowly for its size is given up, however it drips.
import { createHash } from "node:crypto"
import { Clock, Effect } from "effect"
import { shown } from "./Address.ts"
import type { About, Body } from "./Body.ts"
import { BodyFault, decoded, type Parts } from "./Encoding.ts"
import { FetchFailed, TooLarge } from "./FetchErrors.ts"
import { diskFailure, type Kept } from "./Spool.ts"

export interface Received {
  readonly body: Body
  /** SHA-256 of the decoded bytes, hex. */
  readonly hash: string
}

export interface Incoming {
  readonly about: About
  readonly contentEncoding: string | undefined
  /** As they come; throws a FetchFailed when they break off. */
  readonly parts: Parts
}

/** Besides the time for a body of ordinary size, one gets a second for so many bytes that have come in. */
const leastBytesPerSecond = 131_072

/** How long the whole of a body of that size may take, ms. */
export const allowanceMs = (bytes: number): number => Math.ceil((bytes / leastBytesPerSecond) * 1000)

const failureOf = (about: About, maxBytes: number, cause: unknown): FetchFailed | TooLarge => {
  if (cause instanceof FetchFailed) return cause
  const url = shown(about.url)
  if (!(cause instanceof BodyFault)) return diskFailure(about.url, cause)
  if (cause.fault === "too-large") return new TooLarge({ url, maxBytes })
  const detail =
    cause.fault === "truncated" ? "sent a body that is cut off" : "sent a body in a broken encoding"
  return new FetchFailed({ url, reason: cause.fault, detail })
}

const takeIn = async (parts: Parts, kept: Kept, signal: AbortSignal): Promise<string> => {
  const hash = createHash("sha256")
  for await (const part of parts) {
    if (signal.aborted) break
    hash.update(part)
    await kept.add(part)
  }
  return hash.digest("hex")
}

/** Takes in a body of at most `maxBytes`. */
export const receive = Effect.fnUntraced(function* (incoming: Incoming, maxBytes: number, kept: Kept) {
  const { about, contentEncoding } = incoming
  const parts = decoded(incoming.parts, contentEncoding, maxBytes)
  const failed = (cause: unknown) => failureOf(about, maxBytes, cause)
  const hash = yield* Effect.tryPromise({ try: (signal) => takeIn(parts, kept, signal), catch: failed })
  const body = yield* Effect.tryPromise({ try: () => kept.body(about), catch: failed })
  return { body, hash } satisfies Received
})

/** Fails with what `late` makes when `baseMs` and what `bytes` so far allows for have passed. */
export const inTime = <A, E, R, L>(
  work: Effect.Effect<A, E, R>,
  baseMs: number,
  bytes: () => number,
  late: () => L
): Effect.Effect<A, E | L, R> =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    const watch = Effect.gen(function* () {
      while (true) {
        const left = start + baseMs + allowanceMs(bytes()) - (yield* Clock.currentTimeMillis)
        if (left <= 0) return yield* Effect.fail(late())
        yield* Effect.sleep(left)
      }
    })
    return yield* Effect.raceFirst(work, watch)
  })
