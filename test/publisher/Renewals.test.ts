// What the leases of one process cost together, and that each of them ends when it is lost, whatever becomes of the others.
import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, Effect, Exit, Fiber, Option, TestClock } from "effect"
import { later, moment } from "../../src/domain/MonotonicTime.ts"
import { ChannelId, Fence } from "../../src/domain/Names.ts"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import { LeaseLost, Outbox } from "../../src/outbox/Outbox.ts"
import { type Lease, makeRenewals } from "../../src/publisher/Renewals.ts"
import { deals, layer, publishing } from "./stage.ts"

const ttlMs = 15_000

/** The outbox, and how many times leases were taken and renewed in it. */
const counted = Effect.map(Outbox, (outbox) => {
  const seen = { leases: 0, renewals: 0 }
  const noted = (what: keyof typeof seen) =>
    Effect.sync(() => {
      seen[what] += 1
    })
  const counting = Outbox.of({
    ...outbox,
    lease: (...given) => Effect.zipRight(noted("leases"), outbox.lease(...given)),
    renew: (...given) => Effect.zipRight(noted("renewals"), outbox.renew(...given))
  })
  return { seen, counting }
})

const taken = (name: string) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const channel = ChannelId.make(name)
    const now = yield* moment
    const fence = Option.getOrElse(yield* outbox.lease(channel, "one", now.date, ttlMs), () => Fence.make(0))
    return { channel, fence, end: later(now, ttlMs) } satisfies Lease
  })

describe("the leases of a process", () => {
  it.scoped("are renewed in one write, however many they are, and in none while there is none", () =>
    Effect.gen(function* () {
      const { seen, counting } = yield* counted
      const renewals = yield* makeRenewals("one", ttlMs).pipe(Effect.provideService(Outbox, counting))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(seen.renewals, 0)
      const leases: Array<Lease> = []
      const holding: Array<Fiber.RuntimeFiber<never, unknown>> = []
      for (let number = 0; number < 50; number++) {
        const lease = yield* taken(`channel-${number}`)
        leases.push(lease)
        holding.push(yield* Effect.fork(renewals.keep(lease)))
        yield* TestClock.adjust("100 millis")
      }
      yield* TestClock.adjust("55 seconds")
      assert.isAtMost(seen.renewals, 12)
      const now = yield* Clock.currentTimeMillis
      const outbox = yield* Outbox
      for (const { channel, end } of leases) {
        assert.isAbove(end.date, now)
        assert.isTrue(Option.isNone(yield* outbox.lease(channel, "two", now, ttlMs)))
      }
      yield* Fiber.interruptAll(holding)
      const before = seen.renewals
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(seen.renewals, before)
    }).pipe(Effect.provide(layer))
  )

  it.scoped("are neither held nor written while a channel has nothing to do", () =>
    Effect.gen(function* () {
      const { seen, counting } = yield* counted
      yield* publishing(deals, "one", { leaseTtl: "15 seconds" }).pipe(
        Effect.provideService(Outbox, counting),
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      const before = { ...seen }
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(seen, before)
      assert.strictEqual(before.leases, 1)
    }).pipe(Effect.provide(layer))
  )

  it.scoped("go on when one of them was taken by another process", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const renewals = yield* makeRenewals("one", ttlMs)
      const [lost, kept] = [yield* taken("lost"), yield* taken("kept")]
      const losing = yield* Effect.fork(renewals.keep(lost))
      yield* Effect.fork(renewals.keep(kept))
      yield* outbox.lease(lost.channel, "two", 1_000_000, ttlMs)
      yield* TestClock.adjust("5 seconds")
      assert.instanceOf(yield* Effect.flip(Fiber.join(losing)), LeaseLost)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(kept.end.date, 25_000)
    }).pipe(Effect.provide(layer))
  )

  it.scoped(
    "end with the reason why they could not be renewed: no other process is blamed for a full disk",
    () =>
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const full = new StorageFailed({ operation: "renew leases", reason: "full", cause: "ENOSPC" })
        const disk = Outbox.of({ ...outbox, renew: () => full })
        const renewals = yield* makeRenewals("one", ttlMs).pipe(Effect.provideService(Outbox, disk))
        const losing = yield* Effect.fork(renewals.keep(yield* taken("channel")))
        yield* TestClock.adjust(ttlMs)
        const lost = yield* Effect.flip(Fiber.join(losing))
        assert.instanceOf(lost, LeaseLost)
        assert.match(lost.message, /Channel channel stands still.*could not be renewed.*the disk is full/)
      }).pipe(Effect.provide(layer))
  )

  it.scoped("are not waited for in vain when renewing them breaks off with a bug", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const broken = Outbox.of({ ...outbox, renew: () => Effect.dieMessage("a bug") })
      const renewals = yield* makeRenewals("one", ttlMs).pipe(Effect.provideService(Outbox, broken))
      const holding = yield* Effect.fork(renewals.keep(yield* taken("channel")))
      yield* TestClock.adjust("5 seconds")
      const exit = yield* Fiber.await(holding)
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
    }).pipe(Effect.provide(layer))
  )
})
