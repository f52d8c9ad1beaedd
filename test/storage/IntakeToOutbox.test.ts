// What Intake writes is what the Outbox reads: the two contracts on one database.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, TestClock } from "effect"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { deals, sendNext, shopLists, store } from "../operator/operating.ts"

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

describe("what intake changed", () => {
  it.scoped("is due to be changed in its post, and the channel is woken for it", () =>
    Effect.gen(function* () {
      const posts = yield* Posts
      const signals = yield* Signals
      yield* shopLists(1)
      yield* sendNext({ _tag: "Sent", messageIds: [7], chatId: -100 })
      yield* signals.wait({ kind: "channel", id: deals }, 0)
      assert.isTrue(Option.isNone(yield* posts.next(deals, 0)))
      yield* shopLists(1, "offer", { body: "new words" })
      yield* signals.wait({ kind: "channel", id: deals }, Number.MAX_SAFE_INTEGER)
      const due = Option.getOrThrow(yield* posts.next(deals, 0))
      assert.deepStrictEqual(
        { ids: due.messageIds, revision: due.revision, body: due.item.body },
        { ids: [7], revision: 2, body: "new words" }
      )
    }).pipe(Effect.provide(store))
  )
})
