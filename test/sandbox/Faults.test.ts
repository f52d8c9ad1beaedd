// E15–E19, E21: what each fault does to the connection, and whether the message stands afterwards. grammY and raw sockets; real time in milliseconds.
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, TestClock } from "effect"
import { Api } from "grammy"
import type { Control } from "../../src/sandbox/Control.ts"
import { Emulator } from "../../src/sandbox/Emulator.ts"
import type { FaultAction, FaultRule, Stage } from "../../src/sandbox/Faults.ts"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { channel, complaint, done, emulated } from "./grammy.ts"
import { png, upload } from "./pictures.ts"

/** [stage, action, how grammY's call ends, whether the message stands] */
const faults: ReadonlyArray<readonly [Stage, FaultAction, RegExp, boolean]> = [
  ["accept", { kind: "rst" }, /^lost: .*ECONNRESET|socket hang up/, false],
  ["received", { kind: "rst" }, /^lost: .*ECONNRESET|socket hang up/, false],
  ["processed", { kind: "rst" }, /^lost: .*ECONNRESET|socket hang up/, true],
  ["accept", { kind: "fin" }, /^lost: .*socket hang up/, false],
  ["processed", { kind: "fin" }, /^lost: .*socket hang up/, true],
  ["received", { kind: "stall" }, /^lost: .*timed out/, false],
  ["processed", { kind: "stall" }, /^lost: .*timed out/, true],
  ["received", { kind: "html", status: 502 }, /^lost: .*invalid json/, false],
  ["processed", { kind: "html", status: 504 }, /^lost: .*invalid json/, true],
  ["received", { kind: "html", status: 413 }, /^lost: .*invalid json/, false],
  ["received", { kind: "html", status: 429 }, /^lost: .*invalid json/, false],
  ["processed", { kind: "empty", status: 502 }, /^lost: .*(invalid json|Unexpected end)/, true],
  [
    "processed",
    { kind: "error", code: 500, description: "Internal Server Error: restart" },
    /^500 Internal Server Error: restart$/,
    true
  ],
  [
    "received",
    { kind: "error", code: 429, description: "Too Many Requests: retry after 7", retryAfter: 7 },
    /^429 Too Many Requests: retry after 7$/,
    false
  ],
  [
    "received",
    { kind: "error", code: 403, description: "Forbidden: bot was kicked from the channel chat" },
    /^403 Forbidden/,
    false
  ],
  ["received", { kind: "delay", ms: 20 }, /^done$/, true],
  ["processed", { kind: "delay", ms: 20 }, /^done$/, true],
  // node-fetch 2 does not notice that a body of known length breaks off: grammY sees only its own time-out.
  ["body", { kind: "half" }, /^lost: .*timed out/, true],
  ["body", { kind: "halfStall" }, /^lost: .*timed out/, true],
  ["body", { kind: "drip", ms: 1 }, /^done$/, true]
]

