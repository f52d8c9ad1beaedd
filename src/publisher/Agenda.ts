// What a channel's fiber is to do next, and when if not now. Enters: the store, the time. Leaves: one thing to do, or how long there is none and
// why. Promises: reads only, so that it needs no lease; posts in excess go before everything, and now and then a change goes before a
// send: prices are to be true though the queue is long.
import { Clock, Duration, Effect, Option, Ref } from "effect"
import type { Millis } from "../domain/Names.ts"
import { closedAt, digestAt, digestTerms, spreadAt } from "../domain/Opening.ts"
import { quietAt } from "../domain/QuietHours.ts"
import { Evidence, type Stray } from "../outbox/Evidence.ts"
import { type Claim, type ClaimedDelivery, type Expiry, Outbox } from "../outbox/Outbox.ts"
import type { PostChange } from "../outbox/Posts.ts"
import { Restoration, type RestoredChannel } from "../outbox/Restoration.ts"
import type { Desk, Rest } from "./Desk.ts"
import { nextChange } from "./Following.ts"
import { patiently } from "./Patience.ts"
import { type FrozenClaim, nextAbout } from "./recovery/Frozen.ts"
import type { Next } from "./recovery/Inquiry.ts"
import { type DueLook, nextLook } from "./recovery/Watching.ts"

export type Agenda =
  /** Nothing before `until`, unless a hint comes. */
  | ({ readonly _tag: "Idle" } & Rest)
  /** An earlier owner died with a post in flight. */
  | { readonly _tag: "Recover" }
  | { readonly _tag: "Inquire"; readonly claim: FrozenClaim; readonly todo: Exclude<Next, { _tag: "Wait" }> }
  /** A backup was restored: what was posted since must be known before anything is sent. */
  | { readonly _tag: "CatchUp"; readonly since: RestoredChannel }
  | { readonly _tag: "RemoveStray"; readonly stray: Stray }
  | { readonly _tag: "LookFor"; readonly due: DueLook }
  | { readonly _tag: "Follow"; readonly change: PostChange }
  /** Deliveries that wait no longer. */
  | { readonly _tag: "Expire"; readonly which: Expiry; readonly reason: string }
  /** `more`: what goes into the same post; a digest that has begun before is `bound`. `silent`: by quiet hours. */
  | {
      readonly _tag: "Deliver"
      readonly delivery: ClaimedDelivery
      readonly more: ReadonlyArray<ClaimedDelivery>
      readonly bound: boolean
      readonly silent: boolean
    }

const never = Number.POSITIVE_INFINITY

const idle = (until: Millis, why: string, stuck = false): Agenda => ({ _tag: "Idle", until, why, stuck })

export const claimOf = Effect.fnUntraced(function* ({ channel }: Desk) {
  const outbox = yield* Outbox
  const now = yield* Clock.currentTimeMillis
  const choosing = { caps: channel.caps ?? [], digest: digestTerms(channel, now) }
  return yield* patiently(outbox.claim(channel.id, now, choosing))
})

const backlogOf = ({ channel }: Desk) =>
  Effect.flatMap(Outbox, (outbox) => patiently(outbox.backlog(channel.id)))

export const agendaOf = Effect.fnUntraced(function* (desk: Desk) {
  return (yield* overdue(desk)) ?? (yield* next(desk))
})

/** What has waited too long goes whatever else there is: also while nothing can be sent. */
const overdue = Effect.fnUntraced(function* (desk: Desk) {
  const { expireMs } = desk.channel
  if (expireMs === undefined) return undefined
  const { oldestQueuedAt } = yield* backlogOf(desk)
  const before = (yield* Clock.currentTimeMillis) - expireMs
  if (oldestQueuedAt === null || oldestQueuedAt >= before) return undefined
  const reason = `waited longer than ${Duration.format(expireMs)}`
  return { _tag: "Expire", which: { before }, reason } satisfies Agenda
})

const next = Effect.fnUntraced(function* (desk: Desk) {
  const found = yield* claimOf(desk)
  switch (found._tag) {
    case "Ready":
      return yield* whenReady(desk, found)
    case "Over":
      return { _tag: "Expire", which: { delivery: found.delivery }, reason: found.why } satisfies Agenda
    case "Gathering": {
      const ready = digestAt(desk.channel, found, yield* Clock.currentTimeMillis)
      return yield* whenFree(desk, Math.min(found.until, ready.until), ready.why)
    }
    case "Frozen":
      return found.inFlight ? ({ _tag: "Recover" } satisfies Agenda) : yield* whenFrozen(desk, found)
    case "Waiting":
      return found.scope === "channel"
        ? idle(found.until, found.why)
        : yield* whenFree(desk, found.until, found.why)
    case "Paused":
      return idle(never, "paused")
    case "Empty":
      return yield* whenFree(desk, never, "nothing to post")
  }
})

