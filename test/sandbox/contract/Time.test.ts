// E14, E15, §6: what hangs on the clock — lives of updates, the server's own pauses, memories that fade — and the clock of a separate process.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import { makeAdjustableClock } from "../../../src/sandbox/AdjustableClock.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { png } from "../pictures.ts"
import { inProcess, onJumps, resultOf } from "./inProcess.ts"
import { channel, makeWorld, otherToken, words } from "./world.ts"

const pacing = { switches: { pacing: true } }

const size = (result: unknown) => (Array.isArray(result) ? result.length : Number.NaN)

describe("lives of updates (E14, §6)", () => {
  it.scoped("§6: an update that nobody fetched is gone a day after what it tells", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const { reply, control } = yield* inProcess()
        yield* control.say(42, "old")
        yield* advance("23 hours")
        yield* control.say(42, "new")
        assert.strictEqual(size(resultOf(yield* reply("getUpdates", {}))), 2)
        yield* advance("2 hours")
        assert.strictEqual(size(resultOf(yield* reply("getUpdates", {}))), 1)
      })
    )
  )

  it.scoped("§6 callback queries: a press is told for 150 seconds", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const { reply, control } = yield* inProcess()
        const reply_markup = { inline_keyboard: [[{ text: "b", callback_data: "d" }]] }
        yield* reply("sendMessage", { text: "?", reply_markup })
        yield* control.press(channel, 1, "d", 42)
        yield* advance("149 seconds")
        assert.strictEqual(size(resultOf(yield* reply("getUpdates", {}))), 1)
        yield* advance("2 seconds")
        assert.strictEqual(size(resultOf(yield* reply("getUpdates", {}))), 0)
      })
    )
  )

  it.scoped("§6 update_id: sequential, and somewhere else after a week without updates", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const { control } = yield* inProcess()
        const last = Effect.map(control.dump, ({ waiting }) => waiting[0]?.[1].lastId ?? 0)
        yield* control.say(42, "a")
        const first = yield* last
        yield* advance("6 days")
        yield* control.say(42, "b")
        assert.strictEqual(yield* last, first + 1)
        yield* advance("8 days")
        yield* control.say(42, "c")
        assert.isAbove(Math.abs((yield* last) - first), 2)
      })
    )
  )
})

describe("the server's own pauses (§6, a switch)", () => {
  it.scoped("§6 getUpdates: the same offset within 3 seconds waits 3 seconds", () =>
    Effect.gen(function* () {
      const { timed } = yield* inProcess(pacing)
      assert.strictEqual(yield* timed("getUpdates", {}), "0s ok")
      yield* TestClock.adjust("1 second")
      const second = yield* Effect.fork(timed("getUpdates", {}))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* Fiber.join(second), "4s ok")
    })
  )

  it.scoped("§6 getUpdates: within half a second it gets one update", () =>
    Effect.gen(function* () {
      for (const [switches, expected] of [
        [pacing.switches, 1],
        [{}, 3]
      ] as const) {
        const { reply, control } = yield* inProcess({ switches })
        for (const text of ["a", "b", "c"]) yield* control.say(42, text)
        yield* reply("getUpdates", {})
        assert.strictEqual(size(resultOf(yield* reply("getUpdates", {}))), expected)
      }
    })
  )

  it.scoped("§6 two pollers: the first conflict is told at once, the next after 3 seconds", () =>
    Effect.gen(function* () {
      const { timed } = yield* inProcess(pacing)
      const polls = yield* Effect.forEach([1, 2, 3], (offset) =>
        Effect.zipLeft(
          Effect.fork(timed("getUpdates", { timeout: 30, offset })),
          TestClock.adjust("10 millis")
        )
      )
      yield* TestClock.adjust("60 seconds")
      const ends = yield* Fiber.join(Fiber.all(polls))
      assert.match(ends[0] ?? "", /^0\.01s Conflict/)
      assert.match(ends[1] ?? "", /^3\.02s Conflict/)
      assert.match(ends[2] ?? "", /^30\.02s ok/)
    })
  )

  it.scoped("§1.3 setWebhook: twice within a second is 429, retry after 1", () =>
    Effect.gen(function* () {
      for (const [switches, expected] of [
        [pacing.switches, "Too Many Requests: retry after 1"],
        [{}, "ok"]
      ] as const) {
        const { said } = yield* inProcess({ switches })
        yield* said("setWebhook", { url: "https://a.example/" })
        assert.strictEqual(yield* said("setWebhook", { url: "https://b.example/" }), expected)
      }
    })
  )

  it.scoped("§6 local server: close is refused in the first ten minutes", () =>
    Effect.gen(function* () {
      const { said } = yield* inProcess(pacing)
      assert.strictEqual(yield* said("close"), "Too Many Requests: retry after 600")
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* said("close"), "ok")
    })
  )
})

