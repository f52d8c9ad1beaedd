// A channel whose last post may or may not stand in it: nothing else goes out there until that is found out, as `Inquiry` has it. Never sends.
// Promises: setting the machine's date makes none of the waits shorter or longer, from the moment on at which this process heard of it.
import { Clock, Effect, Metric, Option, Ref } from "effect"
import { type Moment, moment } from "../../domain/MonotonicTime.ts"
import type { Millis } from "../../domain/Names.ts"
import { unknownEnded } from "../../Metrics.ts"
import { Evidence, type SeenParts } from "../../outbox/Evidence.ts"
import { type Claim, Outbox, type Resolution } from "../../outbox/Outbox.ts"
import { Restoration } from "../../outbox/Restoration.ts"
import { Telegram } from "../../telegram/Telegram.ts"
import type { Desk, OpenInquiry } from "../Desk.ts"
import { patiently } from "../Patience.ts"
import { type Case, found, type LookResult, type Next, next, noFindings } from "./Inquiry.ts"
import { look } from "./Look.ts"
import { searchFor } from "./Searching.ts"

export type FrozenClaim = Extract<Claim, { readonly _tag: "Frozen" }>

const hourMs = 3_600_000

/** The next step towards an answer. Reads only. */
export const nextAbout = Effect.fnUntraced(function* (desk: Desk, claim: FrozenClaim) {
  const inquiry = yield* inquiryAbout(desk, claim)
  const one = yield* caseOf(desk, claim, inquiry)
  const at = yield* moment
  const now = steady(inquiry, at)
  const todo = next(desk.channel, one, inquiry.findings, now)
  return todo._tag === "Wait" ? { ...todo, until: at.date + (todo.until - now) } : todo
})

/** What is known about the attempt; begins when it is asked for first. */
const inquiryAbout = Effect.fnUntraced(function* ({ inquiry }: Desk, { attempt, since }: FrozenClaim) {
  const known = yield* Ref.get(inquiry)
  if (Option.isSome(known) && known.value.attempt === attempt.id) return known.value
  const heard = yield* moment
  const begun: OpenInquiry = {
    ...{ attempt: attempt.id, heard, findings: noFindings },
    since: Math.min(since, heard.date)
  }
  yield* Ref.set(inquiry, Option.some(begun))
  return begun
})

/** The date as it would be if nobody had set it since, and without the time in which the machine was suspended. */
const steady = ({ heard }: OpenInquiry, now: Moment): Millis => heard.date + (now.monotonic - heard.monotonic)

/** Remembers what a look for the attempt came to. */
export const noteLook = Effect.fnUntraced(function* (desk: Desk, claim: FrozenClaim, result: LookResult) {
  const inquiry = yield* inquiryAbout(desk, claim)
  const findings = found(inquiry.findings, result, steady(inquiry, yield* moment))
  yield* Ref.set(desk.inquiry, Option.some({ ...inquiry, findings }))
})

/** Whether this owner has looked for what keeps the channel frozen. */
export const hasLooked = ({ inquiry }: Desk): Effect.Effect<boolean> =>
  Effect.map(
    Ref.get(inquiry),
    Option.exists(({ findings }) => findings !== noFindings)
  )

export const inquire = (desk: Desk, claim: FrozenClaim, todo: Exclude<Next, { readonly _tag: "Wait" }>) => {
  switch (todo._tag) {
    case "Look":
      return lookOnce(desk, claim)
    case "Remove":
      return removeParts(desk, claim, todo.parts)
    case "Decide":
      return decide(desk, claim, todo.resolution)
  }
}

const caseOf = Effect.fnUntraced(function* (
  { channel }: Desk,
  { why, attempt }: FrozenClaim,
  { since }: OpenInquiry
) {
  const evidence = yield* Evidence
  const parts = yield* patiently(evidence.partsSeen(attempt.id))
  const removal = yield* patiently(evidence.strayState(attempt.id))
  const moved = attempt.chat !== channel.chat
  return { moved, since, why, unknowns: attempt.unknowns, parts, removal } satisfies Case
})

/**
 * Whether posts of the same bot may stand there that nobody here knows of: in a chat into which this channel has not posted yet, where another
 * program may have; and above what a backup that was restored knew.
 */
const mayHaveForgotten = Effect.fnUntraced(function* ({ channel }: Desk, { attempt }: FrozenClaim) {
  const restoration = yield* Restoration
  const restored = yield* patiently(restoration.of(channel.id))
  return attempt.floor === 0 || Option.exists(restored, ({ floor }) => attempt.floor <= floor)
})

const lookOnce = (desk: Desk, claim: FrozenClaim) =>
  Effect.gen(function* () {
    const { channel, report } = desk
    const { attempt, delivery } = claim
    yield* report.running()
    const evidence = yield* Evidence
    const watched = yield* patiently(evidence.watched(channel.id, claim.since - 24 * hourMs))
    const others = watched.length > 0 || (yield* mayHaveForgotten(desk, claim))
    const result = yield* look(yield* searchFor(channel, attempt, others))
    yield* noteLook(desk, claim, result)
    yield* Effect.logInfo("Looked for a post of unknown outcome").pipe(
      Effect.annotateLogs({ delivery, result: result._tag === "Clear" ? "seen clearly" : result.why })
    )
  })

/** Parts that only look like ours are taken away only where the bot could not take away anybody else's. */
const removeParts = (desk: Desk, claim: FrozenClaim, { messageIds, certain }: SeenParts) =>
  Effect.gen(function* () {
    const evidence = yield* Evidence
    const telegram = yield* Telegram
    const { id, chat } = claim.attempt
    const access = yield* Effect.option(telegram.access(chat))
    const harmless = certain || (Option.isSome(access) && !access.value.canDeleteOthers)
    if (!harmless) {
      const reason = `a part of its album stands at ${messageIds.join(", ")} and was not taken away, for it may be somebody else's`
      return yield* decide(desk, claim, { _tag: "Park", reason })
    }
    const now = yield* Clock.currentTimeMillis
    yield* patiently(evidence.addStray(id, messageIds, "a part of an album that was not sent whole", now))
  })

const decide = ({ channel }: Desk, { delivery, attempt }: FrozenClaim, resolution: Resolution) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const now = yield* Clock.currentTimeMillis
    // A process that was held up for long may know of an attempt that its successor has followed up with another one.
    const settled = yield* patiently(outbox.resolve(delivery, resolution, now, attempt.id))
    // Somebody else was quicker: a person, a sighting, or that successor.
    if (!settled) return
    yield* Metric.increment(
      Metric.tagged(Metric.tagged(unknownEnded, "channel", channel.id), "verdict", verdictOf[resolution._tag])
    )
    yield* say(resolution).pipe(Effect.annotateLogs({ delivery, onUnknown: channel.onUnknown }))
  })

const verdictOf = { Sent: "found", Absent: "absent", Park: "parked", GiveUp: "given-up" } as const

const say = (resolution: Resolution) => {
  switch (resolution._tag) {
    case "Sent":
      return Effect.logInfo("A post of unknown outcome stands in the channel")
    case "Absent":
      return Effect.logWarning("A post of unknown outcome did not arrive and is sent again")
    case "GiveUp":
      return Effect.logWarning("A post of unknown outcome is given up")
    case "Park":
      return Effect.logError(
        "It is not known whether a post arrived: a person decides, with `oncecast settle`"
      ).pipe(Effect.annotateLogs({ why: resolution.reason }))
  }
}