/** So many sends in a row go before a change that is due. */
const sendsBeforeChange = 3

const whenReady = Effect.fnUntraced(function* (
  desk: Desk,
  { delivery, more, bound }: Extract<Claim, { readonly _tag: "Ready" }>
) {
  const since = yield* unknownSince(desk)
  if (Option.isSome(since)) return yield* whenRestored(desk, since.value)
  const { channel } = desk
  const now = yield* Clock.currentTimeMillis
  const closed =
    closedAt(channel, now) ??
    (channel.spread === true ? spreadAt(channel, yield* backlogOf(desk), now) : undefined)
  if (closed !== undefined) return yield* whenFree(desk, closed.until, closed.why)
  const changesTurn = (yield* Ref.get(desk.sends)) >= sendsBeforeChange
  const first = yield* whenFree(desk, never, "", changesTurn)
  if (first._tag !== "Idle") return first
  const silent = quietAt(channel.quiet, now)._tag === "Silent"
  return { _tag: "Deliver", delivery, more, bound, silent } satisfies Agenda
})

/** Asked once, as long as the channel is ours: nobody restores a database that is in use. */
const unknownSince = Effect.fnUntraced(function* ({ channel, restored }: Desk) {
  if (Option.isSome(yield* Ref.get(restored))) return Option.none()
  const restoration = yield* Restoration
  const found = yield* patiently(restoration.of(channel.id))
  if (Option.isSome(found) && !found.value.settled) return found
  yield* Ref.set(restored, Option.some(Option.isSome(found)))
  return Option.none()
})

const whenRestored = Effect.fnUntraced(function* (desk: Desk, since: RestoredChannel) {
  const { nextAt, why } = yield* Ref.get(desk.catchUp)
  if (nextAt <= (yield* Clock.currentTimeMillis)) return { _tag: "CatchUp", since } satisfies Agenda
  const told = `a backup was restored, and what was posted since is not known: ${why}; \`oncecast restored\` decides`
  // What stands there is looked after all the same: a change sends nothing new.
  const todo = yield* whenFree(desk, nextAt, told)
  return todo._tag === "Idle" ? { ...todo, stuck: true } : todo
})

const whenFrozen = Effect.fnUntraced(function* (desk: Desk, claim: FrozenClaim) {
  const stray = yield* dueStray(desk)
  if (stray._tag === "RemoveStray") return stray
  const todo = yield* nextAbout(desk, claim)
  return todo._tag === "Wait"
    ? idle(
        Math.min(todo.until, stray.until),
        `delivery ${claim.delivery} may or may not have arrived: ${todo.why}`,
        true
      )
    : ({ _tag: "Inquire", claim, todo } satisfies Agenda)
})

/** Nothing is sent before `until`: what stands in the channel is looked after. */
const whenFree = Effect.fnUntraced(function* (desk: Desk, until: Millis, why: string, changes = true) {
  const stray = yield* dueStray(desk)
  if (stray._tag === "RemoveStray") return stray
  const look = yield* nextLook(desk)
  if (typeof look !== "number") return { _tag: "LookFor", due: look } satisfies Agenda
  if (!changes) return idle(until, why)
  const change = yield* nextChange(desk)
  if (Option.isNone(change)) return idle(Math.min(until, look, stray.until), why)
  return change.value.dueAt <= (yield* Clock.currentTimeMillis)
    ? ({ _tag: "Follow", change: change.value } satisfies Agenda)
    : idle(Math.min(until, look, stray.until, change.value.dueAt), why)
})

const dueStray = Effect.fnUntraced(function* ({ channel }: Desk) {
  const evidence = yield* Evidence
  const stray = yield* patiently(evidence.nextStray(channel.id))
  if (Option.isNone(stray)) return { _tag: "Idle", until: never } as const
  return stray.value.dueAt > (yield* Clock.currentTimeMillis)
    ? ({ _tag: "Idle", until: stray.value.dueAt } as const)
    : ({ _tag: "RemoveStray", stray: stray.value } as const)
})
