// E16–E19, E21: calls that land late, in part or without an id, rules that make no sense, and the death of the system under test.
import { spawn } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Queue } from "effect"
import { vi } from "vitest"
import type { FaultRule } from "../../../src/sandbox/Faults.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { processNamed } from "../../../src/sandbox/Victim.ts"
import { soon } from "../../setup/soon.ts"
import { png } from "../pictures.ts"
import { inProcess } from "./inProcess.ts"
import { channel, contract, makeWorld, type Row, stands, type World, words } from "./world.ts"

const path = `/bot${sandboxToken}/sendMessage?chat_id=${encodeURIComponent(channel)}&text=x`
const error = (code: number, description: string) => ({ kind: "error", code, description }) as const

const faulted = (rule: FaultRule) => (world: World) => world.control.fault(rule)
const album = (world: World) =>
  world.call("sendMediaGroup", {
    chat_id: channel,
    media: [1, 2, 3].map(() => ({ type: "photo", media: "attach://p" })),
    p: png(9, 9)
  })
const inner = "Too Many Requests: retry after 8"

const special: ReadonlyArray<Row> = [
  {
    cites: "E18, §1.3",
    promise: "a partial album posts its first items and names the next",
    given: faulted({ stage: "received", action: { kind: "partial", items: 2, inner } }),
    call: album,
    answers: `400 Bad Request: failed to send message #3 with the error message "${inner}"`,
    leaves: (world) =>
      Effect.gen(function* () {
        yield* stands(2)(world)
        const [call] = yield* world.control.calls("sendMediaGroup")
        assert.deepStrictEqual(call?.messageIds, [1, 2])
      })
  },
  {
    cites: "E19",
    promise: "message_id is 0, although the message stands",
    given: faulted({ stage: "processed", action: { kind: "zeroId" } }),
    call: ["sendMessage", { chat_id: channel, text: "x" }],
    answers: "ok",
    result: { message_id: 0, text: "x" },
    leaves: stands(1)
  },
  {
    cites: "E17",
    promise: "the answer is lost now, the message stands later",
    given: faulted({
      stage: "received",
      action: { kind: "late", ms: 80, loss: error(500, "Internal Server Error") }
    }),
    call: ["sendMessage", { chat_id: channel, text: "x" }],
    answers: "500 Internal Server Error",
    leaves: (world) =>
      Effect.gen(function* () {
        yield* stands(0)(world)
        yield* soon(stands(1)(world))
        assert.lengthOf(yield* world.control.late, 1)
      })
  },
  {
    cites: "E16",
    promise: "a rule that could never strike is refused",
    call: ({ tell }) => tell("fault", { stage: "body", action: { kind: "rst" } }),
    answers: /^400 .*rst cannot strike at body/s
  },
  {
    cites: "E21",
    promise: "only a process that is there may be named to die",
    call: ({ tell }) => tell("sut", { pid: 1 }),
    answers: "404 The sandbox has no process 1 to kill."
  },
  {
    cites: "E21",
    promise: "and not the emulator's own",
    call: ({ tell }) => tell("sut", { pid: process.pid }),
    answers: /^404 /
  },
  { cites: "E21", promise: "nor a group", call: ({ tell }) => tell("sut", { pid: -5 }), answers: /^404 / }
]

contract("late, partial, impossible (E16–E19, E21)", special)

/** A process of its own that sends one message and says what it was told. */
const client = (url: string) =>
  Effect.gen(function* () {
    const lines = yield* Queue.unbounded<string>()
    const program = `process.stdin.once("data", () => fetch(${JSON.stringify(`${url}${path}`)}).then((r) => r.text()).then((t) => console.log("told", t), (e) => console.log("lost", e))); setInterval(() => {}, 1000)`
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, ["-e", program])),
      (running) => Effect.sync(() => running.kill("SIGKILL"))
    )
    child.stdout.on("data", (chunk: Buffer) => lines.unsafeOffer(chunk.toString()))
    const ended = Effect.async<NodeJS.Signals | null>((resume) => {
      child.once("exit", (_, signal) => resume(Effect.succeed(signal)))
    })
    return { pid: child.pid ?? 0, lines, ended, go: Effect.sync(() => child.stdin.write("go\n")) }
  })

