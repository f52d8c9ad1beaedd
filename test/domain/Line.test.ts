// Lines under schedulers that let others run between any two steps of a fiber, and with fibers that are interrupted anywhere.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scheduler, Scope } from "effect"
import { come, inLine, join, type Line, leave, makeLine, Place } from "../../src/domain/Line.ts"
import { Dice } from "../../src/simulation/Dice.ts"
import { restless } from "../setup/restless.ts"

/** A fiber yields after every so many steps, over some numbers at each of its steps. To yield takes nine itself. */
const yielding = (steps: number): Scheduler.Scheduler => ({
  shouldYield: (fiber) => (fiber.currentOpCount > steps ? 0 : false),
  scheduleTask: (task, priority) => Scheduler.defaultScheduler.scheduleTask(task, priority)
})

const some = (steps: number) =>
  Effect.forEach(Array(steps).keys(), () => Effect.yieldNow(), { discard: true })

interface Inside {
  now: number
  most: number
}

const counted = (inside: Inside) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      inside.now += 1
      inside.most = Math.max(inside.most, inside.now)
    }),
    () => some(3),
    () =>
      Effect.sync(() => {
        inside.now -= 1
      })
  )

/** By a place that a scope holds, as a document does. */
const byPlace = (lines: readonly [Line, Line], work: Effect.Effect<void>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const place = new Place()
      yield* Effect.addFinalizer(() => Effect.sync(() => place.giveBack()))
      yield* place.enter(lines[0])
      yield* work
      yield* place.enter(lines[1])
      yield* some(2)
    })
  )

/** Some fibers come, about every other one is interrupted, some steps later. */
const crowd = Effect.fnUntraced(function* (dice: Dice, come: () => Effect.Effect<void>) {
  const fibers: Array<Fiber.RuntimeFiber<void>> = []
  for (let n = 0; n < 60; n++) {
    fibers.push(yield* Effect.fork(come()))
    yield* some(Math.floor(dice.next() * 4))
    const victim = fibers[Math.floor(dice.next() * fibers.length)]
    if (dice.next() < 0.6 && victim !== undefined) yield* Effect.fork(Fiber.interrupt(victim))
  }
  const exits = yield* Effect.forEach(fibers, (fiber) => Fiber.await(fiber))
  assert.isAbove(exits.filter(Exit.isSuccess).length, 0)
  assert.isAbove(exits.filter(Exit.isInterrupted).length, 0)
})

const schedulers: ReadonlyArray<readonly [string, Scheduler.Scheduler]> = [
  ...Array.from({ length: 12 }, (_, at) => [`a yield every ${at + 10} steps`, yielding(at + 10)] as const),
  ...Array.from({ length: 12 }, (_, at) => [`chance ${at}`, restless(`${at}`, 0.02 + at / 250)] as const)
]

describe("Line", () => {
  for (const [name, scheduler] of schedulers) {
    it.live(`no place is lost or given twice, whoever is interrupted wherever (${name})`, () =>
      Effect.gen(function* () {
        const line = makeLine(2)
        const inside = { now: 0, most: 0 }
        yield* crowd(new Dice(name), () => inLine(line)(counted(inside)))
        assert.deepStrictEqual([line.free, line.waiting.size, inside.now], [2, 0, 0])
        assert.isAtMost(inside.most, 2)
      }).pipe(Effect.withScheduler(scheduler))
    )

    it.live(`nor one that is held by a scope, and given up for one in another line (${name})`, () =>
      Effect.gen(function* () {
        const lines = [makeLine(2), makeLine(1)] as const
        const inside = { now: 0, most: 0 }
        yield* crowd(new Dice(name), () => byPlace(lines, counted(inside)))
        assert.deepStrictEqual(
          lines.map(({ free, waiting }) => [free, waiting.size]),
          [
            [2, 0],
            [1, 0]
          ]
        )
        assert.isAtMost(inside.most, 2)
      }).pipe(Effect.withScheduler(scheduler))
    )
  }

  it.effect("places are given in the order in which they were asked for", () =>
    Effect.gen(function* () {
      const line = makeLine(1)
      const order: Array<number> = []
      const one = (at: number) =>
        inLine(line)(
          Effect.zipRight(
            some(2),
            Effect.sync(() => order.push(at))
          )
        )
      yield* Effect.forEach([0, 1, 2, 3, 4, 5], one, { concurrency: "unbounded" })
      assert.deepStrictEqual(order, [0, 1, 2, 3, 4, 5])
    })
  )

  it.effect("a place that was given to one who never came for it goes on to the next", () =>
    Effect.gen(function* () {
      const line = makeLine(1)
      const [first, second, third] = [join(line), join(line), join(line)]
      leave(line, first)
      leave(line, second)
      yield* come(third)
      leave(line, third)
      assert.strictEqual(line.free, 1)
    })
  )

  it.effect("what is given back twice is given back once", () =>
    Effect.gen(function* () {
      const line = makeLine(1)
      const scope = yield* Scope.make()
      const place = new Place()
      yield* Scope.addFinalizer(
        scope,
        Effect.sync(() => place.giveBack())
      )
      yield* place.enter(line)
      place.giveBack()
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(line.free, 1)
    })
  )
})
