// The fiber of one channel: takes its deliveries out of the outbox one by one, at its pace, into Telegram; keeps the posts that stand there true.
//
//   agenda ─┬─ Idle ─▶ rest until then, or a hint ─▶ …
//           └─ else: lease ─▶ (take over, if another owned it meanwhile) ─▶ shift: agenda ─┬─ Deliver ─▶ photos ─▶ render ─▶ slot ─▶ claim again ─▶ attempt ─▶ …
//                                                                                        ├─ Inquire | CatchUp | RemoveStray | LookFor | Follow ─▶ …
//                                                                                        └─ Idle for a while ─▶ give the lease back
//
// Promises: one request in flight, and only under the lease; the slot is taken before the intent is written, and what changed during that
// wait (a pause, a flood, quiet hours) is seen before anything leaves; an idle channel costs nothing; it ends only with a failure of the store.
import { Clock, type Duration, Effect, Metric, Option, Ref } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Fence } from "../domain/Names.ts"
import { closedAt } from "../domain/Opening.ts"
import { messagesOf } from "../domain/Post.ts"
import { quietAt } from "../domain/QuietHours.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { deliveries, unknown } from "../Metrics.ts"
import type { Evidence } from "../outbox/Evidence.ts"
import { type ClaimedDelivery, type LeaseLost, Outbox } from "../outbox/Outbox.ts"
import type { Posts } from "../outbox/Posts.ts"
import type { Restoration } from "../outbox/Restoration.ts"
import type { Signals } from "../outbox/Signals.ts"
import { beginning } from "../Spans.ts"
import type { Reader } from "../telegram/Reader.ts"
import type { Telegram } from "../telegram/Telegram.ts"
import { paceLimits } from "../throttle/Limit.ts"
import { Throttle } from "../throttle/Throttle.ts"
import { type Agenda, agendaOf, claimOf } from "./Agenda.ts"
import { attempt } from "./Attempt.ts"
import type { ChannelReport } from "./ChannelReport.ts"
import { makeDesk, type OwnedDesk, rest } from "./Desk.ts"
import { follow } from "./Following.ts"
import { type LeaseTerms, leased } from "./Lease.ts"
import { isPassing, patiently } from "./Patience.ts"
import type { Photos } from "./Photos.ts"
import { prepare } from "./Preparing.ts"
import { makeRenewals, type Renewals } from "./Renewals.ts"
import { catchUp } from "./recovery/CatchUp.ts"
import { hasLooked, inquire } from "./recovery/Frozen.ts"
import { stands } from "./recovery/Restored.ts"
import { removeStray } from "./recovery/Strays.ts"
import { lookFor } from "./recovery/Watching.ts"
import type { TemplateInvalid } from "./rendering/Template.ts"
import { type WordsBySource, wordsOf } from "./rendering/Words.ts"
import { watchDate } from "./SetBack.ts"
import { slot } from "./Slot.ts"

export type ChannelRequirements =
  | Outbox
  | Evidence
  | Restoration
  | Posts
  | Signals
  | Telegram
  | Reader
  | Throttle
  | Photos

export interface ChannelOptions {
  /** Of the leases of this process. Default: the channel's is renewed alone. */
  readonly renewals?: Renewals
  /** How long the channel stays ours then without a sign of life. Default 15 s. */
  readonly leaseTtl?: Duration.DurationInput
  /** Ends when the process is about to end. Until then an interruption (a reload) waits for the outcome of a post. Default: at once. */
  readonly ending?: Effect.Effect<void>
  /** How long an interruption waits from then on. Default 2 s: within what the shutdown grants. */
  readonly drain?: Duration.DurationInput
  /** What the sources say about the words of their posts. Default: nothing. */
  readonly words?: WordsBySource
}

/** With nothing to do for so long, the channel is given back: whoever has something first takes it. */
const lingerMs = 10_000

type Todo = Exclude<Agenda, { readonly _tag: "Idle" }>
type Delivering = Extract<Agenda, { readonly _tag: "Deliver" }>

