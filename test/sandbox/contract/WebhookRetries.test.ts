// E14, §6: webhooks that do not answer as they should, over hours and days.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { Emulator, type EmulatorShape } from "../../../src/sandbox/Emulator.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import type { Receipt } from "../../../src/sandbox/Webhooks.ts"
import { onJumps } from "./inProcess.ts"
import { heardIn } from "./world.ts"

const local = { switches: { localServer: true } }

/** Each delivery is noted with its second and answered by the script: by its number, or by the time. */
const scripted = (receipt: (count: number, now: number) => Receipt) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.make(local)
    const seen: Array<string> = []
    yield* emulator.setDeliver((_, update) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        seen.push(`${now / 1000} ${heardIn(update).what}`)
        return receipt(seen.length, now)
      })
    )
    yield* emulator.call(sandboxToken, "setWebhook", { url: "http://127.0.0.1:1/" })
    return { ...emulator, seen }
  })

const answer = (status: number, retryAfter = 0): Receipt => ({ status, reason: "", retryAfter })
const pending = ({ control }: EmulatorShape) =>
  Effect.map(control.dump, ({ waiting }) => waiting.flatMap(([, { updates }]) => updates).length)
const webhooks = ({ control }: EmulatorShape) =>
  Effect.map(control.dump, ({ bots }) => bots.map(({ webhook }) => webhook?.url))

describe("webhook retries (E14, §6)", () => {
  it.scoped(
    "§6 growing delay: at once, then 2, 4, 8 … up to 60–120 seconds, until the update expires after a day",
    () =>
      onJumps((advance) =>
        Effect.gen(function* () {
          const emulator = yield* scripted(() => answer(500))
          yield* emulator.control.say(42, "x")
          yield* advance("3 minutes")
          assert.deepStrictEqual(
            emulator.seen.slice(0, 7).map((line) => Number.parseInt(line, 10)),
            [0, 0, 2, 6, 14, 30, 62]
          )
          yield* advance("22 hours")
          const seconds = emulator.seen.map((line) => Number.parseInt(line, 10))
          const pauses = seconds.slice(8).map((at, index) => at - (seconds[index + 7] ?? 0))
          assert.isTrue(pauses.every((pause) => pause >= 60 && pause <= 120))
          assert.strictEqual(yield* pending(emulator), 1)
          yield* advance("3 hours")
          assert.strictEqual(yield* pending(emulator), 0)
          const tries = emulator.seen.length
          yield* advance("1 day")
          assert.lengthOf(emulator.seen, tries)
        })
      )
  )

  it.scoped(
    "§6 Retry-After: it is honoured, up to an hour, and the next update of the chat waits behind",
    () =>
      onJumps((advance) =>
        Effect.gen(function* () {
          const emulator = yield* scripted((count) => answer(count < 3 ? 429 : 200, [100, 9999][count - 1]))
          yield* emulator.control.say(42, "first")
          yield* emulator.control.say(42, "second")
          yield* advance("2 hours")
          assert.deepStrictEqual(emulator.seen, [
            "0 message first",
            "100 message first",
            "3700 message first",
            "3700 message second"
          ])
        })
      )
  )

  it.scoped("§6: 410 for 23 hours removes the webhook, and the update waits for getUpdates", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const emulator = yield* scripted(() => answer(410))
        yield* emulator.control.say(42, "x")
        yield* advance("22 hours")
        assert.deepStrictEqual(yield* webhooks(emulator), ["http://127.0.0.1:1/"])
        yield* advance("70 minutes")
        assert.deepStrictEqual(yield* webhooks(emulator), [undefined])
        assert.strictEqual(yield* pending(emulator), 1)
      })
    )
  )

  it.scoped("§6: one other answer in between starts the 23 hours anew", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const hour = 3_600_000
        const emulator = yield* scripted((_, now) => answer(now === 12 * hour ? 500 : 410, 3600))
        yield* emulator.control.say(42, "x")
        yield* advance("20 hours")
        yield* emulator.control.say(43, "y")
        yield* advance("14 hours")
        assert.deepStrictEqual(yield* webhooks(emulator), ["http://127.0.0.1:1/"])
        yield* advance("3 hours")
        assert.deepStrictEqual(yield* webhooks(emulator), [undefined])
      })
    )
  )

  it.scoped("§6: an update whose next try would come too late is dropped at once", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const emulator = yield* scripted(() => answer(500, 3500))
        yield* emulator.control.say(42, "x")
        yield* advance("23 hours")
        assert.strictEqual(yield* pending(emulator), 1)
        yield* advance("30 minutes")
        assert.strictEqual(yield* pending(emulator), 0)
      })
    )
  )

  it.scoped("§6: an answer that does not come within a minute is a failure", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const emulator = yield* scripted(() => answer(200))
        yield* emulator.setDeliver(() => Effect.never)
        yield* emulator.control.say(42, "x")
        yield* advance("61 seconds")
        const { bots } = yield* emulator.control.dump
        assert.strictEqual(bots[0]?.webhook?.lastError?.message, "Read timeout expired")
      })
    )
  )

  it.scoped("E14: a repeated update is posted twice, a late one when it is due", () =>
    onJumps((advance) =>
      Effect.gen(function* () {
        const { control, seen } = yield* scripted(() => answer(200))
        yield* control.updateFault({ action: "repeat" })
        yield* control.say(42, "twice")
        yield* control.updateFault({ action: "delay", ms: 5000 })
        yield* control.say(42, "late")
        yield* advance("10 seconds")
        assert.deepStrictEqual(seen, ["0 message twice", "0 message twice", "5 message late"])
      })
    )
  )
})
