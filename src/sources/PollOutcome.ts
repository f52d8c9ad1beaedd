// What came of a poll, in the terms of those who need it: one word for the journal and the metrics, what it means for the next poll's time,
// and one sentence for people. Pure.
import { Duration, Option } from "effect"
import type { Source } from "../domain/Source.ts"
import type { Admission } from "../outbox/Intake.ts"
import type { Polled } from "./Poll.ts"
import type { PollResult } from "./PollPlan.ts"
import type { PollRecord } from "./SourceJournal.ts"

type Failed = Extract<Polled, { readonly _tag: "Failed" }>

/** A 404 is believed the third time in a row: sites lose pages for a moment when they are deployed. */
const believedNotFound = 3

/** Whether a failure is of the kind that time does not heal; `failures` is the number in a row with this one. */
export const isLasting = ({ error }: Failed, failures: number): boolean => {
  if (error._tag === "FetchFailed") return false
  return error._tag !== "FetchGone" || error.status === 410 || failures >= believedNotFound
}

/** What the plan is to know; `failures` is the number in a row before this poll. */
export const resultOf = (polled: Polled, failures: number): PollResult => {
  if (polled._tag === "Failed") {
    if (isLasting(polled, failures + 1)) return { _tag: "Lasting" }
    const retryAfterMs = polled.error._tag === "FetchFailed" ? polled.error.retryAfterMs : undefined
    return { _tag: "Passing", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  }
  const { maxAgeMs } = polled.fetched
  const ttlMs = polled._tag === "Read" ? polled.document.ttlMs : undefined
  return {
    _tag: "Fine",
    read: polled._tag === "Read",
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(ttlMs === undefined ? {} : { ttlMs })
  }
}

/** The word for the journal and the metrics. */
export const outcomeOf = (polled: Polled): PollRecord["outcome"] => {
  if (polled._tag === "Failed") return "failed"
  if (polled._tag === "Same") return polled.fetched._tag === "NotModified" ? "not-modified" : "unchanged"
  const { admission } = polled
  if (Option.isSome(admission.held)) return "held"
  if (admission.deferred > 0) return "deferred"
  return admission.fresh > 0 ? "new" : "nothing-new"
}

const items = (count: number): string => (count === 1 ? "1 item" : `${count} items`)

/** "3 kept out (price below 500: 2, no price: 1)". */
const keptOut = (filtered: Admission["filtered"]): ReadonlyArray<string> => {
  if (filtered.size === 0) return []
  const rules = [...filtered].map(([rule, count]) => `${rule}: ${count}`)
  const all = [...filtered.values()].reduce((sum, count) => sum + count, 0)
  return [`${all} kept out (${rules.join(", ")})`]
}

const admitted = (source: Source, admission: Admission): string => {
  if (Option.isSome(admission.held)) {
    return `${admission.held.value.items} of ${items(admission.items)} look new all at once and are held: decide with oncecast release ${source.id}`
  }
  const counted = `${admission.fresh === 0 ? "nothing" : admission.fresh} new among ${items(admission.items)}`
  return admission.deferred > 0
    ? `${counted}; ${admission.deferred} more wait for room in a full channel`
    : counted
}

/** What may be lost, and nobody can bring back. */
export const unseen =
  "none of them was there before, so that what came and went since the last poll was not seen"

/** One sentence: what came of it and, after a failure, when it is tried again (`waitMs`). */
export const noteOf = (source: Source, polled: Polled, waitMs: number): string => {
  if (polled._tag === "Failed") {
    const wait = Duration.format(Duration.seconds(Math.max(1, Math.round(waitMs / 1000))))
    return `${polled.error.message.replace(/\.$/, "")}; tried again in ${wait}.`
  }
  if (polled._tag === "Same") {
    return polled.fetched._tag === "NotModified" ? "Not modified." : "The same bytes as last time."
  }
  const { admission, document } = polled
  const parts = [
    admitted(source, admission),
    ...keptOut(admission.filtered),
    ...(admission.gap ? [unseen] : []),
    ...(admission.gone === 0 ? [] : [`${items(admission.gone)} no longer listed`]),
    ...(admission.doubted ? ["far fewer than before, which is not believed yet"] : []),
    ...(document.complete ? [] : ["the document was cut off"]),
    ...document.faults
  ]
  const text = parts.join("; ")
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
