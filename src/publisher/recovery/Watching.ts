// Attempts that counted as not arrived, or were left to a person, may land all the same: they are watched for a day. A look is due at set times,
// and whenever an id has passed by that nobody can explain. What a look sees is recorded as evidence, and evidence decides. Where a channel cannot
// be read nothing is looked for: that something stands there says nothing of whose it is, when more than one post may.
// @source reference/telegram-bot-api.md §5.4 (S7, S8)
import { Clock, Effect, Ref } from "effect"
import type { AttemptId, Millis } from "../../domain/Names.ts"
import { Evidence, type WatchedAttempt } from "../../outbox/Evidence.ts"
import type { Desk } from "../Desk.ts"
import { patiently } from "../Patience.ts"
import { isReadable, read, type Search } from "./Look.ts"
import { knownAbove, searchIn } from "./Searching.ts"

const minuteMs = 60_000

/** After the outcome became unknown: soon, for most that is late is so by minutes, then more and more seldom. */
const looksMs: ReadonlyArray<number> = [5, 30, 180, 720, 1440].map((minutes) => minutes * minuteMs)
export const watchedForMs = Math.max(...looksMs) + 10 * minuteMs

/** The last look for an attempt, and how far up it went. */
export interface Looked {
  readonly at: Millis
  readonly top: number
}

/** When the next look at a set time is due; none after the last. Pure. */
export const nextLookAt = (since: Millis, waitMs: number, looked: Looked | undefined): Millis =>
  looksMs.map((ms) => since + waitMs + ms).find((at) => at > (looked?.at ?? since)) ??
  Number.POSITIVE_INFINITY

/** Whether an id passed by since the last look that nobody can explain. Pure. */
export const hasGap = ({ attempt, top, seen }: Search, looked: Looked | undefined): boolean => {
  const from = Math.max(attempt.floor, looked?.top ?? 0)
  let known = 0
  for (const id of seen) if (id > from && id <= top) known += 1
  return known < top - from
}

export interface DueLook {
  readonly attempt: WatchedAttempt
  readonly search: Search
}

/** The look that is due for a watched attempt, or when the next one will be. */
export const nextLook = Effect.fnUntraced(function* (desk: Desk) {
  const { channel } = desk
  if (!isReadable(channel)) return Number.POSITIVE_INFINITY
  const evidence = yield* Evidence
  const now = yield* Clock.currentTimeMillis
  const watched = yield* patiently(evidence.watched(channel.id, now - watchedForMs))
  yield* forgetOthers(desk, watched)
  let nextAt = Number.POSITIVE_INFINITY
  if (watched.length === 0) return nextAt
  const known = yield* knownAbove(channel, Math.min(...watched.map(({ floor }) => floor)))
  for (const attempt of watched) {
    const looked = (yield* Ref.get(desk.looked)).get(attempt.id)
    const search = searchIn(known, attempt, true)
    const at = nextLookAt(attempt.since, channel.verify.waitMs, looked)
    if (now >= at || hasGap(search, looked)) return { attempt, search } satisfies DueLook
    nextAt = Math.min(nextAt, at)
  }
  return nextAt
})

export const lookFor = (desk: Desk, { attempt, search }: DueLook) =>
  Effect.gen(function* () {
    const result = yield* read(search)
    const at = yield* Clock.currentTimeMillis
    yield* Ref.update(desk.looked, (looked) => new Map(looked).set(attempt.id, { at, top: search.top }))
    yield* Effect.logDebug("Looked for an attempt that may land late").pipe(
      Effect.annotateLogs({ marker: attempt.marker, result: result._tag })
    )
  })

const forgetOthers = (desk: Desk, watched: ReadonlyArray<WatchedAttempt>) =>
  Ref.update(desk.looked, (looked): ReadonlyMap<AttemptId, Looked> => {
    if (looked.size === 0) return looked
    const ids = new Set(watched.map((attempt) => attempt.id))
    return new Map([...looked].filter(([id]) => ids.has(id)))
  })
