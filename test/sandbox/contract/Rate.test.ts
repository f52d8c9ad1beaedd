// E15, §1: flood control as a model — what it lets through, absorbs and refuses, what counts, and what tests can read of it.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import type { EmulatorOptions } from "../../../src/sandbox/Machine.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { soon } from "../../setup/soon.ts"
import { inProcess } from "./inProcess.ts"
import { channel, contract, makeWorld, otherToken, stands, type World } from "./world.ts"

const send = ["sendMessage", { chat_id: channel, text: "x" }] as const
const times =
  (count: number, call: readonly [string, object] = send) =>
  ({ call: make }: World) =>
    Effect.repeatN(make(...[call[0], { ...call[1] }]), count - 1)
const rejecting = { rate: { mode: "reject" } } as const

contract("refused calls (E15, §1.3)", [
  {
    cites: "§1.3",
    promise: "429 with its wait in text, parameters and header; nothing is posted",
    options: rejecting,
    given: times(3),
    call: send,
    answers: "429 Too Many Requests: retry after 1",
    leaves: (world, { status, headers, body }) =>
      Effect.gen(function* () {
        assert.strictEqual(status, 429)
        assert.strictEqual(headers.get("retry-after"), "1")
        assert.deepStrictEqual(body, {
          ok: false,
          error_code: 429,
          description: "Too Many Requests: retry after 1",
          parameters: { retry_after: 1 }
        })
        yield* stands(3)(world)
      })
  },
  {
    cites: "E15",
    promise: "a chat may have a policy of its own",
    options: rejecting,
    given: (world) => Effect.zipRight(world.control.rate({ burst: 10 }, channel), times(9)(world)),
    call: send,
    answers: "ok"
  },
  {
    cites: "E15",
    promise: "and the others keep theirs",
    options: rejecting,
    given: ({ control, call }) =>
      Effect.gen(function* () {
        yield* control.addChat({ username: "@other" })
        yield* control.rate({ burst: 10 }, channel)
        yield* Effect.repeatN(call("sendMessage", { chat_id: "@other", text: "x" }), 2)
      }),
    call: ["sendMessage", { chat_id: "@other", text: "x" }],
    answers: "429 Too Many Requests: retry after 1"
  },
  {
    cites: "§1.2 edits share the bucket",
    promise: "an edit counts like a send",
    options: rejecting,
    given: times(3),
    call: ["editMessageText", { chat_id: channel, message_id: 1, text: "y" }],
    answers: "429 Too Many Requests: retry after 1"
  },
  {
    cites: "E15",
    promise: "reads cost nothing",
    options: rejecting,
    given: times(3),
    call: ["setMessageReaction", { chat_id: channel, message_id: 1, reaction: [] }],
    answers: "ok"
  },
  {
    cites: "§1.4",
    promise: "a flood wait of hours, in whatever mode",
    given: ({ control }) => control.flood(6775, channel),
    call: send,
    answers: "429 Too Many Requests: retry after 6775"
  },
  {
    cites: "§1.2",
    promise: "one for everything looks the same",
    given: ({ control }) => control.flood(30),
    call: send,
    answers: "429 Too Many Requests: retry after 30"
  }
])

/** So many sends at once; what each came to and when. */
const burst = (options: EmulatorOptions, count: number, chat_id: string | number = channel) =>
  Effect.gen(function* () {
    const world = yield* inProcess(options)
    yield* world.control.addChat({ type: "private", id: 42 })
    const sends = yield* Effect.forEach(Array.from({ length: count }), (_, n) =>
      Effect.zipLeft(Effect.fork(world.timed("sendMessage", { chat_id, text: `${n}` })), Effect.yieldNow())
    )
    yield* TestClock.adjust("10 minutes")
    return { ...world, ends: yield* Fiber.join(Fiber.all(sends)) }
  })

