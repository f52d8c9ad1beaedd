// The arithmetic of a sliding log, without effects: times of past calls in, "go" or "wait so long" out.
// Promises: several limits are asked at once, all or nothing; a refused call charges nothing; a log never holds more than `max` times.
// Never reads a clock: `now` comes in, milliseconds of any clock that does not run backwards.
import { type Limit, spanMs, weight } from "./Limit.ts"

/** Times of the calls that count, oldest first. */
export type Log = ReadonlyArray<number>

/** The call may go. `at` is when it was charged, by the clock of whoever keeps the log: what a refund has to name. */
export interface Granted {
  readonly _tag: "Granted"
  readonly at: number
}

/** Asking again is worth it in `ms` >= 0. `key` names the limit, or the hold, that takes longest. */
export interface Wait {
  readonly _tag: "Wait"
  readonly ms: number
  readonly key: string
}

export type Verdict = Granted | Wait

/** How full a limit is: `used` of `max` count now, one more call fits in `freeInMs` (0: now). */
export interface Usage extends Limit {
  readonly used: number
  readonly freeInMs: number
}

/** Milliseconds until a call of `cost` fits; 0 or less: now. The newest `max - weight` entries may stay, the next older must be gone. */
export const waitFor = (log: Log, limit: Limit, cost: number, now: number): number => {
  const barrier = log.at(weight(limit, cost) - limit.max - 1)
  return barrier === undefined ? 0 : barrier + spanMs(limit) - now
}

/** Puts a call of `cost` at `at` into the log; `at` may lie in the past. In place: a log may hold thousands of times. */
export const charge = (log: Array<number>, limit: Limit, cost: number, at: number): void => {
  let later = log.length
  while (later > 0 && (log[later - 1] ?? 0) > at) later -= 1
  for (let left = weight(limit, cost); left > 0; left--) log.splice(later, 0, at)
  if (log.length > limit.max) log.splice(0, log.length - limit.max)
}

/** The log without the call of `cost` that was charged at `at`. */
export const refunded = (log: Log, limit: Limit, cost: number, at: number): Array<number> => {
  let left = weight(limit, cost)
  return log.filter((time) => time !== at || left-- <= 0)
}

export const usage = (log: Log, limit: Limit, now: number): Usage => ({
  ...limit,
  used: log.filter((time) => time + spanMs(limit) > now).length,
  freeInMs: Math.max(0, Math.ceil(waitFor(log, limit, 1, now)))
})

/** The longest wait that `msOf` any limit asks for, rounded up to whole milliseconds; none: the call may go. */
export const longestWait = (
  limits: ReadonlyArray<Limit>,
  msOf: (limit: Limit) => number
): Wait | undefined => {
  const waits = limits.map((limit) => ({ key: limit.key, ms: Math.ceil(msOf(limit)) }))
  const longest = waits.reduce((a, b) => (b.ms > a.ms ? b : a), { key: "", ms: 0 })
  return longest.ms > 0 ? { _tag: "Wait", ...longest } : undefined
}

/** Several logs by key, in memory; a log goes when nothing in it counts any more. */
export class SlidingLogs {
  readonly #logs = new Map<string, { readonly log: Array<number>; readonly limit: Limit }>()
  #sweepAt = Number.NEGATIVE_INFINITY

  /** The wait of a call that does not fit now. Charges nothing. */
  ask(limits: ReadonlyArray<Limit>, cost: number, now: number): Wait | undefined {
    return longestWait(limits, (limit) => waitFor(this.#log(limit), limit, cost, now))
  }

  /** Charges the call, or says how long to wait and charges nothing. */
  take(limits: ReadonlyArray<Limit>, cost: number, now: number): Verdict {
    const wait = this.ask(limits, cost, now)
    if (wait !== undefined) return wait
    this.charge(limits, cost, now, now)
    return { _tag: "Granted", at: now }
  }

  charge(limits: ReadonlyArray<Limit>, cost: number, at: number, now: number): void {
    for (const limit of limits) {
      const log = this.#log(limit)
      charge(log, limit, cost, at)
      this.#logs.set(limit.key, { limit, log })
    }
    if (now >= this.#sweepAt) this.#sweep(now)
  }

  /** Takes back a call that was charged at `at` and did not go. */
  refund(limits: ReadonlyArray<Limit>, cost: number, at: number): void {
    for (const limit of limits)
      this.#logs.set(limit.key, { limit, log: refunded(this.#log(limit), limit, cost, at) })
  }

  usage(limits: ReadonlyArray<Limit>, now: number): ReadonlyArray<Usage> {
    return limits.map((limit) => usage(this.#log(limit), limit, now))
  }

  /** Logs kept. */
  get size(): number {
    return this.#logs.size
  }

  #log(limit: Limit): Array<number> {
    return this.#logs.get(limit.key)?.log ?? []
  }

  #sweep(now: number): void {
    for (const [key, { log, limit }] of this.#logs) {
      if ((log.at(-1) ?? 0) + spanMs(limit) <= now) this.#logs.delete(key)
    }
    this.#sweepAt = now + 60_000
  }
}
