// Keeps posts true: the change that is due longest is carried out as an edit, through the same limits as a send. The latest revision of the item
// wins; done twice is done once, so an interruption costs nothing. A post whose item is gone is marked, or taken away while that is possible.
// @source reference/telegram-bot-api.md §4 (edit rows), §5.4 "Edits, deletes, pins"
import { Clock, Effect, Metric, Option } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { Post } from "../domain/Post.ts"
import { deliveries } from "../Metrics.ts"
import { Outbox } from "../outbox/Outbox.ts"
import { type ChangeOutcome, type PostChange, Posts } from "../outbox/Posts.ts"
import { type CallError, Telegram } from "../telegram/Telegram.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { recompose } from "./Composing.ts"
import type { Desk, OwnedDesk } from "./Desk.ts"
import { patiently } from "./Patience.ts"
import { mayBeOfRights } from "./Rights.ts"
import { renderDigest } from "./rendering/Digest.ts"
import { slot, type Turn } from "./Slot.ts"

/** Telegram lets a bot delete its own posts for this long; a little less, for the call takes time. */
const deletableMs = 48 * 3_600_000 - 600_000

const firstRetryMs = 30_000
const longestRetryMs = 3_600_000

/** How often an answer that nobody has seen before is tried. */
const mostUnclear = 3

/** The change that is due, or will be, first. */
export const nextChange = Effect.fnUntraced(function* ({ channel }: Desk) {
  const posts = yield* Posts
  const now = yield* Clock.currentTimeMillis
  return yield* patiently(posts.next(channel.id, channel.followMs === 0 ? now : now - channel.followMs))
})

/** Carries out a change that is due. */
export const follow = Effect.fnUntraced(function* (desk: OwnedDesk, first: PostChange) {
  const deletable = isDeletable(desk, first, yield* Clock.currentTimeMillis)
  const plan = planOf(desk, first, deletable)
  if (plan._tag === "Nothing") {
    return yield* ended(desk, first, { _tag: "Same", revision: first.revision })
  }
  const turn = yield* slot(desk, 1)
  // What waited for its slot may have been overtaken by a newer revision.
  const change = yield* nextChange(desk)
  if (Option.isNone(change) || change.value.delivery !== first.delivery) return
  yield* ourTurn(desk, turn)
  yield* desk.report.running()
  const deletableNow = isDeletable(desk, change.value, yield* Clock.currentTimeMillis)
  // Composing is most of the work: what is as it was before the wait is not composed again.
  const holds = deletableNow === deletable && JSON.stringify(change.value) === JSON.stringify(first)
  const planNow = holds ? plan : planOf(desk, change.value, deletableNow)
  yield* ended(desk, change.value, yield* carriedOut(desk, change.value, planNow))
})

/**
 * A change has no intent that is refused to a former owner, as a send has; and who stood still for longer than the lease, or has another date
 * than the new owner, goes on with it. What it says may be older than what the new owner has written by then.
 */
const ourTurn = Effect.fnUntraced(function* ({ channel, fence }: OwnedDesk, turn: Turn) {
  const outbox = yield* Outbox
  yield* turn.kept
  yield* patiently(outbox.confirm(channel.id, fence))
  // On a slow disk the turn may have passed by meanwhile; on one that stays slow it would do so each time.
  yield* turn.kept
})

type Plan =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Delete" }
  | { readonly _tag: "Edit"; readonly post: Post }

type Told = PostChange["more"][number]

/** The offer is not sold any more; of a post that says just that, it is again. */
const isOutdated = ({ event, gone }: Told): boolean => (event === "gone") !== gone

const isDeletable = ({ channel }: Desk, { sentAt }: PostChange, now: Millis): boolean =>
  channel.onGone === "delete" && now - sentAt < deletableMs

const planOf = ({ channel, words }: Desk, change: PostChange, deletable: boolean): Plan => {
  const { standing, marker, more } = change
  const isOver = (told: Told) => change.wish === "withdraw" || (isOutdated(told) && channel.onGone !== "keep")
  if (deletable && [change, ...more].every(isOver)) return { _tag: "Delete" }
  const wordsOf = (told: Told) => {
    const { item, event, source, before } = told
    const about = { item, event, source, ...(before === undefined ? {} : { before }) }
    return words.of({ ...about, withdrawn: isOver(told), ordinal: standing.ordinal ?? 0 })
  }
  const { template, subject } = wordsOf(change)
  const as = (revision: number) => {
    const manner = { silent: standing.silent, marking: { marker, revision, place: channel.marker } }
    if (more.length === 0) return recompose(template, subject, standing, manner).post
    return renderDigest([subject, ...more.map((one) => wordsOf(one).subject)], manner, true).post
  }
  const same = looksLike(as(change.edits), standing)
  return same && change.wish !== "withdraw"
    ? { _tag: "Nothing" }
    : { _tag: "Edit", post: as(change.edits + 1) }
}

