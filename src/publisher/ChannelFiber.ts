// The fiber of one channel: owns it, and takes its deliveries out of the outbox one by one, at its pace, into Telegram; keeps the posts that
// stand there true.
//
//   lease ─▶ recover ─▶ claim ─┬─ Ready ─▶ quiet hours ─▶ photos ─▶ render ─▶ slot ─▶ claim again ─▶ attempt ─▶ …
//                              ├─ Frozen ─▶ find out (recovery/Frozen) ─▶ …
//                              └─ Waiting | Empty ─▶ strays, late landings, edits, else wait for a hint ─▶ …        Paused ─▶ wait
//
// Promises: one request in flight; the slot is taken before the intent is written, and what changed during that wait (a pause, a flood,
// quiet hours) is seen before anything leaves; it sleeps until there is a reason to look; it ends only with a failure of the store.
import { Clock, Duration, Effect, Metric, Ref } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Millis } from "../domain/Names.ts"
import { messagesOf } from "../domain/Post.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { unknown } from "../Metrics.ts"
import type { Evidence } from "../outbox/Evidence.ts"
import { type ClaimedDelivery, Outbox } from "../outbox/Outbox.ts"
import type { Posts } from "../outbox/Posts.ts"
import type { Signals } from "../outbox/Signals.ts"
import type { Reader } from "../telegram/Reader.ts"
import type { Telegram } from "../telegram/Telegram.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { attempt } from "./Attempt.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { type Desk, makeDesk, rest } from "./Desk.ts"
import { followDue, nextChangeAt } from "./Following.ts"
import { whileLeased } from "./Lease.ts"
import { isPassing, patiently } from "./Patience.ts"
import type { Photos } from "./Photos.ts"
import { prepare } from "./Preparing.ts"
import { quietAt } from "./QuietHours.ts"
import { inquire } from "./recovery/Frozen.ts"
import { nextStrayAt, removeDueStray } from "./recovery/Strays.ts"
import { watch } from "./recovery/Watching.ts"
import { templateOf } from "./rendering/BuiltIn.ts"
import type { TemplateInvalid } from "./rendering/Template.ts"
import { slot } from "./Slot.ts"

export type ChannelRequirements = Outbox | Evidence | Posts | Signals | Telegram | Reader | Throttle | Photos

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
    const calls = yield* patiently(outbox.callsSince(channel.id, since))
    yield* Effect.forEach(calls, ({ at, messages }) => throttle.remember({ ...call, cost: messages }, at), {
      discard: true
    })
  })

const claim = ({ channel }: Desk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    return yield* patiently(outbox.claim(channel.id, yield* Clock.currentTimeMillis))
  })

/** So many sends in a row go before an edit that is due. */
const sendsBeforeEdit = 3

const step = Effect.fnUntraced(function* (desk: Desk) {
  const found = yield* claim(desk)
  switch (found._tag) {
    case "Ready":
      if (yield* editsTurn(desk)) return
      return yield* deliver(desk, found.delivery)
    case "Frozen":
      return yield* inquire(desk, found)
    case "Waiting":
      return found.scope === "channel"
        ? yield* rest(desk, found.until, found.why)
        : yield* keepTrue(desk, found.until, found.why)
    case "Paused":
      return yield* rest(desk, Number.POSITIVE_INFINITY, "paused")
    case "Empty":
      return yield* keepTrue(desk, Number.POSITIVE_INFINITY, "nothing to post")
  }
})

/** Posts in excess go first, whatever waits; then, now and then, an edit: prices are to be true though the queue is long. */
const editsTurn = (desk: Desk) =>
  Effect.gen(function* () {
    if (yield* removeDueStray(desk)) return true
    if ((yield* watch(desk)) === true) return true
    if ((yield* Ref.get(desk.sends)) < sendsBeforeEdit) return false
    yield* Ref.set(desk.sends, 0)
    return yield* followDue(desk)
  })

/** With nothing to send: what stands in the channel is looked after. */
const keepTrue = (desk: Desk, until: Millis, why: string) =>
  Effect.gen(function* () {
    if (yield* removeDueStray(desk)) return
    const lookAt = yield* watch(desk)
    if (lookAt === true || (yield* followDue(desk))) return
    const next = Math.min(until, lookAt, yield* nextChangeAt(desk), yield* nextStrayAt(desk))
    yield* rest(desk, next, why)
  })

const deliver = Effect.fnUntraced(function* (desk: Desk, delivery: ClaimedDelivery) {
  const { channel, report } = desk
  const quiet = quietAt(channel.quiet, yield* Clock.currentTimeMillis)
  if (quiet._tag === "Held") return yield* keepTrue(desk, quiet.until, "quiet hours")
  const silent = channel.silent || delivery.again || quiet._tag === "Silent"
  const { post, photos, marker } = yield* prepare(desk, delivery, silent)
  yield* slot(desk, messagesOf(post))
  const again = yield* claim(desk)
  if (again._tag !== "Ready" || again.delivery.id !== delivery.id) return
  if (again.delivery.revision !== delivery.revision) return
  if (quietAt(channel.quiet, yield* Clock.currentTimeMillis)._tag !== quiet._tag) return
  yield* report.running()
  yield* Ref.update(desk.sends, (sends) => sends + 1)
  const before = yield* Ref.get(desk.trouble)
  yield* attempt({
    ...{ channel, fence: desk.fence, delivery, marker, post, photos },
    trouble: before,
    drain: desk.drain
  }).pipe(
    Effect.flatMap((trouble) => Ref.set(desk.trouble, trouble)),
    Effect.catchTag("NoLongerQueued", () => Effect.void),
    // Only the intent can fail so: nothing was sent, and the next try takes a slot of its own.
    Effect.catchIf(isPassing, () => Effect.sleep("1 second"))
  )
})
