// A channel whose last post may or may not stand in it. Does what the channel's `onUnknown` says: stay frozen until it is settled, send it
// again after the time in which it could still land, or give it up. Never sends by itself.
import { Clock, Effect } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { DeliveryId } from "../domain/Names.ts"
import { type Claim, Outbox, type Resolution } from "../outbox/Outbox.ts"
import { Signals } from "../outbox/Signals.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { longestRestMs } from "./Desk.ts"
import { patiently } from "./Patience.ts"

/**
 * How long a request that we no longer wait for may still be carried out, in milliseconds.
 * @source reference/telegram-bot-api.md §5.4 S3: above the hidden flood wait of 60 s
 */
const quiescenceMs = 90_000

export type FrozenClaim = Extract<Claim, { readonly _tag: "Frozen" }>

/** `told`: whether the log has asked for help with this delivery already. */
export const frozen = (channel: Channel, report: ChannelReport, claim: FrozenClaim, told: boolean) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const settledAt = claim.since + quiescenceMs
    if (channel.onUnknown === "drop") {
      const reason = `given up without knowing whether it arrived: ${claim.why}`
      return yield* decide(channel, claim.delivery, { _tag: "GiveUp", reason })
    }
    if (channel.onUnknown === "resend") {
      if (now >= settledAt) return yield* decide(channel, claim.delivery, { _tag: "Absent" })
      yield* report.waiting(settledAt, "its last request may still be carried out; then it is sent again")
      return yield* rest(channel, settledAt)
    }
    if (!told) yield* askForHelp(claim)
    yield* report.openCircuit(now + longestRestMs, `delivery ${claim.delivery} may or may not have arrived`)
    return yield* rest(channel, now + longestRestMs)
  })

const decide = (channel: Channel, delivery: DeliveryId, resolution: Resolution) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    yield* Effect.logWarning("A post of unknown outcome is settled as the channel's onUnknown says").pipe(
      Effect.annotateLogs({ delivery, onUnknown: channel.onUnknown })
    )
    const settled = yield* patiently(outbox.resolve(delivery, resolution, now))
    if (!settled) yield* rest(channel, now + longestRestMs)
  })

const askForHelp = ({ delivery, why }: FrozenClaim) =>
  Effect.logError(
    "It is not known whether a post arrived; its channel stays frozen until that is settled"
  ).pipe(
    Effect.annotateLogs({
      delivery,
      why,
      ifItIsThere: `oncecast settle ${delivery} --sent MESSAGE_ID`,
      ifItIsNot: `oncecast settle ${delivery} --absent`
    })
  )

const rest = (channel: Channel, until: number) =>
  Effect.flatMap(Signals, (signals) => signals.wait({ kind: "channel", id: channel.id }, until))
