// The channel's turn under the limits: taken before every call that sends or edits there. A turn passes by when it is not used at once.
import { Clock, Effect, Metric } from "effect"
import { moment } from "../domain/MonotonicTime.ts"
import { throttleWait, throttleWaiting } from "../Metrics.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"
import type { Desk } from "./Desk.ts"

/** What the limits' margin leaves for work between the grant and the call, in milliseconds (throttle/Limit.ts, 5). */
const latestMs = 50

/** A call that is permitted now. */
export interface Turn {
  /** The call is permitted at this moment. */
  readonly holds: Effect.Effect<boolean>
  /** Comes to its end when the call is, or is again, permitted at this moment: at once, unless too much time has passed. */
  readonly kept: Effect.Effect<void, never, Throttle>
}

const waiting = <A, E, R>(pass: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Metric.increment(throttleWaiting),
    () => pass,
    () => Metric.incrementBy(throttleWaiting, -1)
  )

/** `messages`: what the call counts as; an album is as many as it has. */
export const slot = ({ channel, report }: Desk, messages: number): Effect.Effect<Turn, never, Throttle> =>
  Effect.gen(function* () {
    const throttle = yield* Throttle
    const begun = yield* Clock.currentTimeMillis
    yield* report.waiting(begun + channel.pace.gapMs, "its turn under the limits")
    const call = { chat: channel.chat, cost: messages, limits: paceLimits(channel.chat, channel.pace) }
    const pass = waiting(throttle.pass(call))
    yield* pass
    let granted = yield* moment
    const waited = (yield* Clock.currentTimeMillis) - begun
    yield* Metric.update(Metric.tagged(throttleWait, "channel", channel.id), waited / 1000)
    const holds = Effect.map(
      moment,
      (now) => Math.max(now.monotonic - granted.monotonic, now.date - granted.date) <= latestMs
    )
    const again = Effect.zipRight(
      pass,
      Effect.map(moment, (now) => {
        granted = now
      })
    )
    const kept = Effect.flatMap(holds, (held) => (held ? Effect.void : again))
    return { holds, kept }
  })
