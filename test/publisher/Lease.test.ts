// What a process may still send by its lease when the machine's date is set meanwhile and the store does not answer.
import { assert, describe, it } from "@effect/vitest"
import { Effect, FiberRef, TestClock } from "effect"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { leased } from "../../src/publisher/Lease.ts"
import { makeRenewals } from "../../src/publisher/Renewals.ts"
import { mayCall } from "../../src/telegram/Permission.ts"
import { deals, layer, settable, stuckAfterLease } from "./stage.ts"

const silent = { running: () => Effect.void, waiting: () => Effect.void, openCircuit: () => Effect.void }

describe("a lease that cannot be renewed", () => {
  for (const [what, ms] of [
    ["", 0],
    [", also when the date was set back meanwhile: by the new one another process may take it", 3_600_000]
  ] as const) {
    it.scoped(`permits no call after its time${what}`, () =>
      Effect.provide(
        Effect.gen(function* () {
          const stuck = yield* stuckAfterLease
          const { clock, setBack } = settable(yield* Effect.clock)
          let may = () => false
          const work = Effect.flatMap(FiberRef.get(mayCall), (holds) => {
            may = holds
            return Effect.never
          })
          const publishing = Effect.gen(function* () {
            const renewals = yield* makeRenewals("one", "15 seconds")
            yield* leased({ channel: deals, owner: "one", report: silent, renewals }, () => work)
          })
          yield* publishing.pipe(
            Effect.provideService(Outbox, stuck),
            Effect.withClock(clock),
            Effect.forkScoped
          )
          yield* TestClock.adjust("1 second")
          setBack(ms)
          assert.isTrue(may())
          yield* TestClock.adjust("13999 millis")
          assert.isTrue(may())
          yield* TestClock.adjust("1 millis")
          assert.isFalse(may())
        }),
        layer
      )
    )
  }
})
