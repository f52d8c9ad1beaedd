// A client of the emulator that shares no code with it: grammY's Api, with its failures as values.
import { Effect, Either } from "effect"
import { Api, GrammyError, HttpError } from "grammy"
import { emulatorOnLoopback } from "../../src/sandbox/http/HttpShell.ts"
import { type EmulatorOptions, sandboxToken } from "../../src/sandbox/Machine.ts"

export const channel = "@deals"

/** An emulator on loopback with one channel whose bot may do everything, and grammY pointed at it. */
export const emulated = Effect.fnUntraced(function* (options: EmulatorOptions = {}) {
  const emulator = yield* emulatorOnLoopback(options)
  yield* emulator.control.addChat({ username: channel, title: "Deals" })
  const api = new Api(sandboxToken, { apiRoot: emulator.url, timeoutSeconds: 5 })
  return { ...emulator, api }
})

/** What came back: the result, "code description" of an answer that says no, or "lost" and why. */
export const outcome = <A>(call: () => Promise<A>): Effect.Effect<Either.Either<A, string>> =>
  Effect.either(
    Effect.tryPromise({
      try: call,
      catch: (error) =>
        error instanceof GrammyError
          ? `${error.error_code} ${error.description}`
          : `lost: ${error instanceof HttpError ? String(error.error) : String(error)}`
    })
  )

/** The words with which a call is refused or lost; "done" when it is not. */
export const complaint = <A>(call: () => Promise<A>): Effect.Effect<string> =>
  Effect.map(outcome(call), Either.match({ onLeft: (text) => text, onRight: () => "done" }))

/** A call that must succeed. */
export const done = <A>(call: () => Promise<A>): Effect.Effect<A> => Effect.promise(call)
