// Takes a body in: decoded, hashed and kept while it arrives. Enters: the parts as they come over the wire. Leaves: the body and its hash.
// Promises: memory stays flat whatever arrives; what arrives too slowly for its size is given up, however it drips.
import { createHash } from "node:crypto"
import { collectYoung } from "../domain/Collector.ts"
import { shown } from "./Address.ts"
import type { About, Body } from "./Body.ts"
import { BodyFault, decoded, type Parts } from "./Encoding.ts"
import { FetchFailed, TooLarge } from "./FetchErrors.ts"
import { diskFailure, type Kept } from "./Spool.ts"

export interface Received {
  /** Absent when the bytes are those that are known: then nobody reads them. */
  readonly body: Body | undefined
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

/** Of a large body, so many may wait to be given back: left alone, 30 MB pile up, and then the whole heap is looked through for them. */
const collectedBytes = 2_000_000

const takeIn = async (parts: Parts, kept: Kept, signal: AbortSignal): Promise<string> => {
  const hash = createHash("sha256")
  let uncollected = 0
  for await (const part of parts) {
    if (signal.aborted) break
    hash.update(part)
    await kept.add(part)
    uncollected += part.length
    if (uncollected < collectedBytes) continue
    collectYoung()
    uncollected = 0
  }
  return hash.digest("hex")
}

/** Takes in a body of at most `maxBytes`; `knownHash`: of the bytes that are known. Fails with FetchFailed or TooLarge. */
export const receive = async (
  { about, contentEncoding, parts }: Incoming,
  maxBytes: number,
  kept: Kept,
  signal: AbortSignal,
  knownHash?: string
): Promise<Received> => {
  try {
    const hash = await takeIn(decoded(parts, contentEncoding, maxBytes), kept, signal)
    return { hash, body: hash === knownHash ? undefined : await kept.body(about) }
  } catch (cause) {
    throw failureOf(about, maxBytes, cause)
  }
}
