// Two connections to one file, as two processes have them: what one does not close, the other takes over; what one writes wakes the other.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Option, Scope, TestClock } from "effect"
import * as fc from "effect/FastCheck"
import { ChannelId } from "../../src/domain/Names.ts"
import { LeaseLost, Outbox } from "../../src/outbox/Outbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { begin, deals, enqueue, lease, now } from "../contracts/outbox.ts"
import { enqueueLayer, temporaryPath } from "./fixtures.ts"

/** One process' view of the file: it is never closed before the other one has looked. */
const process = (path: string) =>
  Layer.build(enqueueLayer.pipe(Layer.provideMerge(Storage.layer(path)), Layer.provideMerge(Signals.layer)))

const twoProcesses = Effect.gen(function* () {
  const path = yield* temporaryPath
  return [yield* process(path), yield* process(path)] as const
})

describe("two processes on one database", () => {
  it.scoped(
    "a process that was killed leaves what it committed: its send in flight is found as unknown",
    () =>
      Effect.gen(function* () {
        const [killed, heir] = yield* twoProcesses
        const [id, attempt, old] = yield* Effect.gen(function* () {
          const id = yield* enqueue("in flight")
          const fence = yield* lease("killed")
          return [id, yield* begin(id, fence), fence] as const
        }).pipe(Effect.provide(killed))
        yield* Effect.gen(function* () {
          const outbox = yield* Outbox
          const found = yield* outbox.claim(deals, now)
          assert.isTrue(found._tag === "Frozen" && found.delivery === id && found.attempt.id === attempt)
          assert.isTrue(Option.isNone(yield* outbox.lease(deals, "heir", now + 59_999, 60_000)))
          const fence = yield* lease("heir", deals, now + 60_000)
          assert.strictEqual(yield* outbox.recover(deals, fence, now + 60_000), 1)
        }).pipe(Effect.provide(heir))
        const late = Outbox.pipe(
          Effect.flatMap((outbox) => outbox.settle(attempt, old, { _tag: "Sent", messageIds: [1] }, now)),
          Effect.provide(killed)
        )
        assert.instanceOf(yield* Effect.flip(late), LeaseLost)
      })
  )

  it.scoped("never both hold a lease, however their attempts fall", () =>
    Effect.gen(function* () {
      const processes = yield* twoProcesses
      const step = fc.record({
        who: fc.nat({ max: 1 }),
        later: fc.nat({ max: 40_000 }),
        ttlMs: fc.integer({ min: 1, max: 60_000 }),
        gives: fc.boolean()
      })
      for (const [round, steps] of fc.sample(fc.array(step, { maxLength: 30 }), 40).entries()) {
        const channel = ChannelId.make(`channel-${round}`)
        let at = now
        let holder = { who: -1, until: 0, fence: 0 }
        for (const { who, later, ttlMs, gives } of steps) {
          at += later
          const outbox = yield* Effect.provide(Outbox, processes[who] ?? processes[0])
          const taken = Option.getOrUndefined(yield* outbox.lease(channel, `owner ${who}`, at, ttlMs))
          const mayTake = holder.who === who || holder.until <= at
          assert.strictEqual(taken !== undefined, mayTake)
          if (taken === undefined) continue
          assert.isTrue(holder.who === who ? taken === holder.fence : taken > holder.fence)
          holder = { who, until: at + ttlMs, fence: taken }
          if (gives) {
            yield* outbox.yieldLease(channel, taken)
            holder = { who: -1, until: 0, fence: taken }
          }
        }
      }
    })
  )

  it.scoped("what one writes wakes within a second whom it concerns in the other, and nobody else", () =>
    Effect.gen(function* () {
      const [mine, other] = yield* twoProcesses
      const signals = yield* Effect.provide(Signals, mine)
      const waiting = yield* Effect.fork(
        signals.wait({ kind: "channel", id: deals }, Number.MAX_SAFE_INTEGER)
      )
      const sleepsOn = Effect.gen(function* () {
        yield* TestClock.adjust("5 seconds")
        assert.isNull(waiting.unsafePoll())
      })
      const pause = (kind: "source" | "channel", id: string) =>
        Effect.flatMap(Steering, (steering) => steering.pause({ kind, id }, "me", now))
      yield* Effect.provide(pause("channel", "another"), other)
      yield* sleepsOn
      yield* Effect.provide(lease("somebody"), other)
      yield* Effect.provide(lease("somebody"), other)
      yield* sleepsOn
      yield* Effect.provide(pause("channel", deals), other)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(waiting)
    })
  )

  it.scoped("a delivery that is queued or settled by one wakes its channel in the other", () =>
    Effect.gen(function* () {
      const [mine, other] = yield* twoProcesses
      const signals = yield* Effect.provide(Signals, mine)
      const wakes = <A, E>(by: Effect.Effect<A, E>) =>
        Effect.gen(function* () {
          const waiting = yield* Effect.fork(
            signals.wait({ kind: "channel", id: deals }, Number.MAX_SAFE_INTEGER)
          )
          yield* TestClock.adjust("5 seconds")
          assert.isNull(waiting.unsafePoll())
          const done = yield* by
          yield* TestClock.adjust("1 second")
          yield* Fiber.join(waiting)
          return done
        })
      const id = yield* wakes(Effect.provide(enqueue("news"), other))
      const fence = yield* Effect.provide(lease("publisher"), other)
      const attempt = yield* wakes(Effect.provide(begin(id, fence), other))
      const outbox = yield* Effect.provide(Outbox, other)
      yield* wakes(outbox.settle(attempt, fence, { _tag: "Sent", messageIds: [1] }, now))
      yield* wakes(outbox.yieldLease(deals, fence))
    })
  )

  it.scoped("a process that closes leaves the file to the other", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      const scope = yield* Scope.make()
      const first = yield* Effect.provideService(process(path), Scope.Scope, scope)
      const second = yield* process(path)
      yield* Effect.provide(enqueue("kept"), first)
      yield* Scope.close(scope, Exit.void)
      const claim = yield* Effect.provide(
        Effect.flatMap(Outbox, (outbox) => outbox.claim(deals, now)),
        second
      )
      assert.strictEqual(claim._tag, "Ready")
      yield* Effect.provide(enqueue("more"), second)
    })
  )
})