describe("faults (E16)", () => {
  for (const [stage, action, ending, stands] of faults) {
    it.scopedLive(
      `${stage}: ${JSON.stringify(action)} — the message ${stands ? "stands" : "was never posted"}`,
      () =>
        Effect.gen(function* () {
          const { control, url } = yield* emulated()
          const api = new Api(sandboxToken, { apiRoot: url, timeoutSeconds: 2 })
          yield* control.fault({ stage, action, method: "sendMessage" })
          const told = yield* complaint(() => api.sendMessage(channel, "x"))
          assert.match(told, ending)
          assert.lengthOf(yield* control.standing(channel), stands ? 1 : 0)
          const [call] = yield* control.calls("sendMessage")
          assert.strictEqual(call?.landedAt !== undefined, stands)
          assert.strictEqual(yield* complaint(() => api.sendMessage(channel, "y")), "done", "strikes once")
        })
    )
  }

  it.scopedLive("half a body is followed by a reset, which other clients notice", () =>
    Effect.gen(function* () {
      const { url, control } = yield* emulated()
      yield* control.fault({ stage: "body", action: { kind: "half" } })
      const body = Effect.tryPromise(() => fetch(`${url}/bot${sandboxToken}/getMe`).then((r) => r.text()))
      assert.isTrue(Either.isLeft(yield* Effect.either(body)))
    })
  )

  it.scopedLive("a reset is a TCP reset and an orderly close is none: seen on a raw socket", () =>
    Effect.gen(function* () {
      const { port, control } = yield* emulated()
      const ended = (kind: "rst" | "fin") =>
        Effect.gen(function* () {
          yield* control.fault({ stage: "accept", action: { kind } })
          return yield* Effect.async<string>((resume) => {
            const socket = connect(port, "127.0.0.1", () =>
              socket.write(`GET /bot${sandboxToken}/getMe HTTP/1.1\r\nHost: x\r\n\r\n`)
            )
            socket.once("error", (error) => resume(Effect.succeed(error.message)))
            socket.once("end", () => resume(Effect.succeed("end")))
            socket.resume()
          })
        })
      assert.match(yield* ended("rst"), /ECONNRESET/)
      assert.strictEqual(yield* ended("fin"), "end")
    })
  )

  it.scopedLive("a closed listener refuses connections until it opens again", () =>
    Effect.gen(function* () {
      const { api, refuse, accept } = yield* emulated()
      yield* refuse
      assert.match(yield* complaint(() => api.getMe()), /^lost: .*ECONNREFUSED/)
      yield* accept
      assert.strictEqual(yield* complaint(() => api.getMe()), "done")
    })
  )

  it.scopedLive("rules strike the n-th call, a method, a chat, or by chance that the seed decides", () =>
    Effect.gen(function* () {
      const struck = (rule: Partial<FaultRule>, seed = 1) =>
        Effect.gen(function* () {
          const { api, control } = yield* emulated({ seed })
          yield* control.addChat({ username: "@other" })
          const action = { kind: "error", code: 500, description: "Internal Server Error" } as const
          yield* control.fault({ stage: "received", action, ...rule })
          const told: Array<string> = []
          for (const chat of [channel, "@other", channel, channel]) {
            told.push(yield* complaint(() => api.sendMessage(chat, "x")))
          }
          return told.map((text) => (text === "done" ? "." : "X")).join("")
        })
      assert.strictEqual(yield* struck({ nth: 3 }), "..X.")
      assert.strictEqual(yield* struck({ method: "SENDMESSAGE", times: 2 }), "XX..")
      assert.strictEqual(yield* struck({ method: "getMe" }), "....")
      assert.strictEqual(yield* struck({ chat: "@other", times: 9 }), ".X..")
      assert.strictEqual(yield* struck({ probability: 0.5 }), yield* struck({ probability: 0.5 }))
      const seeds = yield* Effect.forEach([1, 2, 3, 4], (seed) => struck({ probability: 0.5 }, seed))
      assert.isAbove(new Set(seeds).size, 1)
    })
  )

  it.scopedLive("late landing: the answer is lost now, the message stands later (E17)", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      yield* control.fault({ stage: "received", action: { kind: "late", ms: 700, loss: { kind: "rst" } } })
      assert.match(yield* complaint(() => api.sendMessage(channel, "x")), /^lost/)
      assert.lengthOf(yield* control.standing(channel), 0)
      yield* stands(control, 1)
    })
  )

  it.scopedLive(
    "a partial album posts its first items and names the next (E18); message_id may be 0 (E19)",
    () =>
      Effect.gen(function* () {
        const { api, control } = yield* emulated()
        const inner = "Too Many Requests: retry after 8"
        yield* control.fault({ stage: "received", action: { kind: "partial", items: 2, inner } })
        const photo = () => ({ type: "photo" as const, media: upload(png(9, 9)) })
        assert.strictEqual(
          yield* complaint(() => api.sendMediaGroup(channel, [photo(), photo(), photo()])),
          `400 Bad Request: failed to send message #3 with the error message "${inner}"`
        )
        assert.lengthOf(yield* control.standing(channel), 2)
        yield* control.fault({ stage: "processed", action: { kind: "zeroId" } })
        assert.strictEqual((yield* done(() => api.sendMessage(channel, "x"))).message_id, 0)
        assert.lengthOf(yield* control.standing(channel), 3)
      })
  )

  it.scopedLive("a crash fault tells the hook after the message stands (E21)", () =>
    Effect.gen(function* () {
      const { control, call, onCrash } = yield* emulated()
      const crashed = yield* Deferred.make<number>()
      const standing = Effect.map(Effect.orDie(control.standing(channel)), (messages) => messages.length)
      yield* onCrash(Effect.asVoid(Deferred.complete(crashed, standing)))
      yield* control.fault({ stage: "processed", action: { kind: "crash" } })
      const reply = yield* call(sandboxToken, "sendMessage", { chat_id: channel, text: "x" })
      assert.strictEqual(reply.kind, "stall")
      assert.strictEqual(yield* Deferred.await(crashed), 1)
    })
  )
})

/** Waits until so many messages stand; the test's time limit is the other end. */
const stands = (control: Control, count: number) =>
  control
    .standing(channel)
    .pipe(Effect.delay("20 millis"), Effect.repeat({ until: (messages) => messages.length === count }))

/** Calls in process on the test clock; ends with what each call came to and when. */
const burst = Effect.fnUntraced(function* (mode: "absorb" | "reject" | "mixed", count: number) {
  const emulator = yield* Emulator.make({ rate: { mode } })
  yield* emulator.control.addChat({ username: channel })
  const ends: Array<string> = []
  for (let n = 0; n < count; n++) {
    yield* Effect.fork(
      Effect.gen(function* () {
        const reply = yield* emulator.call(sandboxToken, "sendMessage", { chat_id: channel, text: `${n}` })
        const now = yield* TestClock.currentTimeMillis
        const told =
          reply.kind === "answer"
            ? Either.match(reply.judged, { onLeft: ({ description }) => description, onRight: () => "ok" })
            : reply.kind
        ends.push(`${now / 1000}s ${told}`)
      })
    )
    yield* Effect.yieldNow()
  }
  yield* TestClock.adjust("10 minutes")
  return { ends, control: emulator.control }
})