/** Publishes the channel for ever. `owner` names this process in its leases. */
export const channelFiber = (
  channel: Channel,
  owner: string,
  report: ChannelReport,
  options: ChannelOptions = {}
): Effect.Effect<never, StorageFailed | TemplateInvalid, ChannelRequirements> =>
  Effect.gen(function* () {
    const words = yield* wordsOf(channel, options.words)
    const ending = options.ending ?? Effect.never
    // Where nobody says that the process ends, an interruption is what tells.
    const drain = Effect.zipRight(options.ending ?? Effect.void, Effect.sleep(options.drain ?? "2 seconds"))
    const newDesk = makeDesk({ channel, words, report, ending, drain })
    const renewals = options.renewals ?? (yield* makeRenewals(owner, options.leaseTtl))
    const terms: LeaseTerms = { channel, owner, report, renewals }
    let desk = yield* newDesk
    let last: Fence | undefined
    const wasSetBack = yield* watchDate
    const shift = Effect.fnUntraced(function* (fence: Fence) {
      // The next number: nobody else owned the channel meanwhile, and all that is known of it holds.
      const goesOn = last !== undefined && fence === last + 1
      if (!goesOn) desk = yield* newDesk
      const owned = { ...desk, fence }
      if (!goesOn) yield* takeOver(owned)
      last = fence
      yield* work(owned)
    })
    while (true) {
      // What was noted while the date was ahead is set right for whoever takes the channel.
      const todo = last === undefined || (yield* wasSetBack) ? undefined : yield* agendaOf(desk)
      yield* todo?._tag === "Idle" ? rest(desk, todo) : leased(terms, shift)
    }
  }).pipe(Effect.scoped, Effect.annotateLogs({ channel: channel.id }))

/** Works off what there is; ends when there has been nothing for a while. */
const work = Effect.fnUntraced(function* (desk: OwnedDesk) {
  let busyAt = yield* Clock.currentTimeMillis
  const isOver = Effect.map(Clock.currentTimeMillis, (now) => now < busyAt || now >= busyAt + lingerMs)
  while (true) {
    const todo = yield* agendaOf(desk)
    if (todo._tag !== "Idle") {
      const until = yield* heldUntil(todo)
      yield* until === undefined ? told(desk, todo) : rest(desk, { until, why: allHeld, stuck: false })
      busyAt = yield* Clock.currentTimeMillis
    } else if (todo.stuck && (yield* hasLooked(desk))) {
      // Who looked once looks again: another owner would begin anew, and of two that take turns neither would ever decide.
      yield* rest(desk, todo)
    } else {
      if (yield* isOver) return
      yield* rest(desk, todo, busyAt + lingerMs)
      // Whatever there is by now is looked for once, without the lease.
      if (yield* isOver) return
    }
  }
})

const allHeld = "Telegram asked for a pause of two chats within a minute: every chat waits"

/** When something that takes a call may be done, if every chat waits: not before. */
const heldUntil = (todo: Todo) =>
  Effect.flatMap(Throttle, (throttle) =>
    Effect.map(throttle.held, ({ all }) => (callsNobody(todo) ? undefined : all))
  )

const callsNobody = (todo: Todo) =>
  todo._tag === "Recover" ||
  todo._tag === "Expire" ||
  (todo._tag === "Inquire" && todo.todo._tag === "Decide")

/** Each piece of work is a trace of its own; a post goes on with the one of the poll that found its item. */
const told = (desk: OwnedDesk, todo: Todo) =>
  beginning(
    perform(desk, todo),
    `Publisher.${todo._tag}`,
    { channel: desk.channel.id },
    todo._tag === "Deliver" ? [todo.delivery, ...todo.more].map(({ trace }) => trace) : []
  )

const perform = (
  desk: OwnedDesk,
  todo: Todo
): Effect.Effect<void, StorageFailed | LeaseLost, ChannelRequirements> => {
  switch (todo._tag) {
    case "Recover":
      return recover(desk)
    case "Inquire":
      return inquire(desk, todo.claim, todo.todo)
    case "CatchUp":
      return catchUp(desk, todo.since)
    case "RemoveStray":
      return removeStray(desk, todo.stray)
    case "LookFor":
      return lookFor(desk, todo.due)
    case "Follow":
      return Effect.zipRight(Ref.set(desk.sends, 0), follow(desk, todo.change))
    case "Expire":
      return expire(desk, todo)
    case "Deliver":
      return deliver(desk, todo)
  }
}

