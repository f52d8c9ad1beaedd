// What Intake writes is what the Outbox reads: the two contracts on one database.
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { deals, shopLists, store } from "../operator/operating.ts"

describe("what intake queued", () => {
  it.scoped("can be published at once, also when the clock is set back after it was queued", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      yield* TestClock.setTime(7_200_000)
      yield* shopLists(1)
      for (const now of [7_200_000, 3_600_000]) {
        assert.strictEqual((yield* outbox.claim(deals, now))._tag, "Ready")
      }
    }).pipe(Effect.provide(store))
  )
})