describe("flood control (E15)", () => {
  it.scopedLive("a rejected call is 429 with its wait in text, parameters and header (§1.3)", () =>
    Effect.gen(function* () {
      const { url, control } = yield* emulated({ rate: { mode: "reject" } })
      const send = () => done(() => fetch(`${url}/bot${sandboxToken}/sendMessage?chat_id=%40deals&text=x`))
      yield* Effect.repeatN(send(), 2)
      const response = yield* send()
      assert.strictEqual(response.status, 429)
      assert.strictEqual(response.headers.get("retry-after"), "1")
      assert.deepStrictEqual(yield* done(() => response.json()), {
        ok: false,
        error_code: 429,
        description: "Too Many Requests: retry after 1",
        parameters: { retry_after: 1 }
      })
      assert.lengthOf(yield* control.standing(channel), 3)
    })
  )

  it.scopedLive("an absorbed call is carried out although its client hung up (§1.2)", () =>
    Effect.gen(function* () {
      const { url, control } = yield* emulated({ rate: { mode: "absorb", burst: 1, spacingMs: 1000 } })
      const send = (signal: AbortSignal) =>
        fetch(`${url}/bot${sandboxToken}/sendMessage?chat_id=%40deals&text=x`, { signal })
      yield* done(() => send(AbortSignal.timeout(5000)))
      assert.isTrue(yield* Effect.isFailure(Effect.tryPromise(() => send(AbortSignal.timeout(50)))))
      assert.lengthOf(yield* control.standing(channel), 1)
      yield* stands(control, 2)
    })
  )

  it.scoped("absorb answers late and loses nothing: a burst of three, one a second, twenty a minute", () =>
    Effect.gen(function* () {
      const { ends, control } = yield* burst("absorb", 25)
      assert.deepStrictEqual(ends.slice(0, 5), ["0s ok", "0s ok", "0s ok", "1s ok", "2s ok"])
      assert.deepStrictEqual(ends.slice(19, 21), ["17s ok", "60s ok"])
      assert.lengthOf(ends, 25)
      assert.lengthOf(yield* control.standing(channel), 25)
    })
  )

  it.scoped("mixed absorbs up to a minute and refuses what would wait longer", () =>
    Effect.gen(function* () {
      const { ends } = yield* burst("mixed", 50)
      assert.include(ends, "60s ok")
      assert.include(ends, "0s Too Many Requests: retry after 61")
    })
  )

  it.scoped(
    "chats have buckets of their own; all together take thirty a second; edits and album items count",
    () =>
      Effect.gen(function* () {
        const emulator = yield* Emulator.make({ rate: { mode: "reject" } })
        const call = (method: string, params: object) =>
          Effect.map(emulator.call(sandboxToken, method, { ...params }), (reply) =>
            reply.kind === "answer" && Either.isRight(reply.judged) ? "ok" : "no"
          )
        for (let n = 0; n < 31; n++) yield* emulator.control.addChat({ username: `@chat${n}` })
        const each = yield* Effect.forEach(Array.from({ length: 31 }), (_, n) =>
          call("sendMessage", { chat_id: `@chat${n}`, text: "x" })
        )
        assert.strictEqual(each.lastIndexOf("ok"), 29)
        yield* TestClock.adjust("1 minute")
        const edits = yield* Effect.forEach([1, 2, 3, 4], (n) =>
          call("editMessageText", { chat_id: "@chat0", message_id: 1, text: `edit ${n}` })
        )
        assert.deepStrictEqual(edits, ["ok", "ok", "ok", "no"])
        assert.deepStrictEqual(yield* emulator.control.windows("@chat0"), { perSecond: 4, perMinute: 4 })
        assert.deepStrictEqual(yield* emulator.control.windows(), { perSecond: 31, perMinute: 31 })
      })
  )

  it.scoped("calls during a wait may lengthen it (punishment, §1.4)", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.make({ rate: { mode: "reject", burst: 1, punishMs: 60_000 } })
      yield* emulator.control.addChat({ username: channel })
      const send = Effect.map(
        emulator.call(sandboxToken, "sendMessage", { chat_id: channel, text: "x" }),
        (reply) =>
          reply.kind === "answer" && Either.isLeft(reply.judged)
            ? reply.judged.left.parameters?.retry_after
            : 0
      )
      assert.deepStrictEqual(yield* Effect.all([send, send, send, send]), [0, 1, 61, 121])
    })
  )
})