const looksLike = (a: Post, b: Post): boolean =>
  a.html === b.html &&
  JSON.stringify(a.buttons) === JSON.stringify(b.buttons) &&
  a.previewUrl === b.previewUrl

const tried = (change: PostChange, plan: Plan) =>
  Effect.gen(function* () {
    const telegram = yield* Telegram
    const { chat, messageIds, revision } = change
    const [first] = messageIds
    if (plan._tag === "Nothing" || first === undefined)
      return { _tag: "Same", revision } satisfies ChangeOutcome
    if (plan._tag === "Delete") {
      yield* telegram.remove(chat, messageIds)
      return { _tag: "Ended", reason: "taken away, for its item is gone", gone: true } satisfies ChangeOutcome
    }
    yield* telegram.edit(chat, first, plan.post)
    return { _tag: "Changed", post: plan.post, revision } satisfies ChangeOutcome
  })

/** What Telegram, by its clock and its rules, will not take away is marked instead. */
const carriedOut = (desk: OwnedDesk, change: PostChange, plan: Plan) =>
  Effect.gen(function* () {
    const marked = Effect.gen(function* () {
      yield* ourTurn(desk, yield* slot(desk, 1))
      return yield* tried(change, planOf(desk, change, false))
    })
    return yield* tried(change, plan).pipe(
      Effect.catchIf(
        (error) => plan._tag === "Delete" && error._tag === "TelegramRefused" && error.blame === "post",
        () => marked
      ),
      Effect.catchIf(
        (error) => error._tag !== "LeaseLost" && error._tag !== "StorageFailed",
        (error) => afterFailure(desk, change, error)
      )
    )
  })

const afterFailure = (desk: Desk, change: PostChange, error: CallError) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const backOff: ChangeOutcome = {
      _tag: "Later",
      until: now + Math.min(longestRetryMs, firstRetryMs * 2 ** change.tries),
      ...(error._tag === "TelegramRefused" && error.blame === "unclear" ? { why: "unclear" } : {})
    }
    const data = { delivery: change.delivery, messageIds: change.messageIds }
    if (error._tag === "TelegramFlood")
      return yield* flooded(desk, error.retryAfterSeconds, error.message, now)
    if (error._tag === "TelegramRefused" && error.blame === "gone") {
      yield* Effect.annotateLogs(Effect.logInfo("A post is not there any more: somebody deleted it"), data)
      return { _tag: "Ended", reason: "deleted by somebody", gone: true } satisfies ChangeOutcome
    }
    const hopeless =
      error._tag === "TelegramRefused" &&
      (error.blame === "post" || (error.blame === "unclear" && change.unclear + 1 >= mostUnclear))
    if (hopeless && !(yield* mayBeOfRights(change.chat, error))) {
      yield* Effect.annotateLogs(Effect.logWarning("A post cannot be changed", error), data)
      return { _tag: "Ended", reason: error.message, gone: false } satisfies ChangeOutcome
    }
    yield* Effect.annotateLogs(Effect.logWarning("A post could not be changed yet", error), data)
    return backOff
  })

const flooded = (desk: Desk, seconds: number, why: string, now: Millis) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const throttle = yield* Throttle
    const until = now + (seconds + 1) * 1000
    yield* throttle.flooded(desk.channel.chat, until)
    yield* patiently(outbox.hold(desk.channel.id, { until, scope: "flood", why }, now))
    return { _tag: "Later", until, why: "flood" } satisfies ChangeOutcome
  })

const ended = (desk: OwnedDesk, change: PostChange, outcome: ChangeOutcome) =>
  Effect.gen(function* () {
    const posts = yield* Posts
    const now = yield* Clock.currentTimeMillis
    yield* patiently(posts.ended(change, desk.channel.id, desk.fence, outcome, now))
    const state =
      outcome._tag === "Changed"
        ? change.wish === "withdraw"
          ? "withdrawn"
          : "edited"
        : outcome._tag === "Ended" && outcome.gone
          ? "withdrawn"
          : undefined
    if (state === undefined) return
    yield* Metric.increment(
      Metric.tagged(Metric.tagged(deliveries, "channel", desk.channel.id), "state", state)
    )
    yield* Effect.annotateLogs(Effect.logInfo("A post was changed"), { delivery: change.delivery, state })
  })