describe("what fades (E11, §6)", () => {
  it.scoped("§2 photo by URL: a failure is forgotten after some days", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const { said, control } = yield* inProcess()
        const photo = "https://cdn.example/a.png"
        yield* said("sendPhoto", { photo })
        yield* control.webPhoto(photo, { bytes: png(9, 9) })
        yield* advance("2 days")
        assert.match(yield* said("sendPhoto", { photo }), /failed to get HTTP URL content/)
        yield* advance("2 days")
        assert.strictEqual(yield* said("sendPhoto", { photo }), "ok")
      })
    )
  )

  it.scoped("E11: a slow address delays its own answer, once, and nothing else", () =>
    Effect.gen(function* () {
      const { timed, control } = yield* inProcess()
      const photo = "https://cdn.example/a.png"
      yield* control.webPhoto(photo, { bytes: png(9, 9), delayMs: 30_000 })
      const slow = yield* Effect.fork(timed("sendPhoto", { photo }))
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* timed("sendMessage", { text: "quick" }), "10s ok")
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(yield* Fiber.join(slow), "30s ok")
      assert.strictEqual(yield* timed("sendPhoto", { photo }), "30s ok")
    })
  )

  it.scoped("§6 local server: ten minutes after logOut the token works again", () =>
    Effect.gen(function* () {
      const { said } = yield* inProcess()
      yield* said("logOut")
      yield* TestClock.adjust("599 seconds")
      assert.strictEqual(yield* said("getMe"), "Logged out")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* said("getMe"), "ok")
    })
  )

  it.scoped("E22 reset: calls that wait are given up, and nothing of them lands in the new world", () =>
    Effect.gen(function* () {
      const { control, timed } = yield* inProcess({ rate: { mode: "absorb", burst: 1 } })
      yield* timed("sendMessage", { text: "a" })
      const absorbed = yield* Effect.fork(timed("sendMessage", { text: "b" }))
      yield* control.fault({ stage: "received", action: { kind: "late", ms: 5000, loss: { kind: "rst" } } })
      yield* timed("sendMessage", { text: "c" })
      yield* control.reset
      yield* control.addChat({ username: channel })
      yield* TestClock.adjust("1 minute")
      assert.match(yield* Fiber.join(absorbed), /Internal Server Error: restart$/)
      assert.lengthOf(yield* control.history(channel), 0)
    })
  )
})

describe("the 48 hours (E13, §4)", () => {
  it.scoped("§4 message can't be deleted: own posts go for 48 hours; they can be edited for ever", () =>
    Effect.gen(function* () {
      const { said } = yield* inProcess()
      yield* said("sendMessage", { text: "a" })
      yield* said("sendMessage", { text: "b" })
      yield* TestClock.adjust("48 hours")
      assert.strictEqual(yield* said("deleteMessage", { message_id: 1 }), "ok")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(
        yield* said("deleteMessage", { message_id: 2 }),
        "Bad Request: message can't be deleted"
      )
      yield* TestClock.adjust("365 days")
      assert.strictEqual(yield* said("editMessageText", { message_id: 2, text: "c" }), "ok")
    })
  )
})

describe("the clock of a process of its own (E15, E22)", () => {
  it.scopedLive("E15: time jumps on command; a call that waits for an hour ends at once", () =>
    Effect.gen(function* () {
      const clock = yield* makeAdjustableClock
      yield* Effect.gen(function* () {
        const { control, call, tell } = yield* makeWorld()
        yield* control.fault({ stage: "received", action: { kind: "delay", ms: 3_600_000 } })
        const slow = yield* Effect.fork(call("sendMessage", { chat_id: channel, text: "x" }))
        yield* Effect.promise(() => new Promise((done) => setTimeout(done, 30)))
        const before = clock.reading.now
        const { body } = yield* tell("clock", { advanceMs: 3_600_000 })
        assert.isAtLeast(clock.reading.now - before, 3_600_000)
        assert.containsSubset(body.result, { speed: 1 })
        assert.strictEqual(words(yield* slow), "ok")
        const [done] = yield* control.calls("sendMessage")
        assert.isAtLeast((done?.landedAt ?? 0) - (done?.at ?? 0), 3_600_000)
      }).pipe(Effect.withClock(clock))
    })
  )

  it.scopedLive("E15: time runs faster on command", () =>
    Effect.gen(function* () {
      const clock = yield* makeAdjustableClock
      yield* Effect.gen(function* () {
        const { call, control, tell } = yield* makeWorld()
        yield* tell("clock", { speed: 10_000 })
        yield* control.fault({ stage: "received", action: { kind: "delay", ms: 600_000 } })
        const begun = performance.now()
        assert.strictEqual(words(yield* call("sendMessage", { chat_id: channel, text: "x" })), "ok")
        assert.isBelow(performance.now() - begun, 2000)
      }).pipe(Effect.withClock(clock))
    })
  )

  it.scopedLive("E15: an emulator on its test's clock leaves that clock to the test", () =>
    Effect.gen(function* () {
      const { tell } = yield* makeWorld({ bots: [{ token: otherToken }, { token: sandboxToken }] })
      assert.strictEqual(
        words(yield* tell("clock", { advanceMs: 1 })),
        "404 The sandbox has no clock of its own."
      )
    })
  )
})
