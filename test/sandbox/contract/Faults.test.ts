import { request } from "node:http"
import { connect } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { FaultAction, FaultRule, Stage } from "../../../src/sandbox/Faults.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { soon } from "../../setup/soon.ts"
import { channel, makeWorld, stands, words } from "./world.ts"

const path = `/bot${sandboxToken}/sendMessage?chat_id=${encodeURIComponent(channel)}&text=x`

/** How one exchange ends on the wire: the answer, what became of the connection, or that nothing more comes. */
const ending = (port: number, patienceMs: number): Effect.Effect<string> =>
  Effect.async<string>((resume) => {
    let soFar = () => "silence"
    const end = (text: string) => resume(Effect.succeed(text))
    const call = request({ port, path, agent: false }, (response) => {
      const chunks: Array<Buffer> = []
      const told = () =>
        `${response.statusCode} ${response.headers["content-type"] ?? "-"}: ${Buffer.concat(chunks)}`
      soFar = () => `stuck: ${told()}`
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.once("end", () => end(told()))
      response.once("error", () => end(`broken off: ${told()}`))
    })
    call.once("error", (failure) => end("code" in failure ? `${failure.code}` : failure.message))
    call.setTimeout(patienceMs, () => end(soFar()))
    call.end()
    return Effect.sync(() => call.destroy())
  })

const error = (code: number, description: string) => ({ kind: "error", code, description }) as const

