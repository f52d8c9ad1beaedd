// How a reader gets from a body's bytes to its text: the charset is told from the head, every piece is decoded by one decoder.
import { Effect } from "effect"
import type { Head } from "../DocumentReader.ts"
import { charsetOf } from "./Charset.ts"
import { type Decoder, decoder } from "./Decoder.ts"

/** The decoder for all of the body's bytes, from the first. */
export const decoderFor = (head: Head): Effect.Effect<Decoder> =>
  Effect.map(charsetOf(head.bytes, head.contentType), decoder)
