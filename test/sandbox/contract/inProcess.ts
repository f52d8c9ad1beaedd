// The emulator without a port, for what takes minutes or days: on the test clock, or on one that jumps.
import { Clock, Duration, Effect, Either, type Scope } from "effect"
import { makeAdjustableClock } from "../../../src/sandbox/AdjustableClock.ts"
import { Emulator } from "../../../src/sandbox/Emulator.ts"
import { type EmulatorOptions, sandboxToken } from "../../../src/sandbox/Machine.ts"
import type { Upload } from "../../../src/sandbox/methods/Method.ts"
import type { Reply } from "../../../src/sandbox/Reply.ts"
import { channel, type Params } from "./world.ts"

/** "ok", the words of a refusal, or how the answer was lost. */
export const wordsOf = (reply: Reply): string =>
  reply.kind === "answer"
    ? Either.match(reply.judged, { onLeft: ({ description }) => description, onRight: () => "ok" })
    : reply.kind

export const resultOf = (reply: Reply): unknown =>
  reply.kind === "answer" ? Either.getOrUndefined(reply.judged) : undefined

/** One channel, one bot. Calls go to the channel unless they say otherwise. */
export const inProcess = (options: EmulatorOptions = {}) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make(options)
    yield* emulator.control.addChat({ username: channel })
    const reply = (method: string, params: Params, files: Readonly<Record<string, Upload>> = {}) =>
      emulator.call(sandboxToken, method, { chat_id: channel, ...params }, files)
    return {
      ...emulator,
      reply,
      said: (method: string, params: Params = {}) => Effect.map(reply(method, params), wordsOf),
      /** What a call came to, and in which second. */
      timed: (method: string, params: Params = {}) =>
        Effect.flatMap(reply(method, params), (told) =>
          Effect.map(Clock.currentTimeMillis, (now) => `${now / 1000}s ${wordsOf(told)}`)
        )
    }
  })

/** A test on a clock that jumps quickly through days. */
export const onJumps = <A, E>(
  body: (
    advance: (duration: Duration.DurationInput) => Effect.Effect<unknown>
  ) => Effect.Effect<A, E, Scope.Scope>
) =>
  Effect.flatMap(makeAdjustableClock, (clock) =>
    Effect.withClock(
      body((duration) => clock.adjust({ advanceMs: Duration.toMillis(duration) })),
      clock
    )
  )