describe("crashes (E21)", () => {
  for (const [stage, answered, count] of [
    ["received", false, 0],
    ["processed", false, 1],
    ["processed", true, 1]
  ] as const) {
    const what = answered ? "after it was answered, which it never saw" : `at ${stage}`
    it.scopedLive(`E21: a named process is killed ${what}; ${count} messages stand`, () =>
      Effect.gen(function* () {
        const world = yield* makeWorld()
        const { pid, lines, ended, go } = yield* client(world.url)
        assert.strictEqual(words(yield* world.tell("sut", { pid })), "ok")
        yield* world.control.fault({ stage, action: { kind: "crash", answered }, method: "sendMessage" })
        yield* go
        assert.strictEqual(yield* ended, "SIGKILL")
        yield* stands(count)(world)
        assert.strictEqual(yield* lines.size, 0, "it was told nothing")
      })
    )
  }

  it.scopedLive("E21: by another signal, if that is asked for", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld()
      const { pid, ended, go } = yield* client(world.url)
      assert.match(words(yield* world.tell("sut", { pid, signal: "SIGNAL" })), /^400 /)
      yield* world.tell("sut", { pid, signal: "SIGTERM" })
      yield* world.control.fault({ stage: "processed", action: { kind: "crash", answered: true } })
      yield* go
      assert.strictEqual(yield* ended, "SIGTERM")
    })
  )

  it.scopedLive("E21: it is stopped before the answer goes out, and killed after that", () =>
    Effect.gen(function* () {
      const { setVictim, control, said } = yield* makeWorld()
      const deeds: Array<string> = []
      const deed = (what: string) => Effect.sync(() => void deeds.push(what))
      yield* setVictim({ freeze: deed("freeze"), kill: deed("kill") })
      yield* control.fault({ stage: "processed", action: { kind: "crash", answered: true } })
      assert.strictEqual(yield* said("sendMessage", { chat_id: channel, text: "x" }), "ok")
      yield* soon(Effect.sync(() => assert.deepStrictEqual(deeds, ["freeze", "kill"])))
    })
  )

  it.scopedLive(
    "E21: a stopped process reads nothing; a dead one cannot be named, and is never signalled again",
    () =>
      Effect.gen(function* () {
        const { url } = yield* makeWorld()
        const { pid, lines, ended, go } = yield* client(url)
        const victim = yield* processNamed({ pid })
        yield* victim.freeze
        yield* go
        yield* Effect.sleep("150 millis")
        assert.strictEqual(yield* lines.size, 0)
        yield* victim.kill
        assert.strictEqual(yield* ended, "SIGKILL")
        assert.isTrue(yield* Effect.isFailure(processNamed({ pid })))
        const signals = vi.spyOn(process, "kill")
        yield* Effect.zipRight(victim.freeze, victim.kill)
        assert.lengthOf(signals.mock.calls, 0, "another process may have the id by now")
        signals.mockRestore()
      })
  )

  it.scoped("E21: in process a hook is called after the message stands", () =>
    Effect.gen(function* () {
      const { control, said, onCrash } = yield* inProcess()
      const crashed = yield* Deferred.make<number>()
      const standing = Effect.map(Effect.orDie(control.standing(channel)), (messages) => messages.length)
      yield* onCrash(Effect.asVoid(Deferred.complete(crashed, standing)))
      yield* control.fault({ stage: "processed", action: { kind: "crash" } })
      assert.strictEqual(yield* said("sendMessage", { text: "x" }), "stall")
      assert.strictEqual(yield* Deferred.await(crashed), 1)
    })
  )
})