describe("waiting calls (E15, §1.2)", () => {
  it.scoped("E15 absorb: a burst of three, one a second, twenty a minute; late, but all", () =>
    Effect.gen(function* () {
      const { ends, control } = yield* burst({ rate: { mode: "absorb" } }, 25)
      assert.deepStrictEqual(ends.slice(0, 5), ["0s ok", "0s ok", "0s ok", "1s ok", "2s ok"])
      assert.deepStrictEqual(ends.slice(19, 21), ["17s ok", "60s ok"])
      assert.lengthOf(yield* control.standing(channel), 25)
    })
  )

  it.scoped("§1.2 hidden waits: mixed absorbs up to a minute and refuses what would wait longer", () =>
    Effect.gen(function* () {
      const { ends } = yield* burst({ rate: { mode: "mixed" } }, 50)
      assert.include(ends, "60s ok")
      assert.include(ends, "0s Too Many Requests: retry after 61")
    })
  )

  it.scoped("§1.1 one chat: a private chat has its second, but no minute", () =>
    Effect.gen(function* () {
      const { ends } = yield* burst({ rate: { mode: "absorb" } }, 25, 42)
      assert.strictEqual(ends.at(-1), "22s ok")
    })
  )

  it.scoped(
    "§1.3 special values: of more than 310 that wait for one chat the rest is refused after 3 seconds",
    () =>
      Effect.gen(function* () {
        const { ends } = yield* burst({ rate: { mode: "absorb", perMinute: 10_000 } }, 320, 42)
        assert.lengthOf(
          ends.filter((end) => end === "3s Too Many Requests: retry after 60"),
          320 - 310 - 3
        )
      })
  )

  it.scoped("§1.4: the wait counts down by the clock, however often it is asked", () =>
    Effect.gen(function* () {
      const { control, said } = yield* inProcess()
      yield* control.flood(100, channel)
      for (const left of [100, 90, 80]) {
        assert.strictEqual(
          yield* said("sendMessage", { text: "x" }),
          `Too Many Requests: retry after ${left}`
        )
        yield* TestClock.adjust("10 seconds")
      }
      yield* TestClock.adjust("70 seconds")
      assert.strictEqual(yield* said("sendMessage", { text: "x" }), "ok")
    })
  )

  it.scoped("§1.4 ignoring waits: calls during a wait may lengthen it", () =>
    Effect.gen(function* () {
      const { said } = yield* inProcess({ rate: { mode: "reject", burst: 1, punishMs: 60_000 } })
      const told = yield* Effect.all(Array.from({ length: 4 }, () => said("sendMessage", { text: "x" })))
      assert.deepStrictEqual(
        told.map((text) => text.replace(/.* /, "")),
        ["ok", "1", "61", "121"]
      )
    })
  )

  it.scoped("§1.1 bulk: all chats together take thirty a second, and the counters tell", () =>
    Effect.gen(function* () {
      const { control, said } = yield* inProcess(rejecting)
      const chats = Array.from({ length: 31 }, (_, n) => `@chat${n}`)
      for (const username of chats) yield* control.addChat({ username })
      const each = yield* Effect.forEach(chats, (chat_id) => said("sendMessage", { chat_id, text: "x" }))
      assert.strictEqual(each.lastIndexOf("ok"), 29)
      assert.deepStrictEqual(yield* control.windows(), { perSecond: 31, perMinute: 31 })
      yield* TestClock.adjust("1 minute")
      const edits = yield* Effect.forEach([1, 2, 3, 4], (n) =>
        said("editMessageText", { chat_id: "@chat0", message_id: 1, text: `edit ${n}` })
      )
      assert.deepStrictEqual(edits.slice(0, 3), ["ok", "ok", "ok"])
      assert.match(edits[3] ?? "", /^Too Many/)
      assert.deepStrictEqual(yield* control.windows("@chat0"), { perSecond: 4, perMinute: 4 })
    })
  )

  it.scopedLive("§1.2: an absorbed call is carried out although its client hung up, and the log tells", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld({ rate: { mode: "absorb", burst: 1, spacingMs: 300 } })
      const path = `${world.url}/bot${sandboxToken}/sendMessage?chat_id=${encodeURIComponent(channel)}&text=x`
      yield* world.call(...send)
      const hangUp = Effect.tryPromise(() => fetch(path, { signal: AbortSignal.timeout(50) }))
      assert.isTrue(yield* Effect.isFailure(hangUp))
      yield* stands(1)(world)
      yield* soon(stands(2)(world))
      assert.deepStrictEqual(
        (yield* world.control.unanswered).map(({ id, outcome }) => [id, outcome]),
        [[2, "client gone"]]
      )
    })
  )

  it.scopedLive("E15: the model is one for all bots, and can be changed over HTTP while it runs", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld({ bots: [{ token: sandboxToken }, { token: otherToken }] })
      yield* world.tell("rate", { mode: "reject", burst: 1 })
      yield* world.call(...send)
      const { status } = yield* world.as(otherToken)(...send)
      assert.strictEqual(status, 429)
      yield* world.tell("rate", { mode: "off" })
      assert.strictEqual(yield* world.said(...send), "ok")
    })
  )
})
