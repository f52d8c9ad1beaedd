// A body's bytes → its text, slice by slice, so that a large document neither holds the event loop nor survives an interruption.
import { Effect } from "effect"
import { decoder } from "./Decoder.ts"

/** About a millisecond of parsing. */
const sliceLength = 65_536

/**
 * Gives the decoded slices to `visit` in order until it answers false. Between two slices timers and other fibers run, and the
 * reading can be interrupted; a body of one slice is read at once.
 */
export const forEachSlice = Effect.fnUntraced(function* (
  bytes: Uint8Array,
  charset: string,
  visit: (text: string) => boolean
) {
  const text = decoder(charset)
  for (let start = 0; start < bytes.length; start += sliceLength) {
    // `yieldNow` alone runs in microtasks for a long while, which starves timers and sockets; a sleep of 0 does not.
    if (start > 0) yield* Effect.sleep(0)
    if (!visit(text.write(bytes.subarray(start, start + sliceLength)))) return
  }
  visit(text.end())
})
