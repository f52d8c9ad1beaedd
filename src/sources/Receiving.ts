// Takes a body in: decoded, hashed and kept while it arrives. Enters: the parts as they come over the wire. Leaves: the body and its hash.
// Promises: memory stays flat whatever arrives; what arrives too slowly for its size is given up, however it drips.
import { createHash } from "node:crypto"
import type { Readable } from "node:stream"
import { collectYoung } from "../domain/Collector.ts"
import { shown } from "./Address.ts"
import type { About, Body } from "./Body.ts"
import { BodyFault, decoded, isGzip, isPlain } from "./Encoding.ts"
import { FetchFailed, TooLarge } from "./FetchErrors.ts"
import { flow } from "./Flow.ts"
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
  readonly body: Readable
  /** Told of each part as it comes. */
  readonly arrived: (bytes: number) => void
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

const brokenOff = ({ url }: About): FetchFailed =>
  new FetchFailed({ url: shown(url), reason: "truncated", detail: "broke off its answer" })

/** The parts as they come, behind those that have come already. */
async function* arriving(first: ReadonlyArray<Uint8Array>, incoming: Incoming): AsyncGenerator<Uint8Array> {
  yield* first
  try {
    for await (const part of incoming.body) {
      incoming.arrived(part.length)
      yield part
    }
  } catch {
    throw brokenOff(incoming.about)
  }
}

/**
 * Takes the parts of a body without encoding. Gives what it has taken off when its first bytes show one all the same, or are too few to tell,
 * and undefined when that was all.
 */
const takePlain = async (
  { about, arrived, body }: Incoming,
  maxBytes: number,
  take: (part: Uint8Array) => Promise<void> | undefined
): Promise<ReadonlyArray<Uint8Array> | undefined> => {
  let size = 0
  const first: Array<Uint8Array> = []
  const all = await flow(
    body,
    (part) => {
      arrived(part.length)
      if (size === 0 && (part.length < 2 || isGzip(part))) {
        first.push(part)
        return "enough"
      }
      size += part.length
      if (size > maxBytes) throw new BodyFault("too-large")
      return take(part)
    },
    () => brokenOff(about)
  )
  return all ? undefined : first
}

/** Of a large body, so many may wait to be given back: left alone, 30 MB pile up, and then the whole heap is looked through for them. */
const collectedBytes = 2_000_000

const takeIn = async (
  incoming: Incoming,
  maxBytes: number,
  kept: Kept,
  signal: AbortSignal
): Promise<string> => {
  const hash = createHash("sha256")
  let uncollected = 0
  const take = (part: Uint8Array) => {
    hash.update(part)
    uncollected += part.length
    if (uncollected >= collectedBytes) {
      collectYoung()
      uncollected = 0
    }
    return kept.add(part)
  }
  const first = isPlain(incoming.contentEncoding) ? await takePlain(incoming, maxBytes, take) : []
  if (first === undefined) return hash.digest("hex")
  for await (const part of decoded(arriving(first, incoming), incoming.contentEncoding, maxBytes)) {
    if (signal.aborted) break
    await take(part)
  }
  return hash.digest("hex")
}

/** Takes in a body of at most `maxBytes`; `knownHash`: of the bytes that are known. Fails with FetchFailed or TooLarge. */
export const receive = async (
  incoming: Incoming,
  maxBytes: number,
  kept: Kept,
  signal: AbortSignal,
  knownHash?: string
): Promise<Received> => {
  try {
    const hash = await takeIn(incoming, maxBytes, kept, signal)
    return { hash, body: hash === knownHash ? undefined : await kept.body(incoming.about) }
  } catch (cause) {
    throw failureOf(incoming.about, maxBytes, cause)
  }
}
