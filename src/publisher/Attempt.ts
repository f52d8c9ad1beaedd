// One attempt: the intent on disk, the request, the outcome on disk. Promises: no byte leaves before the intent stands; what came of a
// request is recorded even when the fiber is interrupted meanwhile, however long that takes, unless the process is ending: then what has
// not come within the drain time leaves the row `sending`, which the next start takes for unknown. A failure that shows nothing, a bug included, is unknown.
import { Cause, Clock, Effect, Exit, Fiber, Metric, Option, Random } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { Marker } from "../domain/Marker.ts"
import type { AttemptId, Fence, Millis } from "../domain/Names.ts"
import type { Post } from "../domain/Post.ts"
import { deliveries, postLatency, unknown } from "../Metrics.ts"
import { assumedAlbum, Evidence, type Sighting } from "../outbox/Evidence.ts"
import { type ClaimedDelivery, Outbox, type Outcome } from "../outbox/Outbox.ts"
import { spanned } from "../Spans.ts"
import { type Photo, type SentPost, Telegram, type TelegramError } from "../telegram/Telegram.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { patiently } from "./Patience.ts"
import { afterSuccess, type Reaction, react, type Trouble } from "./Reaction.ts"
import type { Turn } from "./Slot.ts"

export interface Attempt {
  readonly channel: Channel
  readonly fence: Fence
  readonly delivery: ClaimedDelivery
  /** What the post carries beside it. */
  readonly more: ReadonlyArray<ClaimedDelivery>
  readonly marker: Marker
  readonly post: Post
  readonly photos: ReadonlyArray<Photo>
  readonly trouble: Trouble
  readonly turn: Turn
  /** Ends when the process is to end. */
  readonly ending: Effect.Effect<void>
  /** Ends when an interruption has waited long enough for the outcome. */
  readonly drain: Effect.Effect<void>
}

/** The trouble as it is afterwards. */
export const attempt = (made: Attempt) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const id = yield* outbox.begin({
        delivery: made.delivery.id,
        members: made.more.map(({ id }) => id),
        channel: made.channel.id,
        fence: made.fence,
        chat: made.channel.chat,
        marker: made.marker,
        post: made.post,
        revision: made.more.reduce((sum, { revision }) => sum + revision, made.delivery.revision),
        now: yield* Clock.currentTimeMillis
      })
      const carried = yield* Effect.forkDaemon(Effect.interruptible(carryOut(made, id)))
      return yield* restore(Fiber.join(carried)).pipe(Effect.onInterrupt(() => drained(made, carried)))
    })
  ).pipe((whole) => spanned("Publisher.attempt", whole, { attributes: { delivery: made.delivery.id } }))

/** Waits in a daemon, where neither the finalizer's region nor a second interrupt reaches (runtime.md §3.1). */
const drained = <A, E>(made: Attempt, carried: Fiber.RuntimeFiber<A, E>) =>
  Effect.raceFirst(Effect.as(Fiber.await(carried), true), Effect.as(made.drain, false)).pipe(
    Effect.interruptible,
    Effect.forkDaemon,
    Effect.flatMap((waiting) => Fiber.join(waiting)),
    Effect.flatMap((recorded) => (recorded ? Effect.void : leave(made, carried)))
  )

const leave = <A, E>(made: Attempt, carried: Fiber.RuntimeFiber<A, E>) =>
  Effect.logWarning("The process ends before the outcome of this post is known or recorded").pipe(
    Effect.annotateLogs({ delivery: made.delivery.id }),
    Effect.zipRight(Fiber.interruptFork(carried))
  )

const carryOut = Effect.fnUntraced(function* (made: Attempt, id: AttemptId) {
  const goes = (yield* made.turn.holds) || (yield* goesLater(made))
  const reaction = goes ? yield* reactionTo(made, yield* Effect.exit(sent(made))) : yield* tooLate(made)
  yield* settle(made, id, reaction.outcome)
  yield* say(made, reaction)
  return reaction.trouble
})

/** False when the process is to end before that. */
const goesLater = ({ turn, ending }: Attempt) =>
  Effect.raceFirst(Effect.as(turn.kept, true), Effect.as(ending, false))

const sent = ({ channel, post, photos }: Attempt) =>
  Effect.flatMap(Telegram, (telegram) => telegram.send(channel.chat, post, photos))

