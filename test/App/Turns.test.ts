// Turns of the event loop, by a clock that the fibers' own work moves on.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { Turns } from "../../src/App/Turns.ts"

const costly = (clock: { ms: number }, ms: number, done: () => void) =>
  Effect.zipRight(
    Effect.yieldNow(),
    Effect.sync(() => {
      clock.ms += ms
      done()
    })
  )

/** How many fibers had run when each turn of the loop began, until `count` have. */
const turnsOf = async (count: number, ms: number) => {
  const clock = { ms: 0 }
  const order: Array<number> = []
  const seen: Array<number> = []
  const scheduler = new Turns(() => clock.ms)
  for (let at = 0; at < count; at++)
    Effect.runFork(
      costly(clock, ms, () => order.push(at)),
      { scheduler }
    )
  while (order.length < count) {
    await new Promise((turned) => setImmediate(turned))
    seen.push(order.length)
  }
  return { order, seen }
}

describe("Turns", () => {
  it("the loop turns after some milliseconds of fibers that are ready together, and all run, in their order", async () => {
    const { order, seen } = await turnsOf(20, 5)
    assert.deepStrictEqual(
      order,
      Array.from({ length: 20 }, (_, at) => at)
    )
    for (const [at, count] of seen.entries()) assert.isAtMost(count - (seen[at - 1] ?? 0), 2)
  })

  it("what costs little all runs before the loop turns", async () => {
    assert.deepStrictEqual((await turnsOf(200, 0.01)).seen, [200])
  })

  it("a fiber of many small steps lets the loop turn as well", async () => {
    const clock = { ms: 0 }
    const step = Effect.sync(() => {
      clock.ms += 0.1
    })
    let left = 0
    setImmediate(() => {
      left = clock.ms
    })
    const steps = Effect.forEach(Array(1_000), () => step, { discard: true })
    const fiber = Effect.runFork(steps, { scheduler: new Turns(() => clock.ms) })
    await Effect.runPromise(Fiber.join(fiber))
    assert.isAbove(left, 0)
    assert.isBelow(left, 20)
  })
})
