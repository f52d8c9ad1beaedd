// The channel's turn under the limits: taken before every call that sends or edits there.
import { Clock, Effect, Metric } from "effect"
import { throttleWait } from "../Metrics.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"
import type { Desk } from "./Desk.ts"

/** `messages`: what the call counts as; an album is as many as it has. */
export const slot = ({ channel, report }: Desk, messages: number) =>
  Effect.gen(function* () {
    const throttle = yield* Throttle
    const begun = yield* Clock.currentTimeMillis
    yield* report.waiting(begun + channel.pace.gapMs, "its turn under the limits")
    yield* throttle.pass({
      chat: channel.chat,
      cost: messages,
      limits: paceLimits(channel.chat, channel.pace)
    })
    const waited = (yield* Clock.currentTimeMillis) - begun
    yield* Metric.update(Metric.tagged(throttleWait, "channel", channel.id), waited / 1000)
  })