const takeOver = (desk: OwnedDesk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    yield* patiently(outbox.moveTo(desk.channel.id, desk.fence, desk.channel.chat))
    yield* recover(desk)
    yield* rememberLastMinute(desk)
  })

/** What waited too long, or is over a cap, is told once and not tried again by itself. */
const expire = Effect.fnUntraced(function* (
  { channel, fence }: OwnedDesk,
  { which, reason }: Extract<Agenda, { readonly _tag: "Expire" }>
) {
  const outbox = yield* Outbox
  const now = yield* Clock.currentTimeMillis
  const expired = yield* patiently(outbox.expire(channel.id, fence, which, reason, now))
  const counted = Metric.tagged(Metric.tagged(deliveries, "channel", channel.id), "state", "expired")
  yield* Metric.incrementBy(counted, expired)
  yield* Effect.annotateLogs(Effect.logWarning("Deliveries were given up"), { expired, reason })
})

const recover = ({ channel, fence }: OwnedDesk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const found = yield* patiently(outbox.recover(channel.id, fence, yield* Clock.currentTimeMillis))
    yield* Metric.incrementBy(Metric.tagged(unknown, "channel", channel.id), found)
  })

/** The limits' windows hold what was sent before this start too, or a restart would begin with empty ones. */
const rememberLastMinute = ({ channel, fence }: OwnedDesk) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const throttle = yield* Throttle
    const now = yield* Clock.currentTimeMillis
    const since = now - 60_000
    const call = { chat: channel.chat, limits: paceLimits(channel.chat, channel.pace) }
    const calls = yield* patiently(outbox.callsSince(channel.id, since))
    yield* Effect.forEach(calls, ({ at, messages }) => throttle.remember({ ...call, cost: messages }, at), {
      discard: true
    })
    // An edit that an earlier owner may have had under way when it died is recorded nowhere.
    if (fence > 1) yield* throttle.remember(call, now)
  })

/** What has changed while a turn was waited for: then nothing of it may leave. */
const stillHolds = Effect.fnUntraced(function* (
  desk: OwnedDesk,
  { delivery, more, silent }: Delivering,
  carried: ReadonlyArray<ClaimedDelivery>
) {
  const again = yield* claimOf(desk)
  const now = yield* Clock.currentTimeMillis
  const { channel } = desk
  if (again._tag !== "Ready" || again.delivery.id !== delivery.id) return false
  if (closedAt(channel, now) !== undefined || (quietAt(channel.quiet, now)._tag === "Silent") !== silent)
    return false
  const known = new Map([again.delivery, ...again.more].map(({ id, revision }) => [id, revision]))
  return [delivery, ...more]
    .filter((one) => one === delivery || carried.includes(one))
    .every(({ id, revision }) => known.get(id) === revision)
})

const deliver = Effect.fnUntraced(function* (desk: OwnedDesk, todo: Delivering) {
  const { channel, report } = desk
  const { delivery } = todo
  const silent = channel.silent || todo.silent || [delivery, ...todo.more].some(({ again }) => again)
  const { post, photos, marker, more } = yield* prepare(desk, todo, silent)
  const restored = Option.getOrElse(yield* Ref.get(desk.restored), () => false)
  if (restored && (yield* stands(desk, delivery, post))) return
  const turn = yield* slot(desk, messagesOf(post))
  if (!(yield* stillHolds(desk, todo, more))) return
  yield* report.running()
  yield* Ref.update(desk.sends, (sends) => sends + 1)
  const before = yield* Ref.get(desk.trouble)
  yield* attempt({
    ...{ channel, fence: desk.fence, delivery, more, marker, post, photos },
    trouble: before,
    ...{ turn, ending: desk.ending, drain: desk.drain }
  }).pipe(
    Effect.flatMap((trouble) => Ref.set(desk.trouble, trouble)),
    Effect.catchTag("NoLongerQueued", () => Effect.void),
    // Only the intent can fail so: nothing was sent, and the next try takes a slot of its own.
    Effect.catchIf(isPassing, () => Effect.sleep("1 second"))
  )
})
