// The leases that a process holds, renewed together: one write for all of them, three times in their life, and none while there is none.
// Promises: who holds one learns when it is lost, or may be because the store could not renew it before it ended.
import { Deferred, Duration, Effect, Either, type Scope } from "effect"
import { later, type Moment, moment } from "../domain/MonotonicTime.ts"
import type { ChannelId, Fence } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import { LeaseLost, Outbox } from "../outbox/Outbox.ts"
import { isPassing } from "./Patience.ts"

/** A lease as the store confirmed it last. */
export interface Lease {
  readonly channel: ChannelId
  readonly fence: Fence
  /** It ends when one of both clocks says so: the date may be set back meanwhile, and the store then lets the lease end by the new date. */
  end: Moment
}

export interface Renewals {
  /** How long a lease holds without renewal, in milliseconds. */
  readonly ttlMs: number
  /** Has the lease renewed until it is interrupted. */
  readonly keep: (lease: Lease) => Effect.Effect<never, StorageFailed | LeaseLost>
}

interface Kept {
  readonly lease: Lease
  readonly lost: Deferred.Deferred<never, StorageFailed | LeaseLost>
}

/** `owner` names this process; `ttl`: how long a channel stays with a process that shows no sign of life. */
export const makeRenewals = (
  owner: string,
  ttl: Duration.DurationInput = "15 seconds"
): Effect.Effect<Renewals, never, Outbox | Scope.Scope> =>
  Effect.gen(function* () {
    const ttlMs = Duration.toMillis(ttl)
    const outbox = yield* Outbox
    const kept = new Map<ChannelId, Kept>()
    const some = yield* Effect.makeLatch(false)

    const renew = Effect.gen(function* () {
      const asked = yield* moment
      const all = [...kept.values()]
      const leases = new Map(all.map(({ lease }) => [lease.channel, lease.fence]))
      const renewed = yield* Effect.either(outbox.renew(owner, leases, asked.date, ttlMs))
      for (const { lease, lost } of all) {
        const { channel } = lease
        if (Either.isRight(renewed)) {
          if (renewed.right.has(channel)) lease.end = later(asked, ttlMs)
          else yield* Deferred.fail(lost, new LeaseLost({ channel }))
        } else if (asked.date + ttlMs / 3 >= lease.end.date) {
          yield* Deferred.fail(lost, new LeaseLost({ channel, unrenewed: renewed.left.message }))
        } else if (!isPassing(renewed.left)) {
          yield* Deferred.fail(lost, renewed.left)
        }
      }
    })
    const round = some.await.pipe(
      Effect.zipRight(Effect.sleep(ttlMs / 3)),
      Effect.zipRight(Effect.suspend(() => (kept.size > 0 ? renew : Effect.void))),
      // A bug is told to all, so that nobody waits for a renewal that does not come.
      Effect.catchAllDefect((bug) =>
        Effect.forEach([...kept.values()], ({ lost }) => Deferred.die(lost, bug), { discard: true })
      )
    )
    // Each round sleeps: `forever`, which yields after each, would be one more turn of the event loop.
    yield* Effect.forkScoped(
      Effect.interruptible(Effect.whileLoop({ while: () => true, body: () => round, step: () => undefined }))
    )

    return {
      ttlMs,
      keep: (lease) =>
        Effect.acquireUseRelease(
          Effect.gen(function* () {
            const one: Kept = { lease, lost: yield* Deferred.make<never, StorageFailed | LeaseLost>() }
            kept.set(lease.channel, one)
            yield* some.open
            return one
          }),
          ({ lost }) => Deferred.await(lost),
          (one) =>
            Effect.suspend(() => {
              if (kept.get(lease.channel) === one) kept.delete(lease.channel)
              return kept.size > 0 ? Effect.void : some.close
            })
        )
    }
  })
