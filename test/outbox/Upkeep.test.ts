// What is no longer needed goes by the hour, by the catalog as it is then.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, Ref, TestClock } from "effect"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { type Keeping, upkeep } from "../../src/outbox/Upkeep.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { listed, queued, sent } from "../contracts/delivering.ts"
import { deals, now } from "../contracts/outbox.ts"

const layer = SqlIntake.layer.pipe(Layer.provideMerge(Storage.layerMemory), Layer.provideMerge(Signals.layer))

const hours = (count: number) => count * 3_600_000
const following = (followMs: number): Keeping => ({
  forgetMs: hours(1_000),
  channels: new Map([[deals, { id: deals, followMs }]])
})

describe("upkeep", () => {
  it.scoped("passes by changes of posts that follow their items no more, and of no others", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const posts = yield* Posts
      yield* sent(yield* queued("a"), [5])
      yield* listed("a", { body: "second" })
      const isDue = Effect.map(posts.next(deals, 0), Option.isSome)
      const keeping = yield* Ref.make(following(hours(10)))
      yield* Effect.forkScoped(upkeep(Ref.get(keeping)))
      yield* TestClock.adjust("5 hours")
      assert.isTrue(yield* isDue)
      yield* Ref.set(keeping, following(hours(2)))
      yield* TestClock.adjust("59 minutes")
      assert.isTrue(yield* isDue)
      yield* TestClock.adjust("1 minute")
      assert.isFalse(yield* isDue)
    }).pipe(Effect.provide(layer))
  )
})
