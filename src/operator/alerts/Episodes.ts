// From what is wrong at each look to what is told: a problem when it has held for its time, its end when it has been gone for as long, one that
// comes and goes once. Pure. Promises: the same state for the same looks, so that a restart changes nothing; what has not changed is the same
// object.
//
//   ──▶ pending ──held──▶ told ◀──back── gone ──for its time──▶ ended ──an hour──▶ (forgotten)
//          │                └───absent────▲                       │ back: pending, and the count goes on
//          └──absent──▶ (forgotten, or ended as before)  ◀────────┘
//
//   opened    pending → told        flapping   the third time within an hour of each other: the end must then last an hour
//   ended     gone → ended
import type { Millis } from "../../domain/Names.ts"
import type { Episode, Problem } from "../../outbox/Alerts.ts"

/** What is to be told of a problem. */
export interface Change {
  readonly event: "opened" | "flapping" | "ended"
  readonly problem: Problem
  readonly since: Millis
  /** Of one that has ended: since when it is gone. Its end is told when it has been away for its time. */
  readonly goneAt?: Millis
  readonly times: number
}

export interface Stepped {
  /** Absent: there is nothing to remember any more. */
  readonly episode?: Episode
  readonly change?: Change
}

/** One that comes back within so long after its end has not ended. */
export const flapMs = 3_600_000
const flapTimes = 3

const isFlapping = ({ times }: Episode): boolean => times >= flapTimes

const calmMs = (episode: Episode): number =>
  isFlapping(episode) ? Math.max(episode.problem.holdMs, flapMs) : episode.problem.holdMs

const changed = (event: Change["event"], { goneAt, problem, since, times }: Episode): Change => ({
  ...{ event, problem, since, times },
  ...(goneAt === null ? {} : { goneAt })
})

const begun = (problem: Problem, now: Millis): Episode => ({
  ...{ problem, since: now, times: 0, told: false, goneAt: null, endedAt: null }
})

/** Of one that is not told yet. */
const told = (pending: Episode, now: Millis): Stepped => {
  if (now - pending.since < pending.problem.holdMs) return { episode: pending }
  const soon = pending.endedAt !== null && pending.since - pending.endedAt <= flapMs
  const times = (soon ? pending.times : 0) + 1
  const episode = { ...pending, times, told: true, endedAt: null }
  return { episode, change: changed(isFlapping(episode) ? "flapping" : "opened", episode) }
}

const present = (problem: Problem, episode: Episode | undefined, now: Millis): Stepped => {
  if (episode === undefined) return told(begun(problem, now), now)
  if (!episode.told) {
    return told(episode.goneAt === null ? episode : { ...episode, problem, since: now, goneAt: null }, now)
  }
  if (episode.goneAt === null) return { episode }
  const back = { ...episode, goneAt: null, times: episode.times + 1 }
  return { episode: back, ...(back.times === flapTimes ? { change: changed("flapping", back) } : {}) }
}

const absent = (episode: Episode, now: Millis): Stepped => {
  if (!episode.told) {
    if (episode.endedAt === null || now - episode.endedAt > flapMs) return {}
    return { episode: episode.goneAt === null ? { ...episode, goneAt: now } : episode }
  }
  const gone = episode.goneAt === null ? { ...episode, goneAt: now } : episode
  if (now - (gone.goneAt ?? now) < calmMs(episode)) return { episode: gone }
  return { episode: { ...gone, told: false, endedAt: now }, change: changed("ended", gone) }
}

/** After the clock was set back what was noted before begins its time anew, or it would be told when the clock is there again. */
const byThisClock = (episode: Episode, now: Millis): Episode => {
  const { since, goneAt, endedAt } = episode
  if (Math.max(since, goneAt ?? now, endedAt ?? now) <= now) return episode
  const upToNow = (at: Millis | null) => (at === null ? null : Math.min(at, now))
  return { ...episode, since: Math.min(since, now), goneAt: upToNow(goneAt), endedAt: upToNow(endedAt) }
}

/** `seen`: what is wrong now, each key once. */
export const step = (
  before: ReadonlyArray<Episode>,
  seen: ReadonlyArray<Problem>,
  now: Millis
): { readonly episodes: ReadonlyArray<Episode>; readonly changes: ReadonlyArray<Change> } => {
  const episodes = before.map((episode) => byThisClock(episode, now))
  const problems = new Map(seen.map((problem) => [problem.key, problem]))
  const known = new Set(episodes.map(({ problem }) => problem.key))
  const stepped = [
    ...episodes.map((episode) => {
      const problem = problems.get(episode.problem.key)
      return problem === undefined ? absent(episode, now) : present(problem, episode, now)
    }),
    ...[...problems.values()]
      .filter(({ key }) => !known.has(key))
      .map((problem) => present(problem, undefined, now))
  ]
  return {
    episodes: stepped.flatMap(({ episode }) => episode ?? []),
    changes: stepped.flatMap(({ change }) => change ?? [])
  }
}
