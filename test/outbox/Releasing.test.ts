// Two fibers, or processes, at one held burst: a person decides about it while its source is polled.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { Intake } from "../../src/outbox/Intake.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Database } from "../../src/storage/Database.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import { admit, articles, channel, now, settled } from "../contracts/IntakeBench.ts"
import { source } from "../identity/Arbitrary.ts"

/** Lets others have their turn after each commit, as a disk does. */
const takingTurns = Layer.effect(
  Database,
  Effect.map(Database, (database) => ({
    ...database,
    transaction: <A>(...work: Parameters<typeof database.transaction<A>>) =>
      Effect.zipLeft(database.transaction(...work), Effect.yieldNow())
  }))
)

const intake = SqlIntake.layer.pipe(
  Layer.provideMerge(Signals.layer),
  Layer.provide(Layer.provide(takingTurns, Database.layerMemory))
)

describe("a decision about a held burst", () => {
  it.effect("is answered with what was queued by it, although the source is polled at that moment", () =>
    Effect.gen(function* () {
      const { decide, continueReleases } = yield* Intake
      const routes = [{ channel: channel(), where: {} }]
      yield* settled(articles(1, 10))
      yield* admit(articles(1, 250))
      const polls = Effect.zipRight(Effect.yieldNow(), continueReleases(source().id, routes, now))
      const decision = decide(1, { newest: 3 }, routes, now)
      const told = yield* Effect.raceFirst(decision, Effect.forever(polls))
      assert.deepStrictEqual(Option.getOrNull(told), 3)
    }).pipe(Effect.provide(intake))
  )
})
