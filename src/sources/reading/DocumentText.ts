// A document's bytes, as they come → its text. The charset is found out from the beginning; where that is all ASCII, from the first bytes
// that are not, which are held back until there are enough of them. The same text however the bytes are cut.
import { Effect } from "effect"
import type { Head } from "../DocumentReader.ts"
import { charsetOf, firstHighByte, judged, type Said, saidOf, sampleLength } from "./Charset.ts"
import { type Decoder, decoder } from "./Decoder.ts"

/** Charsets that are not ASCII where they have no high bytes. */
const isWide = (charset: string): boolean => /^(utf-(16|32|7)|utf7|iso-2022|hz)/.test(charset)

/** Decodes as ASCII for as long as that is what comes. */
class LateDecoder implements Decoder {
  private readonly said: Said
  private readonly held: Array<Uint8Array> = []
  private heldLength = 0
  private decided: Decoder | undefined

  constructor(said: Said) {
    this.said = said
  }

  write(bytes: Uint8Array): string {
    if (this.decided !== undefined) return this.decided.write(bytes)
    const start = this.held.length === 0 ? firstHighByte(bytes) : 0
    const ascii = start < 0 ? bytes : bytes.subarray(0, start)
    const text = Buffer.from(ascii.buffer, ascii.byteOffset, ascii.byteLength).toString("latin1")
    if (start < 0) return text
    // A copy: whoever feeds may use its bytes anew.
    this.held.push(Uint8Array.from(bytes.subarray(start)))
    this.heldLength += bytes.length - start
    return this.heldLength < sampleLength ? text : text + this.decide()
  }

  end(): string {
    const rest = this.held.length === 0 ? "" : this.decide()
    return rest + (this.decided?.end() ?? "")
  }

  /** Without statistics, which would have to be loaded: what is nothing else is windows-1252. */
  private decide(): string {
    const sample = Buffer.concat(this.held)
    this.held.length = 0
    this.decided = decoder(judged(sample.subarray(0, sampleLength), this.said) ?? "windows-1252")
    return this.decided.write(sample)
  }
}

/** The decoder of a document that begins so. */
export const decoderOf = (head: Pick<Head, "bytes" | "contentType">): Effect.Effect<Decoder> =>
  Effect.map(charsetOf(head.bytes, head.contentType), (charset) =>
    isWide(charset) || firstHighByte(head.bytes) >= 0
      ? decoder(charset)
      : new LateDecoder(saidOf(head.bytes, head.contentType))
  )
