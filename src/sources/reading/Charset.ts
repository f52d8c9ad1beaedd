// Bytes and what was said about them → the charset to decode them with. BOM > HTTP > the document's own declaration > valid UTF-8 >
// a guess from the bytes > windows-1252. What is said is believed only while the bytes do not contradict it. Never fails.
import { isAscii, isUtf8 } from "node:buffer"
import { Effect } from "effect"
import { knownCharset } from "./Decoder.ts"

/** Enough for a byte order mark, an XML declaration or an HTML meta element. */
const headLength = 1024

/** Statistics need no more than this, and jschardet blocks the event loop while it counts. */
export const sampleLength = 65_536

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

/** Where the first byte beyond ASCII stands; -1 when there is none. */
export const firstHighByte = (bytes: Uint8Array): number => {
  if (isAscii(bytes)) return -1
  let at = 0
  while ((bytes[at] ?? 0x80) < 0x80) at++
  return at
}

/** Without the character at the end that may have been cut in two. */
const untorn = (bytes: Uint8Array): Uint8Array => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes
    if (byte < 0xc0) continue
    const rest = bytes.subarray(0, -back)
    return isAscii(rest) ? bytes : rest
  }
  return bytes
}

/** UTF-8 that has a few bad bytes among its many good ones is still UTF-8. */
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

/** What is said about a document's charset, by HTTP before the document itself. */
export interface Said {
  readonly charset: string | undefined
  readonly declared: string | undefined
}

export const saidOf = (head: Uint8Array, contentType: string | undefined): Said => {
  // Wide encodings show in the layout: .NET writes utf-16 into declarations of UTF-8 files.
  const narrow = (charset: string | undefined) =>
    charset === undefined || /^utf-(16|32)/.test(charset) ? undefined : charset
  const declared = declaredIn(head)
  return { charset: narrow(declaredByHttp(contentType) ?? declared), declared }
}

/** The charset of bytes that are not all ASCII; undefined when only statistics can tell. */
export const judged = (bytes: Uint8Array, { charset: said, declared }: Said): string | undefined => {
  const start = firstHighByte(bytes)
  const sample = bytes.subarray(start, start + sampleLength)
  const trusting = said === undefined || said === "utf-8"
  const utf8 = isUtf8(untorn(bytes)) || (trusting && isMostlyUtf8(sample))
  if (utf8 && (trusting || isSingleByte(said))) return "utf-8"
  if (said !== undefined && said !== "utf-8") return said
  return declared !== undefined && !/^utf-/.test(declared) ? declared : undefined
}

const guessed = (sample: Uint8Array): Effect.Effect<string> =>
  Effect.tryPromise(() => import("jschardet")).pipe(
    Effect.map(({ default: jschardet }) => knownCharset(jschardet.detect(sample).encoding ?? undefined) ?? "windows-1252"),
    Effect.orElseSucceed(() => "windows-1252")
  )

/** The charset of a document that begins with these bytes; always one that `decoder` knows. */
export const charsetOf = (bytes: Uint8Array, contentType: string | undefined): Effect.Effect<string> => {
  const certain = fromLayout(bytes)
  if (certain !== undefined) return Effect.succeed(certain)
  const said = saidOf(bytes, contentType)
  const start = firstHighByte(bytes)
  if (start < 0) return Effect.succeed(said.charset ?? "utf-8")
  const known = judged(bytes, said)
  return known === undefined ? guessed(bytes.subarray(start, start + sampleLength)) : Effect.succeed(known)
}
