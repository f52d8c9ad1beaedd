import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { snapshot } from "../../src/operator/Status.ts"
import { verdictOf } from "../../src/operator/Verdict.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { ChildId, type ChildState } from "../../src/supervision/ChildState.ts"
import { catalog, deals, live, sendNext, shopLists, store } from "./operating.ts"

const running: ChildState = { _tag: "Running", since: 0 }
const children = (shop: ChildState) =>
  new Map([
    ...["channel/deals", "channel/news", "source/blog"].map((id) => [ChildId.make(id), running] as const),
    [ChildId.make("source/shop"), shop] as const
  ])

const verdict = (shop: ChildState = running) =>
  snapshot(catalog, "/data/oncecast.db").pipe(Effect.map(verdictOf), Effect.provide(live(children(shop))))

describe("the verdict", () => {
  it.scoped("says in one sentence that all is well, and what waits for how long", () =>
    Effect.gen(function* () {
      assert.deepInclude(yield* verdict(), { tone: "well", sentence: "All is well; no post waits." })
      yield* shopLists(10)
      assert.strictEqual(
        (yield* verdict()).sentence,
        "All is well; 10 posts wait for their turn, which takes about 40 s."
      )
    }).pipe(Effect.provide(store))
  )

  it.scoped("names one thing that needs a look and counts several, the worst first", () =>
    Effect.gen(function* () {
      const steering = yield* Steering
      const failing: ChildState = { _tag: "OpenCircuit", until: 9, why: "HTTP 503" }
      yield* steering.pause({ kind: "channel", id: "news" }, "ann", 0)
      const found = yield* verdict(failing)
      assert.strictEqual(found.tone, "failing")
      assert.match(found.sentence, /^Source shop is failing, channel news is paused; no post waits\.$/)
      assert.deepStrictEqual(
        found.incidents.map(({ about, why }) => [about, why]),
        [
          ["source/shop", "HTTP 503"],
          ["channel/news", "somebody paused it; resume with `oncecast resume`"]
        ]
      )
    }).pipe(Effect.provide(store))
  )

  it.scoped(
    "says when the catalog's file is refused, and when a channel after a restore waits for a person",
    () =>
      Effect.gen(function* () {
        const status = yield* Effect.provide(snapshot(catalog, ""), live(children(running)))
        const refused = verdictOf({
          ...status,
          catalog: "oncecast.yaml:3: sources.x.every is not a duration"
        })
        assert.match(refused.sentence, /^The catalog is refused; /)
        assert.include(refused.incidents[0]?.why, "oncecast.yaml:3")
        const restored = [{ channel: deals, at: 0 }]
        assert.strictEqual(verdictOf({ ...status, restored }).tone, "well", "it is being read")
        const stuck = { is: "failing", why: "a backup was restored", until: null }
        const channels = status.channels.map((one) => (one.id === deals ? { ...one, activity: stuck } : one))
        assert.match(verdictOf({ ...status, channels, restored }).sentence, /1 decision waits for you/)
      }).pipe(Effect.provide(store))
  )

  it.scoped("says of a bot that fails why it does", () =>
    Effect.gen(function* () {
      const bot: ChildState = { _tag: "OpenCircuit", until: 9, why: "bad webhook: Failed to resolve host" }
      const given = new Map([...children(running), [ChildId.make("bot/publisher"), bot] as const])
      const found = verdictOf(yield* Effect.provide(snapshot(catalog, ""), live(given)))
      assert.strictEqual(found.sentence, "Bot publisher is failing; no post waits.")
      assert.strictEqual(found.incidents[0]?.why, "bad webhook: Failed to resolve host")
    }).pipe(Effect.provide(store))
  )

  it.scoped("says that nothing can be written in a sentence that can be read", () =>
    Effect.gen(function* () {
      const status = yield* Effect.provide(snapshot(catalog, ""), live(children(running)))
      const full = verdictOf({ ...status, storage: "the disk is full" })
      assert.strictEqual(full.sentence, "The database is not writable; no post waits.")
    }).pipe(Effect.provide(store))
  )

  it.scoped("says that a decision waits", () =>
    Effect.gen(function* () {
      yield* shopLists(1)
      const id = yield* sendNext({ _tag: "Unknown", reason: "reset" })
      yield* (yield* Outbox).resolve(id, { _tag: "Park", reason: "cannot know" }, 0)
      const found = yield* verdict()
      assert.deepInclude(found, { tone: "decide" })
      assert.match(found.sentence, /^1 decision waits for you; no post waits\.$/)
    }).pipe(Effect.provide(store))
  )

  it.scoped("says that the service does not run", () =>
    Effect.gen(function* () {
      const status = yield* snapshot(catalog, "/data/oncecast.db")
      assert.match(verdictOf(status).sentence, /^The service is not running/)
      yield* (yield* Outbox).lease(deals, "host/7", 0, 15_000)
      const held = verdictOf(yield* snapshot(catalog, "/data/oncecast.db"))
      assert.match(held.sentence, /^host\/7 publishes, but does not answer here/, "as from another container")
    }).pipe(Effect.provide(Layer.merge(store, Layer.empty)))
  )
})
