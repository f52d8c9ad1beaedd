// When does a child that ended come back? Pure: a record of its past, this exit, the time and one random number give a verdict and the new
// record. Promises: gaps grow to a cap and are forgotten after calm; a child that fails too often is quarantined alone and probed for ever;
// only trouble shared by most children, or a failure that says so itself, escalates. Never performs anything.
// @source doc "reference/runtime.md" §4, Restart policy (back-off after Pekko's BackoffOptions, intensity after OTP's supervisor)
import type { Millis } from "../domain/Names.ts"

export interface RestartPolicy {
  /** Upper bound of the first gap; it doubles with each further restart. */
  readonly firstGapMs: number
  /** No gap is longer. */
  readonly maxGapMs: number
  /** A generation that ran this long clears the child's record. */
  readonly calmMs: number
  /** So many restarts within `windowMs` are taken; the next failure in it quarantines. */
  readonly intensity: number
  readonly windowMs: number
  /** From the begin of a quarantine, or from a failed probe, to the next probe. */
  readonly probeEveryMs: number
  /** The group gives up when more than this share of its children … */
  readonly groupShare: number
  /** … and at least so many … */
  readonly groupMinimum: number
  /** … went into quarantine within this time. */
  readonly groupWindowMs: number
}

const second = 1000
const minute = 60 * second

/** Gaps 1 s · 2ⁿ to 5 min; calm 10 min; 5 restarts in 10 min; a probe each 30 min; more than half, at least 3, in 10 min. */
export const defaults: RestartPolicy = {
  firstGapMs: second,
  maxGapMs: 5 * minute,
  calmMs: 10 * minute,
  intensity: 5,
  windowMs: 10 * minute,
  probeEveryMs: 30 * minute,
  groupShare: 0.5,
  groupMinimum: 3,
  groupWindowMs: 10 * minute
}

/** What is remembered of a child between two of its generations. */
export interface ChildRecord {
  /** Restarts since its last calm period. */
  readonly attempts: number
  /** When it was restarted lately; at most `intensity` times, oldest first. */
  readonly recent: ReadonlyArray<Millis>
  /** Set from the first quarantine until a probe ran calm. */
  readonly quarantinedSince: Millis | undefined
}

export const cleanRecord: ChildRecord = { attempts: 0, recent: [], quarantinedSince: undefined }

export interface ChildExit {
  /** When the generation began to run; undefined when it ended before that. */
  readonly startedAt: Millis | undefined
  readonly now: Millis
  /** From [0, 1). */
  readonly random: number
  /** The failure means that the process itself is bad. */
  readonly fatal: boolean
}

export type Verdict =
  | { readonly _tag: "Restart"; readonly at: Millis; readonly attempt: number }
  | {
      readonly _tag: "Quarantine"
      readonly since: Millis
      readonly probeAt: Millis
      readonly entered: boolean
    }
  | { readonly _tag: "Escalate" }

/** Full jitter: any gap from none to the whole of it is equally likely, so that neighbours do not come back together. */
const gapMs = (policy: RestartPolicy, attempts: number, random: number): number =>
  Math.round(random * Math.min(policy.maxGapMs, policy.firstGapMs * 2 ** attempts))

/** What becomes of a child that ended. The record that comes back belongs to its next exit. */
export const decide = (
  policy: RestartPolicy,
  past: ChildRecord,
  exit: ChildExit
): { readonly verdict: Verdict; readonly record: ChildRecord } => {
  const { now } = exit
  const calm = exit.startedAt !== undefined && now - exit.startedAt >= policy.calmMs
  const record = calm ? cleanRecord : past
  if (exit.fatal) return { verdict: { _tag: "Escalate" }, record }

  const recent = record.recent.filter((at) => at > now - policy.windowMs)
  const entered = record.quarantinedSince === undefined
  if (!entered || recent.length >= policy.intensity) {
    const since = record.quarantinedSince ?? now
    const verdict: Verdict = { _tag: "Quarantine", since, probeAt: now + policy.probeEveryMs, entered }
    return { verdict, record: { ...record, quarantinedSince: since } }
  }
  const attempt = record.attempts + 1
  const at = now + gapMs(policy, record.attempts, exit.random)
  return {
    verdict: { _tag: "Restart", at, attempt },
    record: { attempts: attempt, recent: [...recent, now], quarantinedSince: undefined }
  }
}

/** Whether so many children went into quarantine lately that the fault cannot be theirs. `quarantines`: when each began. */
export const groupGivesUp = (
  policy: RestartPolicy,
  children: number,
  quarantines: ReadonlyArray<Millis>,
  now: Millis
): boolean => {
  const lately = quarantines.filter((since) => since > now - policy.groupWindowMs).length
  return lately >= policy.groupMinimum && lately > policy.groupShare * children
}
