// One try of one call: holds, this process's own log, then the store. Out: granted, or how long to wait and for what.
// Promises: what was not granted stays charged nowhere that this process can reach. Never waits for anything but the store's answer.
import { Effect, Exit } from "effect"
import { moment } from "../domain/MonotonicTime.ts"
import { ownLimit, quietMs } from "./Footing.ts"
import type { Holds } from "./Holds.ts"
import type { Limit } from "./Limit.ts"
import { longestWait, type SlidingLogs, type Verdict } from "./SlidingLog.ts"
import type { StoreWatch } from "./StoreWatch.ts"

export interface Parts {
  readonly watch: StoreWatch
  readonly holds: Holds
  /** Every call of this process, whoever granted it. */
  readonly own: SlidingLogs
  readonly share: number
}

/**
 * The own log is asked first: it settles most waits without the store. It is charged before the store is asked, so that callers
 * under way at the same time cannot together exceed this process's share.
 */
export const makeAttempt = ({ watch, holds, own, share }: Parts) =>
  Effect.fnUntraced(function* (chat: string, limits: ReadonlyArray<Limit>, cost: number) {
    const now = yield* moment
    const held = holds.ask(chat, now)
    if (held !== undefined) return held
    const at = now.monotonic
    const standing = yield* watch.attend
    const mine = limits.map((limit) => ownLimit(standing, share, at, limit))
    const quiet = longestWait(limits, (limit) => quietMs(standing, share, at, limit))
    const wait = quiet ?? own.ask(mine, cost, at)
    if (wait !== undefined) return wait
    own.charge(limits, cost, at, at)
    if (standing.footing._tag === "Local") return { _tag: "Granted", at } satisfies Verdict
    return yield* watch.take(limits, cost).pipe(
      Effect.onExit((exit) => {
        const goes = Exit.isSuccess(exit) && exit.value._tag === "Granted"
        return goes ? Effect.void : Effect.sync(() => own.refund(limits, cost, at))
      })
    )
  })
