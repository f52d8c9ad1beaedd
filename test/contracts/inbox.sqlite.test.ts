// Besides the suite: two processes on one file, of which only one takes each update.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import * as fc from "effect/FastCheck"
import { Inbox } from "../../src/outbox/Inbox.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { temporaryPath } from "../storage/fixtures.ts"
import { stores } from "./deliveringLayers.ts"
import { inboxContract } from "./inbox.ts"
import { now } from "./outbox.ts"

inboxContract(stores)

const process = (path: string) =>
  Effect.map(Layer.build(Storage.layer(path).pipe(Layer.provideMerge(Signals.layer))), (context) =>
    Effect.provide(Inbox, context)
  )

describe("two processes on one file", () => {
  it.scoped("take each update once, however their turns, pauses and deaths fall", () =>
    Effect.gen(function* () {
      const path = yield* temporaryPath
      const inboxes = yield* Effect.all([yield* process(path), yield* process(path)])
      const turn = fc.record({
        who: fc.nat({ max: 1 }),
        later: fc.nat({ max: 50_000 }),
        handles: fc.nat({ max: 3 }),
        gives: fc.boolean()
      })
      for (const [bot, turns] of fc.sample(fc.array(turn, { maxLength: 20 }), 30).entries()) {
        const handled: Array<number> = []
        let at = now
        for (const { who, later, handles, gives } of turns) {
          at += later
          const inbox = inboxes[who] ?? inboxes[0]
          if (!(yield* inbox.lease(bot, `owner ${who}`, at, 45_000))) continue
          for (let update = 0; update < handles; update++) {
            const next = (yield* inbox.position(bot)) + 1
            handled.push(next)
            yield* inbox.advance(bot, `owner ${who}`, next)
          }
          if (gives) yield* inbox.yieldLease(bot, `owner ${who}`)
        }
        assert.deepStrictEqual(
          handled,
          handled.map((_, index) => index + 1)
        )
      }
    })
  )
})
