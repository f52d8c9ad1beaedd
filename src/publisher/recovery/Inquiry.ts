// What to do next about an attempt of which nobody knows whether it arrived. Enters: the channel's choice, the attempt, what looks have found
// so far, the time. Leaves: wait, look, take away what stands in part, or a verdict. Pure.
//
//   ──▶ quiescence ──▶ first look ──clear──▶ pause ──▶ second look ──clear──▶ absent (or: parts stand ──▶ remove ──▶ absent)
//                        ▲  │                             │
//                        └──┴──── inconclusive: later ◀───┘── at giveUp ──▶ parked
//   A marker that is seen, by whomever and whenever, ends it: the delivery is sent, and nobody asks here any more.
//
// @source reference/telegram-bot-api.md §5.4 (S3, S5, S6, S9)
import type { Channel } from "../../domain/Channel.ts"
import type { Millis } from "../../domain/Names.ts"
import type { SeenParts } from "../../outbox/Evidence.ts"
import type { Resolution } from "../../outbox/Outbox.ts"

/** What one look came to; what it saw is recorded as evidence. */
export type LookResult =
  /** Reading works, and the post is not there at this moment. */
  { readonly _tag: "Clear" } | { readonly _tag: "Inconclusive"; readonly why: string }

/** What is remembered between two steps; a restart begins anew. */
export interface Findings {
  /** When the first of two looks in a row was clear. */
  readonly clearAt?: Millis
  /** The second was as well. */
  readonly clearTwice: boolean
  /** Looks in a row that showed nothing, when the last was, and why. */
  readonly inconclusive: number
  readonly lookedAt: Millis
  readonly why: string
}

export const noFindings: Findings = { clearTwice: false, inconclusive: 0, lookedAt: 0, why: "" }

/** The findings after a look at `now`. */
export const found = (before: Findings, result: LookResult, now: Millis): Findings =>
  result._tag === "Clear"
    ? {
        clearAt: before.clearAt ?? now,
        clearTwice: before.clearAt !== undefined,
        inconclusive: 0,
        lookedAt: now,
        why: ""
      }
    : { clearTwice: false, inconclusive: before.inconclusive + 1, lookedAt: now, why: result.why }

/** The attempt, and what is known from elsewhere. */
export interface Case {
  /** The channel is published into another chat by now. */
  readonly moved: boolean
  readonly since: Millis
  readonly why: string
  /** Attempts of the delivery that ended unknown, this one included. */
  readonly unknowns: number
  /** Messages of its album that were seen: some, but not all. */
  readonly parts: SeenParts
  /** What became of the parts that were to be taken away. */
  readonly removal: "none" | "open" | "removed" | "stays"
}

export type Next =
  | { readonly _tag: "Wait"; readonly until: Millis; readonly why: string }
  | { readonly _tag: "Look" }
  | { readonly _tag: "Remove"; readonly parts: SeenParts }
  | { readonly _tag: "Decide"; readonly resolution: Resolution }

/** After so many attempts that ended unknown a person looks before there is another one. */
const mostUnknowns = 3

const firstRetryMs = 15_000
const longestRetryMs = 300_000

const park = (reason: string): Next => ({ _tag: "Decide", resolution: { _tag: "Park", reason } })

const absent = ({ unknowns }: Case): Next =>
  unknowns >= mostUnknowns
    ? park(`${unknowns} attempts in a row were not answered; the last one is not there`)
    : { _tag: "Decide", resolution: { _tag: "Absent" } }

export const next = (
  { onUnknown, verify }: Pick<Channel, "onUnknown" | "verify">,
  one: Case,
  findings: Findings,
  now: Millis
): Next => {
  const quietAt = one.since + verify.waitMs
  if (onUnknown === "drop") {
    const reason = `given up without knowing whether it arrived: ${one.why}`
    return { _tag: "Decide", resolution: { _tag: "GiveUp", reason } }
  }
  if (onUnknown === "park") return park(one.why)
  if (one.moved) return park("its channel was moved to another chat before that could be found out")
  if (now < quietAt) return { _tag: "Wait", until: quietAt, why: "its last request may still be carried out" }
  if (onUnknown === "resend") return absent(one)
  if (one.removal === "open")
    return { _tag: "Wait", until: now + firstRetryMs, why: "its parts are taken away" }
  if (one.removal === "removed") return absent(one)
  if (one.removal === "stays") return park("a part of its album stands and cannot be taken away")
  if (findings.clearTwice) {
    return one.parts.messageIds.length > 0 ? { _tag: "Remove", parts: one.parts } : absent(one)
  }
  return afterLooks(verify, one, findings, now)
}

const afterLooks = (verify: Channel["verify"], one: Case, findings: Findings, now: Millis): Next => {
  if (findings.clearAt !== undefined) {
    const again = findings.clearAt + verify.againMs
    return now < again
      ? { _tag: "Wait", until: again, why: "it was not there; a second look decides" }
      : { _tag: "Look" }
  }
  if (findings.inconclusive === 0) return { _tag: "Look" }
  // A person is asked only after a look at the end: meanwhile the machine may have slept, or every call been held for hours.
  const giveUpAt = one.since + verify.giveUpMs
  if (findings.lookedAt >= giveUpAt) return park(`it could not be found out: ${findings.why}`)
  const wait = Math.min(longestRetryMs, firstRetryMs * 2 ** (findings.inconclusive - 1))
  const until = Math.min(findings.lookedAt + wait, giveUpAt)
  return now < until ? { _tag: "Wait", until, why: findings.why } : { _tag: "Look" }
}
