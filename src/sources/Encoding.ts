// Undoes the content encodings of a body while it comes in. Enters: parts of bytes as they came, `Content-Encoding`. Leaves: decoded parts.
// Promises: flat memory, work off the event loop, never more than a limit from any layer (93 bytes of brotli can make 50 MB).
// Servers' habits are allowed for: gzip without a header (a `.gz` file), a header without gzip, raw deflate, gzip over gzip.
import { pipeline, Readable, Transform } from "node:stream"
import * as zlib from "node:zlib"

/** `garbled`: the bytes are not what the header says, or it names an encoding that was not asked for. */
export type EncodingFault = "too-large" | "truncated" | "garbled"

/** What reading the parts of a body fails with when its bytes are at fault. */
export class BodyFault extends Error {
  override readonly name = "BodyFault"
  readonly fault: EncodingFault
  constructor(fault: EncodingFault) {
    super(fault)
    this.fault = fault
  }
}

export type Parts = AsyncIterable<Uint8Array>

/** More layers than this are a joke or an attack. */
const maxLayers = 3

const options = { chunkSize: 65_536 }

export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
/** @source RFC 1950 §2.2: method 8, and a header that is a multiple of 31. */
const isZlib = (bytes: Uint8Array): boolean => {
  const [first = 0, second = 0] = bytes
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}

/** Newer Node.js versions have it; then it may be asked for. */
const zstd = (): Transform | undefined => {
  const make: unknown = Reflect.get(zlib, "createZstdDecompress")
  const made: unknown = typeof make === "function" ? make(options) : undefined
  return made instanceof Transform ? made : undefined
}

/** For `Accept-Encoding`: what can be undone here. */
export const acceptedEncodings = `gzip, deflate, br${zstd() === undefined ? "" : ", zstd"}`

/** What undoes one layer; "as-is" for one that was announced and is not there; undefined for one that we never asked for. */
const undoing = (name: string, start: Uint8Array): Transform | "as-is" | undefined => {
  switch (name) {
    case "identity":
      return "as-is"
    case "gzip":
    case "x-gzip":
      return isGzip(start) ? zlib.createGunzip(options) : "as-is"
    case "deflate":
      return isZlib(start) ? zlib.createInflate(options) : zlib.createInflateRaw(options)
    case "br":
      return zlib.createBrotliDecompress(options)
    case "zstd":
      return zstd()
    default:
      return undefined
  }
}

const faultOf = (error: unknown): unknown => {
  const code = error instanceof Error && "code" in error ? String(error.code) : ""
  if (code === "Z_BUF_ERROR" || code === "ERR__ERROR_FORMAT_UNEXPECTED_END") return new BodyFault("truncated")
  return /^(Z_|ERR__|ERR_BROTLI|ERR_ZSTD|ZSTD_)/.test(code) ? new BodyFault("garbled") : error
}

/** The parts, as long as they are at most `maxBytes` together. */
export async function* limited(parts: Parts, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const part of parts) {
    size += part.length
    if (size > maxBytes) throw new BodyFault("too-large")
    yield part
  }
}

/** The parts again, behind a first one that is long enough to tell what they are. */
const begun = async (parts: Parts): Promise<readonly [start: Uint8Array, all: Parts]> => {
  const iterator = parts[Symbol.asyncIterator]()
  let start: Uint8Array = new Uint8Array()
  let step = await iterator.next()
  while (step.done !== true) {
    start = start.length === 0 ? step.value : Buffer.concat([start, step.value])
    if (start.length >= 2) break
    step = await iterator.next()
  }
  const rest: Parts = { [Symbol.asyncIterator]: () => iterator }
  return [
    start,
    (async function* () {
      if (start.length > 0) yield start
      if (step.done !== true) yield* rest
    })()
  ]
}

/** Undoes one layer; a body without bytes has none. */
async function* undone(name: string, parts: Parts, maxBytes: number): AsyncGenerator<Uint8Array> {
  const [start, all] = await begun(parts)
  if (start.length === 0) return
  const transform = undoing(name, start)
  if (transform === undefined) throw new BodyFault("garbled")
  if (transform === "as-is") return yield* all
  try {
    // What goes wrong in it shows where it is read from.
    yield* limited(
      pipeline(Readable.from(all), transform, () => {}),
      maxBytes
    )
  } catch (error) {
    throw faultOf(error)
  }
}

/** What is named of encodings, in lower case, the first one first. */
const layersIn = (contentEncoding: string | undefined): ReadonlyArray<string> =>
  (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")

/** Whether the header names nothing to undo. The bytes may need it all the same: a `.gz` file. */
export const isPlain = (contentEncoding: string | undefined): boolean =>
  contentEncoding === undefined || layersIn(contentEncoding).every((name) => name === "identity")

/** The decoded parts. `contentEncoding` is the header as received; `maxBytes` holds for the body in each of its forms. */
export async function* decoded(
  body: Parts,
  contentEncoding: string | undefined,
  maxBytes: number
): AsyncGenerator<Uint8Array> {
  const layers = layersIn(contentEncoding)
  if (layers.length > maxLayers) throw new BodyFault("garbled")
  let parts: Parts = limited(body, maxBytes)
  for (const name of layers.toReversed()) parts = undone(name, parts, maxBytes)
  yield* undone("gzip", parts, maxBytes)
}
