// Forgetting takes several steps, and its items may be seen again between two of them.
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Intake } from "../../src/outbox/Intake.ts"
import { admit, articles, day, now, onPauses, settled, titles } from "../contracts/IntakeBench.ts"
import { sqliteLayer } from "../contracts/IntakeLayers.ts"

it.effect("an item that comes back while it is being forgotten is no news", () =>
  Effect.gen(function* () {
    const { forget } = yield* Intake
    yield* settled(articles(1, 3))
    yield* admit(articles(2, 3), { now: now + day })
    const context = yield* Effect.context<Intake>()
    const again = Effect.provide(admit(articles(1, 3), { now: now + 500 * day }), context)
    let pauses = 0
    const forgotten = yield* onPauses(forget(now + 400 * day), () =>
      pauses++ === 0 ? Effect.orDie(Effect.asVoid(again)) : Effect.void
    )
    assert.deepStrictEqual([forgotten, (yield* admit(articles(1, 3))).known, yield* titles()], [0, 3, []])
  }).pipe(Effect.provide(sqliteLayer))
)
