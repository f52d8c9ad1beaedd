// The fiber of one channel: owns it, and takes its deliveries out of the outbox one by one, at its pace, into Telegram.
//
//   lease ─▶ recover ─▶ claim ─┬─ Ready ─▶ quiet hours ─▶ photo ─▶ render ─▶ slot ─▶ claim again ─▶ attempt ─▶ …
//                              └─ Waiting | Empty | Paused | Frozen ─▶ report, wait for a hint ─▶ …
//
// Promises: one request in flight; the slot is taken before the intent is written, and what changed during that wait (a pause, a flood,
// quiet hours) is seen before anything leaves; it sleeps until there is a reason to look; it ends only with a failure of the store.
import { Clock, Duration, Effect, Metric, Option, Ref } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { throttleWait, unknown } from "../Metrics.ts"
import { type Claim, type ClaimedDelivery, Outbox } from "../outbox/Outbox.ts"
import type { Signals } from "../outbox/Signals.ts"
import type { Telegram } from "../telegram/Telegram.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { attempt } from "./Attempt.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { type Desk, makeDesk, rest } from "./Desk.ts"
import { frozen } from "./Frozen.ts"
import { whileLeased } from "./Lease.ts"
import { isPassing, patiently } from "./Patience.ts"
import type { Photos } from "./Photos.ts"
import { prepare } from "./Preparing.ts"
import { quietAt } from "./QuietHours.ts"
import { templateOf } from "./rendering/BuiltIn.ts"
import type { TemplateInvalid } from "./rendering/Template.ts"

export type ChannelRequirements = Outbox | Telegram | Throttle | Photos | Signals

export interface ChannelOptions {
  /** How long the channel stays ours without a sign of life. Default 15 s. */
  readonly leaseTtl?: Duration.DurationInput
  /** Ends when the process is about to end. Until then an interruption (a reload) waits for the outcome of a post. Default: at once. */
  readonly ending?: Effect.Effect<void>
  /** How long an interruption waits from then on. Default 2 s: within what the shutdown grants. */
  readonly drain?: Duration.DurationInput
}

/** Publishes the channel for ever. `owner` names this process in its leases. */
export const channelFiber = (
  channel: Channel,
  owner: string,
  report: ChannelReport,
  options: ChannelOptions = {}
): Effect.Effect<never, StorageFailed | TemplateInvalid, ChannelRequirements> =>
  Effect.gen(function* () {
    const template = yield* templateOf(channel.template)
    const ttlMs = Duration.toMillis(options.leaseTtl ?? "15 seconds")
    return yield* whileLeased({ channel, owner, ttlMs, report }, (fence) =>
      Effect.gen(function* () {
        const desk = yield* makeDesk({
          channel,
          template,
          report,
          fence,
          drain: Effect.zipRight(options.ending ?? Effect.void, Effect.sleep(options.drain ?? "2 seconds"))
        })
        yield* patiently(Effect.flatMap(Outbox, (outbox) => outbox.moveTo(channel.id, fence, channel.chat)))
        yield* recover(desk)
        yield* rememberLastMinute(desk)
        return yield* Effect.forever(step(desk))
      })
    )
  }).pipe(Effect.annotateLogs({ channel: channel.id }))

const recover = ({ channel, fence }: Desk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const found = yield* patiently(outbox.recover(channel.id, fence, yield* Clock.currentTimeMillis))
    yield* Metric.incrementBy(Metric.tagged(unknown, "channel", channel.id), found)
  })

/** The limits' windows hold what was sent before this start too, or a restart would begin with empty ones. */
const rememberLastMinute = ({ channel }: Desk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const throttle = yield* Throttle
    const since = (yield* Clock.currentTimeMillis) - 60_000
    const call = { chat: channel.chat, limits: paceLimits(channel.chat, channel.pace) }
    const begun = yield* patiently(outbox.attemptsSince(channel.id, since))
    yield* Effect.forEach(begun, (at) => throttle.remember(call, at), { discard: true })
  })

const claim = ({ channel }: Desk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    return yield* patiently(outbox.claim(channel.id, yield* Clock.currentTimeMillis))
  })

const step = Effect.fnUntraced(function* (desk: Desk) {
  const found = yield* claim(desk)
  switch (found._tag) {
    case "Ready":
      return yield* deliver(desk, found.delivery)
    case "Frozen":
      return yield* stayFrozen(desk, found)
    case "Waiting":
      return yield* rest(desk, found.until, found.why)
    case "Paused":
      return yield* rest(desk, Number.POSITIVE_INFINITY, "paused")
    case "Empty":
      return yield* rest(desk, Number.POSITIVE_INFINITY, "nothing to post")
  }
})

const stayFrozen = (desk: Desk, found: Extract<Claim, { readonly _tag: "Frozen" }>) =>
  Effect.gen(function* () {
    const told = yield* Ref.getAndSet(desk.told, Option.some(found.delivery))
    yield* frozen(desk.channel, desk.report, found, Option.contains(told, found.delivery))
  })

const deliver = Effect.fnUntraced(function* (desk: Desk, delivery: ClaimedDelivery) {
  const { channel, report } = desk
  const quiet = quietAt(channel.quiet, yield* Clock.currentTimeMillis)
  if (quiet._tag === "Held") return yield* rest(desk, quiet.until, "quiet hours")
  const { post, photo } = yield* prepare(desk, delivery, channel.silent || quiet._tag === "Silent")
  yield* slot(desk)
  const again = yield* claim(desk)
  if (again._tag !== "Ready" || again.delivery.id !== delivery.id) return
  if (quietAt(channel.quiet, yield* Clock.currentTimeMillis)._tag !== quiet._tag) return
  yield* report.running()
  const before = yield* Ref.get(desk.trouble)
  yield* attempt({
    channel,
    fence: desk.fence,
    delivery,
    post,
    photo,
    trouble: before,
    drain: desk.drain
  }).pipe(
    Effect.flatMap((trouble) => Ref.set(desk.trouble, trouble)),
    Effect.catchTag("NoLongerQueued", () => Effect.void),
    // Only the intent can fail so: nothing was sent, and the next try takes a slot of its own.
    Effect.catchIf(isPassing, () => Effect.sleep("1 second"))
  )
})

const slot = ({ channel, report }: Desk) =>
  Effect.gen(function* () {
    const throttle = yield* Throttle
    const begun = yield* Clock.currentTimeMillis
    yield* report.waiting(begun + channel.pace.gapMs, "its turn under the limits")
    yield* throttle.pass({ chat: channel.chat, limits: paceLimits(channel.chat, channel.pace) })
    const waited = (yield* Clock.currentTimeMillis) - begun
    yield* Metric.update(Metric.tagged(throttleWait, "channel", channel.id), waited / 1000)
  })
