// What Intake writes is what the Outbox reads: the two contracts on one database.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, TestClock } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import { routesOf } from "../../src/operator/Commands.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { catalog, deals, sendNext, shop, shopLists, store } from "../operator/operating.ts"

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

describe("what a channel did not get", () => {
  const product = { offer: { gtin: "4015600608835" } }
  const mirrored = Effect.gen(function* () {
    const intake = yield* Intake
    const admission = yield* intake.admit({
      source: {
        ...Option.getOrThrow(Option.fromNullable(catalog.sources.get(shop))),
        id: SourceId.make("mirror")
      },
      routes: routesOf(catalog, "shop"),
      items: [{ guid: "m", title: "a mirror of it", body: "", images: [], categories: [], ...product }],
      ...{ complete: true, cursor: {}, now: 0 }
    })
    return [admission.queued.get(deals) ?? 0, admission.duplicatesPrevented]
  })

  it.scoped(
    "because Telegram refused it is not brought by another source: it is one thing with one delivery, which a person may queue again",
    () =>
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* shopLists(1, "offer", product)
        const delivery = yield* sendNext({ _tag: "Refused", reason: "too long" })
        assert.deepStrictEqual(yield* mirrored, [0, 1])
        assert.isTrue(yield* outbox.retry(delivery, 0))
        assert.strictEqual((yield* outbox.claim(deals, 0))._tag, "Ready")
      }).pipe(Effect.provide(store))
  )

  it.scoped("because it waited too long, or was over a cap, is not brought by another source either", () =>
    Effect.gen(function* () {
      const outbox = yield* Outbox
      yield* shopLists(1, "offer", product)
      const fence = Option.getOrThrow(yield* outbox.lease(deals, "me", 0, 60_000))
      assert.strictEqual(yield* outbox.expire(deals, fence, { before: 1 }, "waited too long", 0), 1)
      assert.deepStrictEqual(yield* mirrored, [0, 1])
      assert.strictEqual((yield* outbox.claim(deals, 0))._tag, "Empty")
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
