// A body's parts as they come off the wire, by events: an async generator costs a few promises a part, and of most polls these were as dear as
// the request. Enters: a stream. Leaves: its parts, in order. Promises: a part that must be waited for stops the stream meanwhile; whatever
// ends the flow early ends it once, and leaves nothing listening.
import type { Readable } from "node:stream"

/** Takes a part; gives a promise when the next has to wait for it, "enough" when it wants no more. */
export type TakePart = (part: Uint8Array) => Promise<void> | "enough" | undefined

/**
 * Hands each part to `take`; true when that were all. Fails with what `take` fails with, or with `broken()` when the stream breaks off.
 */
export const flow = (body: Readable, take: TakePart, broken: () => Error): Promise<boolean> =>
  new Promise((done, failed) => {
    const stop = (all: boolean) => {
      still()
      done(all)
    }
    const part = (bytes: Uint8Array) => {
      try {
        const waiting = take(bytes)
        if (waiting === "enough") stop(false)
        else if (waiting !== undefined) {
          body.pause()
          waiting.then(() => body.resume(), fail)
        }
      } catch (cause) {
        fail(cause)
      }
    }
    const end = () => stop(true)
    const fail = (cause: unknown) => {
      still()
      failed(cause)
    }
    const breakOff = () => fail(broken())
    const still = () => {
      body.pause()
      body.off("data", part).off("end", end).off("error", breakOff).off("close", breakOff)
    }
    body.on("data", part).on("end", end).on("error", breakOff).on("close", breakOff)
  })
