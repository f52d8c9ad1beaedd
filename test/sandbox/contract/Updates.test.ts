// E14, §6: how updates are fetched and confirmed, and how they are lost, repeated and held back on purpose.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { soon } from "../../setup/soon.ts"
import {
  channel,
  contract,
  otherToken,
  type Params,
  type Told,
  updatesIn,
  type World,
  words
} from "./world.ts"

const witness = 1_000_000_002
const both = { bots: [{ token: sandboxToken }, { token: otherToken, username: "witness_bot" }] }

/** What waits for a bot. */
const waiting = (world: World, token = sandboxToken, params: Params = {}) =>
  Effect.map(world.as(token)("getUpdates", params), (told) => updatesIn(told).map(({ what }) => what))
const hears =
  (expected: ReadonlyArray<string>, token = sandboxToken) =>
  (world: World) =>
    Effect.map(waiting(world, token), (heard) => assert.deepStrictEqual(heard, expected))
const said =
  (...texts: ReadonlyArray<string>) =>
  (world: World) =>
    Effect.forEach(texts, (text) => world.control.say(42, text))
/** That one question for updates has arrived, and waits. */
const asked = ({ control }: World) =>
  Effect.map(control.calls("getUpdates"), (calls) =>
    assert.deepStrictEqual(
      calls.map(({ reached }) => reached),
      ["received"]
    )
  )
const ids = (told: Told) => updatesIn(told).map(({ id }) => id)

contract("getUpdates (E14, §6)", [
  {
    cites: "§6 limit",
    promise: "as many as asked for",
    given: said("a", "b", "c"),
    call: ["getUpdates", { limit: 2 }],
    answers: "ok",
    leaves: (world, told) =>
      Effect.gen(function* () {
        const [first = 0, second] = ids(told)
        assert.strictEqual(second, first + 1)
        assert.deepStrictEqual(yield* waiting(world), ["message a", "message b", "message c"])
        const above = { offset: first + 1 }
        assert.deepStrictEqual(yield* waiting(world, sandboxToken, above), ["message b", "message c"])
        assert.deepStrictEqual(yield* waiting(world), ["message b", "message c"], "a higher offset confirms")
      })
  },
  {
    cites: "§6 negative offset",
    promise: "the last ones; older ones are gone",
    given: said("a", "b", "c"),
    call: ["getUpdates", { offset: -1 }],
    answers: "ok",
    leaves: hears(["message c"])
  },
  {
    cites: "§6 offset",
    promise: "one that no update can have yet confirms nothing",
    given: said("a"),
    call: ["getUpdates", { offset: 2_000_000_000 }],
    answers: "ok",
    leaves: hears(["message a"])
  },
  {
    cites: "§6 allowed_updates",
    promise: "are remembered from call to call",
    given: ({ call }) => call("getUpdates", { allowed_updates: ["callback_query"] }),
    call: (world) => Effect.zipRight(said("a")(world), world.call("getUpdates", {})),
    answers: "ok",
    leaves: (_, { body }) => Effect.sync(() => assert.deepStrictEqual(body.result, []))
  },
  {
    cites: "§6 getUpdates",
    promise: "an answer of 4 MB at most",
    given: said(...Array.from({ length: 45 }, () => "€".repeat(33_000))),
    call: ["getUpdates", {}],
    answers: "ok",
    leaves: (_, told) => Effect.sync(() => assert.isTrue(ids(told).length > 30 && ids(told).length < 45))
  },
  {
    cites: "§6 two pollers",
    promise: "the older one is told so",
    call: (world) =>
      Effect.gen(function* () {
        const older = yield* Effect.fork(world.call("getUpdates", { timeout: 30 }))
        yield* soon(asked(world))
        const newer = yield* Effect.fork(world.call("getUpdates", { timeout: 30 }))
        const told = yield* older
        yield* world.control.say(42, "hello")
        assert.lengthOf(ids(yield* newer), 1)
        return told
      }),
    answers:
      "409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
  },
  {
    cites: "§6 two pollers",
    promise: "a quick look does not end a long poll",
    call: (world) =>
      Effect.gen(function* () {
        const long = yield* Effect.fork(world.call("getUpdates", { timeout: 30 }))
        yield* soon(asked(world))
        assert.deepStrictEqual(yield* waiting(world), [])
        yield* world.control.say(42, "hello")
        return yield* long
      }),
    answers: "ok",
    result: [{ message: { text: "hello" } }]
  },
  {
    cites: "§4 can't use getUpdates",
    promise: "while a webhook is set",
    given: ({ done }) => done("setWebhook", { url: "https://a.example/hook" }),
    call: ["getUpdates", {}],
    answers:
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
  },
  {
    cites: "§4 terminated by setWebhook",
    promise: "a webhook ends a long poll",
    call: (world) =>
      Effect.gen(function* () {
        const long = yield* Effect.fork(world.call("getUpdates", { timeout: 30 }))
        yield* soon(asked(world))
        yield* world.done("setWebhook", { url: "https://a.example/hook" })
        return yield* long
      }),
    answers: "409 Conflict: terminated by setWebhook request"
  }
])

contract("updates lost, repeated, late on purpose (E14)", [
  {
    cites: "E14",
    promise: "the next is lost, without a gap in the ids",
    given: (world) =>
      Effect.zipRight(world.control.updateFault({ action: "lose" }), said("a", "b", "c")(world)),
    call: ["getUpdates", {}],
    answers: "ok",
    leaves: (world, told) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* waiting(world), ["message b", "message c"])
        const [one = 0, two] = ids(told)
        assert.strictEqual(two, one + 1)
      })
  },
  {
    cites: "E14",
    promise: "only of this bot and kind, so often",
    options: both,
    given: (world) =>
      Effect.gen(function* () {
        yield* world.control.updateFault({ action: "lose", bot: witness, kind: "channel_post", times: 2 })
        for (const text of ["a", "b", "c"]) yield* world.control.postAsAdmin(channel, text)
      }),
    call: ["getMe", {}],
    answers: "ok",
    leaves: (world) =>
      Effect.gen(function* () {
        yield* hears(["channel_post c"], otherToken)(world)
        yield* hears(["channel_post a", "channel_post b", "channel_post c"])(world)
      })
  },
  {
    cites: "E14",
    promise: "one comes twice under one id, although it was confirmed",
    given: (world) => Effect.zipRight(world.control.updateFault({ action: "repeat" }), said("a", "b")(world)),
    call: ["getUpdates", {}],
    answers: "ok",
    leaves: (world, told) =>
      Effect.gen(function* () {
        const [a = 0, b = 0] = ids(told)
        const again = yield* world.call("getUpdates", { offset: b + 1 })
        assert.deepStrictEqual(ids(again), [a])
        assert.deepStrictEqual(ids(yield* world.call("getUpdates", { offset: b + 1 })), [])
      })
  },
  {
    cites: "E14",
    promise: "one is held back, and wakes the long poll when it is due",
    given: (world) =>
      Effect.zipRight(world.control.updateFault({ action: "delay", ms: 60 }), said("late", "quick")(world)),
    call: ["getUpdates", {}],
    answers: "ok",
    result: [{ message: { text: "quick" } }],
    leaves: (world, told) =>
      Effect.gen(function* () {
        const begun = performance.now()
        const late = yield* world.call("getUpdates", { offset: (ids(told)[0] ?? 0) + 1, timeout: 5 })
        assert.isBelow(performance.now() - begun, 3000)
        assert.strictEqual(words(late), "ok")
        assert.containsSubset(late.body.result, [{ message: { text: "late" } }])
      })
  }
])
