// Undoes the content encoding of a body that is held whole. Enters: the bytes as they came, `Content-Encoding`, a limit. Leaves: the decoded
// bytes. Promises: never more than the limit is decoded (93 bytes of brotli can make 50 MB); work is done off the event loop.
// Servers' habits are allowed for: gzip without a header (a `.gz` file), a header without gzip, raw deflate, gzip over gzip.
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from "node:zlib"
import { Effect } from "effect"

/** `garbled`: the bytes are not what the header says, or it names an encoding that was not asked for. */
export type EncodingFault = "too-large" | "truncated" | "garbled"

type Decoder = (
  bytes: Uint8Array,
  options: ZlibOptions,
  done: (error: NodeJS.ErrnoException | null, decoded: Uint8Array) => void
) => void

/** More layers than this are a joke or an attack. */
const maxLayers = 3

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b
/** @source RFC 1950 §2.2: method 8, and a header that is a multiple of 31. */
const isZlib = (bytes: Uint8Array): boolean => {
  const [first = 0, second = 0] = bytes
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
}

const faultOf = (code: string | undefined): EncodingFault =>
  code === "ERR_BUFFER_TOO_LARGE"
    ? "too-large"
    : code === "Z_BUF_ERROR" || code === "ERR__ERROR_FORMAT_UNEXPECTED_END"
      ? "truncated"
      : "garbled"

const run = (
  decoder: Decoder,
  bytes: Uint8Array,
  maxBytes: number
): Effect.Effect<Uint8Array, EncodingFault> =>
  Effect.async((resume) => {
    decoder(bytes, { maxOutputLength: maxBytes }, (error, decoded) =>
      resume(error === null ? Effect.succeed(decoded) : Effect.fail(faultOf(error.code)))
    )
  })

/** The decoder of one layer; "as-is" for a layer that was announced and is not there; undefined for one that we never asked for. */
const decoderOf = (name: string, bytes: Uint8Array): Decoder | "as-is" | undefined => {
  switch (name) {
    case "identity":
      return "as-is"
    case "gzip":
    case "x-gzip":
      return isGzip(bytes) ? gunzip : "as-is"
    case "deflate":
      return isZlib(bytes) ? inflate : inflateRaw
    case "br":
      return brotliDecompress
    default:
      return undefined
  }
}

/** The decoded bytes, at most `maxBytes` of them. `contentEncoding` is the header as received. */
export const decode = Effect.fnUntraced(function* (
  body: Uint8Array,
  contentEncoding: string | undefined,
  maxBytes: number
) {
  const layers = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
  if (layers.length > maxLayers) return yield* Effect.fail<EncodingFault>("garbled")
  let bytes = body
  for (const name of layers.reverse()) {
    if (bytes.length === 0) return bytes
    const decoder = decoderOf(name, bytes)
    if (decoder === undefined) return yield* Effect.fail<EncodingFault>("garbled")
    if (decoder !== "as-is") bytes = yield* run(decoder, bytes, maxBytes)
  }
  return isGzip(bytes) ? yield* run(gunzip, bytes, maxBytes) : bytes
})
