// Bytes and what was said about them → the charset to decode them with. BOM > HTTP > the document's own declaration > valid UTF-8 >
// a guess from the bytes > windows-1252. What is said is believed only while the bytes do not contradict it. Never fails.
import { isUtf8 } from "node:buffer"
import { Effect, Option } from "effect"
import { knownCharset } from "./Decoder.ts"

/** Enough for a byte order mark, an XML declaration or an HTML meta element. */
const headLength = 1024

/** Statistics need no more than this, and jschardet blocks the event loop while it counts. */
const sampleLength = 65_536

const startsWith = (bytes: Uint8Array, ...start: ReadonlyArray<number>) =>
  start.every((byte, index) => bytes[index] === byte)

/** By byte order mark, or by how a first "<" or "{" is laid out in the wide encodings. */
const fromLayout = (bytes: Uint8Array): string | undefined => {
  if (startsWith(bytes, 0xef, 0xbb, 0xbf)) return "utf-8"
  if (startsWith(bytes, 0xff, 0xfe, 0, 0)) return "utf-32le"
  if (startsWith(bytes, 0, 0, 0xfe, 0xff)) return "utf-32be"
  if (startsWith(bytes, 0xff, 0xfe)) return "utf-16le"
  if (startsWith(bytes, 0xfe, 0xff)) return "utf-16be"
  for (const first of [0x3c, 0x7b]) {
    if (startsWith(bytes, first, 0, 0, 0)) return "utf-32le"
    if (startsWith(bytes, 0, 0, 0, first)) return "utf-32be"
    if (startsWith(bytes, first, 0)) return "utf-16le"
    if (startsWith(bytes, 0, first)) return "utf-16be"
  }
  return undefined
}

const declaration =
  /<\?xml[^>]*?encoding\s*=\s*["']\s*([\w.:-]+)|<meta[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i

const declaredIn = (bytes: Uint8Array): string | undefined => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headLength)).toString(
    "latin1"
  )
  const match = declaration.exec(head)
  return knownCharset(match?.[1] ?? match?.[2])
}

/** The `charset` parameter of a Content-Type header, when it is one that can be decoded. */
export const declaredByHttp = (contentType: string | undefined): string | undefined =>
  knownCharset(/;\s*charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(contentType ?? "")?.[1])

const firstHighByte = (bytes: Uint8Array): number => bytes.findIndex((byte) => byte >= 0x80)

/** UTF-8 that is cut off in mid-character, or has a few bad bytes among its many good ones, is still UTF-8. */
const isMostlyUtf8 = (sample: Uint8Array): boolean => {
  const text = new TextDecoder().decode(sample)
  let wrong = 0
  let right = 0
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0xfffd) wrong++
    else if (unit >= 0x80) right++
  }
  return right > wrong
}

/** Whether every byte means the same letter it would mean in ASCII, so that UTF-8 could be mistaken for it. */
const isSingleByte = (charset: string) =>
  /^(windows-\d+|iso-8859-\d+|koi8-\w|macintosh|ibm\d+|cp\d+)$/.test(charset)

const guessed = (sample: Uint8Array): Effect.Effect<string> =>
  Effect.tryPromise(() => import("jschardet")).pipe(
    Effect.map((jschardet) => knownCharset(jschardet.detect(sample).encoding ?? undefined) ?? "windows-1252"),
    Effect.orElseSucceed(() => "windows-1252")
  )

/** The charset to decode a document with; always one that `decoder` knows. */
export const charsetOf = (bytes: Uint8Array, contentType: string | undefined): Effect.Effect<string> => {
  const certain = fromLayout(bytes)
  if (certain !== undefined) return Effect.succeed(certain)
  const said = Option.fromNullable(declaredByHttp(contentType) ?? declaredIn(bytes)).pipe(
    // Not wide by its layout, so it is not wide: .NET writes utf-16 into declarations of UTF-8 files.
    Option.filter((charset) => !/^utf-(16|32)/.test(charset)),
    Option.getOrUndefined
  )
  const start = firstHighByte(bytes)
  if (start < 0) return Effect.succeed(said ?? "utf-8")
  const sample = bytes.subarray(start, start + sampleLength)
  const utf8 = isUtf8(bytes) || ((said === undefined || said === "utf-8") && isMostlyUtf8(sample))
  if (utf8 && (said === undefined || said === "utf-8" || isSingleByte(said))) return Effect.succeed("utf-8")
  if (said !== undefined && said !== "utf-8") return Effect.succeed(said)
  const declared = declaredIn(bytes)
  if (declared !== undefined && declared !== "utf-8" && !/^utf-/.test(declared))
    return Effect.succeed(declared)
  return guessed(sample)
}