const tooLate = ({ trouble }: Attempt) =>
  Effect.map(Clock.currentTimeMillis, (until) => {
    const outcome = { _tag: "Deferred", until, scope: "delivery", reason: "the process ends" } as const
    return { outcome, trouble, level: "warning" } as const
  })

const reactionTo = Effect.fnUntraced(function* (made: Attempt, exit: Exit.Exit<SentPost, TelegramError>) {
  const delivery = made.delivery.id
  if (Exit.isSuccess(exit)) {
    const trouble = afterSuccess(made.trouble, delivery)
    return { outcome: { _tag: "Sent", ...exit.value }, trouble, level: "info" } as const
  }
  const failure = Cause.failureOption(exit.cause)
  if (Option.isNone(failure)) {
    yield* Effect.logError("Sending broke off with a bug", exit.cause)
    const outcome = { _tag: "Unknown", reason: "sending broke off with a bug; the log has it" } as const
    return { outcome, trouble: made.trouble, level: "error" } as const
  }
  const reaction = react(made.trouble, failure.value, {
    delivery,
    photos: made.photos.length,
    now: yield* Clock.currentTimeMillis,
    chance: yield* Random.next
  })
  if (reaction.flooded !== undefined) {
    const throttle = yield* Throttle
    yield* throttle.flooded(made.channel.chat, reaction.flooded)
  }
  return reaction
})

/**
 * Nothing else is sent before this is recorded: a full disk stops the channel. Where the channel has a new owner meanwhile, a post that was
 * accepted is given to it as evidence.
 */
const settle = (made: Attempt, id: AttemptId, outcome: Outcome) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    yield* count(made, outcome, yield* patiently(outbox.settle(id, made.fence, outcome, now)), now)
  }).pipe(
    Effect.tapErrorTag("LeaseLost", () => bearWitness(made, outcome)),
    Effect.tapError((error) =>
      Effect.logError(
        "The outcome of a post could not be recorded; it counts as unknown until it is seen",
        error
      ).pipe(Effect.annotateLogs({ delivery: made.delivery.id, outcome }))
    )
  )

const bearWitness = ({ channel, marker }: Attempt, outcome: Outcome) =>
  Effect.gen(function* () {
    if (outcome._tag !== "Sent" || outcome.chatId === undefined) return
    const evidence = yield* Evidence
    const { chatId, messageIds } = outcome
    const album = messageIds.length > 1 ? { album: `${assumedAlbum}${marker}` } : {}
    const sightings = messageIds.map(
      (messageId, index): Sighting => ({
        ...{ chatId, messageId, via: "answer", ...album },
        ...(index === 0 ? { marker } : {})
      })
    )
    yield* patiently(evidence.saw(channel.id, sightings, yield* Clock.currentTimeMillis))
  })

const count = ({ channel, delivery, more }: Attempt, outcome: Outcome, state: DeliveryState, now: Millis) =>
  Effect.gen(function* () {
    const entered = Metric.tagged(deliveries, "channel", channel.id)
    yield* Metric.incrementBy(Metric.tagged(entered, "state", state), 1 + more.length)
    if (outcome._tag === "Unknown") yield* Metric.increment(Metric.tagged(unknown, "channel", channel.id))
    if (outcome._tag === "Sent") {
      yield* Metric.update(
        Metric.tagged(postLatency, "channel", channel.id),
        (now - delivery.queuedAt) / 1000
      )
    }
  })

/** Unknown ones are told of by the frozen channel, also after a restart. */
const say = (made: Attempt, { outcome, level }: Pick<Reaction, "outcome"> & { readonly level: string }) => {
  const others = made.more.length === 0 ? {} : { with: made.more.map(({ id }) => id) }
  const data = { delivery: made.delivery.id, ...others, source: made.delivery.source, outcome }
  switch (outcome._tag) {
    case "Sent":
      return Effect.annotateLogs(Effect.logInfo("Posted"), data)
    case "Refused":
      return Effect.annotateLogs(Effect.logError("Telegram will not take this post"), data)
    case "Deferred":
      return Effect.annotateLogs(
        level === "error"
          ? Effect.logError("Nothing can be posted here now")
          : Effect.logWarning("The post waits"),
        data
      )
    case "Unknown":
      return Effect.void
  }
}