/** [stage, action, how it ends, whether the message stands] */
const faults: ReadonlyArray<readonly [Stage, FaultAction, RegExp, boolean]> = [
  ["accept", { kind: "rst" }, /^ECONNRESET$/, false],
  ["received", { kind: "rst" }, /^ECONNRESET$/, false],
  ["processed", { kind: "rst" }, /^ECONNRESET$/, true],
  ["accept", { kind: "fin" }, /^ECONNRESET$/, false],
  ["received", { kind: "fin" }, /^ECONNRESET$/, false],
  ["processed", { kind: "fin" }, /^ECONNRESET$/, true],
  ["accept", { kind: "stall" }, /^silence$/, false],
  ["received", { kind: "stall" }, /^silence$/, false],
  ["processed", { kind: "stall" }, /^silence$/, true],
  ["received", { kind: "html", status: 502 }, /^502 text\/html: <html>.*502 Bad Gateway/s, false],
  ["processed", { kind: "html", status: 504 }, /^504 text\/html: <html>.*504 Gateway Time-out/s, true],
  ["accept", { kind: "html", status: 413 }, /^413 text\/html: <html>/s, false],
  ["received", { kind: "html", status: 429 }, /^429 text\/html: <html>/s, false],
  ["processed", { kind: "empty", status: 502 }, /^502 -: $/, true],
  ["processed", error(500, "Internal Server Error: restart"), /^500 application\/json: .*restart"\}$/, true],
  ["processed", error(500, "Internal Server Error: Request aborted"), /Request aborted"\}$/, true],
  [
    "processed",
    error(500, "Internal Server Error: sent message was immediately deleted and can't be returned"),
    /immediately deleted/,
    true
  ],
  [
    "received",
    error(502, "Bad Gateway"),
    /^502 application\/json: \{"ok":false,"error_code":502,"description":"Bad Gateway"\}$/,
    false
  ],
  [
    "received",
    { ...error(429, "Too Many Requests: retry after 7"), retryAfter: 7 },
    /^429 application\/json: .*"parameters":\{"retry_after":7\}\}$/,
    false
  ],
  ["received", error(403, "Forbidden: bot was kicked from the channel chat"), /^403 .*kicked/, false],
  ["accept", { kind: "delay", ms: 20 }, /^200 /, true],
  ["received", { kind: "delay", ms: 20 }, /^200 /, true],
  ["processed", { kind: "delay", ms: 20 }, /^200 /, true],
  ["body", { kind: "delay", ms: 20 }, /^200 /, true],
  ["body", { kind: "half" }, /^broken off: 200 application\/json: \{"ok":true/, true],
  ["body", { kind: "halfStall" }, /^stuck: 200 application\/json: \{"ok":true/, true],
  ["body", { kind: "drip", ms: 1 }, /^200 application\/json: \{"ok":true.*\}$/, true]
]

describe("faults on the wire (E16)", () => {
  for (const [stage, action, ends, standing] of faults) {
    const outcome = standing ? "the message stands" : "nothing was posted"
    it.scopedLive(`E16 ${stage}: ${JSON.stringify(action)} — ${outcome}`, () =>
      Effect.gen(function* () {
        const world = yield* makeWorld()
        yield* world.control.fault({ stage, action, method: "sendMessage" })
        assert.match(yield* ending(world.port, 150), ends)
        yield* stands(standing ? 1 : 0)(world)
        const [call] = yield* world.control.calls("sendMessage")
        assert.strictEqual(call?.landedAt !== undefined, standing)
        assert.match(yield* ending(world.port, 5000), /^200 /, "it strikes once")
      })
    )
  }

  it.scopedLive("E16: a reset is a TCP reset and an orderly close is none", () =>
    Effect.gen(function* () {
      const { port, control } = yield* makeWorld()
      const seen = (kind: "rst" | "fin") =>
        Effect.gen(function* () {
          yield* control.fault({ stage: "accept", action: { kind } })
          return yield* Effect.async<string>((resume) => {
            const socket = connect(port, "127.0.0.1", () =>
              socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
            )
            socket.once("error", ({ message }) => resume(Effect.succeed(message)))
            socket.once("end", () => resume(Effect.succeed("end")))
            socket.resume()
          })
        })
      assert.match(yield* seen("rst"), /ECONNRESET/)
      assert.strictEqual(yield* seen("fin"), "end")
    })
  )

  it.scopedLive(
    "E16 refused: the port closes for a while, cutting everybody off, and opens again by itself",
    () =>
      Effect.gen(function* () {
        const { port, tell } = yield* makeWorld()
        assert.strictEqual(words(yield* tell("refuse", { ms: 300 })), "ok")
        const ends = ending(port, 5000)
        yield* soon(Effect.map(ends, (end) => assert.strictEqual(end, "ECONNREFUSED")))
        yield* soon(Effect.map(ends, (end) => assert.match(end, /^200 /)))
      })
  )

  it.scopedLive("E16: a flood of odd faults never ends the server", () =>
    Effect.gen(function* () {
      const { port, control } = yield* makeWorld()
      for (const [stage, action] of faults) yield* control.fault({ stage, action, probability: 0.3 })
      yield* Effect.forEach(Array.from({ length: 60 }), () => ending(port, 100), { concurrency: 20 })
      yield* control.clearFaults
      assert.match(yield* ending(port, 5000), /^200 /)
    })
  )
})

const fail = { stage: "received", action: error(500, "Internal Server Error") } as const

/** Which of four sends, the second of them to another chat, a rule strikes. */
const struck = (rule: Partial<FaultRule>, seed = 1) =>
  Effect.gen(function* () {
    const { said, control } = yield* makeWorld({ seed })
    yield* control.addChat({ username: "@other", id: -1009 })
    yield* control.fault({ ...fail, ...rule })
    const told: Array<string> = []
    for (const chat_id of [channel, "@other", channel, channel]) {
      told.push(yield* said("sendMessage", { chat_id, text: "x" }))
    }
    return told.map((text) => (text === "ok" ? "." : "X")).join("")
  })

describe("which calls a fault strikes (E16)", () => {
  const rules: ReadonlyArray<readonly [Partial<FaultRule>, string]> = [
    [{}, "X..."],
    [{ nth: 3 }, "..X."],
    [{ method: "SENDMESSAGE", times: 2 }, "XX.."],
    [{ method: "getMe" }, "...."],
    [{ chat: "@other", times: 9 }, ".X.."],
    [{ chat: "-1009", times: 9 }, ".X.."],
    [{ bot: 1_000_000_001, times: 3 }, "XXX."],
    [{ bot: 7 }, "...."]
  ]
  for (const [rule, pattern] of rules) {
    it.scopedLive(`E16 match: ${JSON.stringify(rule)} strikes ${pattern}`, () =>
      Effect.map(struck(rule), (told) => assert.strictEqual(told, pattern))
    )
  }

  it.scopedLive("E16, E23: by chance that the seed decides", () =>
    Effect.gen(function* () {
      const rule = { probability: 0.5 }
      assert.strictEqual(yield* struck(rule), yield* struck(rule))
      const seeds = yield* Effect.forEach([1, 2, 3, 4], (seed) => struck(rule, seed))
      assert.isAbove(new Set(seeds).size, 1)
    })
  )
})
