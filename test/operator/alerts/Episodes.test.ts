// When something that is wrong is told, and when it is not: held, gone, coming and going. For any course of events.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { type Change, flapMs, step } from "../../../src/operator/alerts/Episodes.ts"
import type { Episode, Problem } from "../../../src/outbox/Alerts.ts"

const minute = 60_000
const lookMs = 30_000

const problem = (key: string, holdMs: number): Problem => ({
  ...{ key, about: key, tone: "failing" as const, holdMs },
  what: `${key} fails`,
  why: "HTTP 503",
  next: "Look."
})

interface Told extends Change {
  readonly at: number
}

/** What is told when the problem is there at the looks that `course` says, one each half minute; the state goes through JSON each time. */
const play = (course: ReadonlyArray<boolean>, holdMs: number): ReadonlyArray<Told> => {
  let episodes: ReadonlyArray<Episode> = []
  return course.flatMap((there, index) => {
    const at = index * lookMs
    const stepped = step(episodes, there ? [problem("shop", holdMs)] : [], at)
    episodes = JSON.parse(JSON.stringify(stepped.episodes))
    return stepped.changes.map((change) => ({ ...change, at }))
  })
}

const times = <A>(count: number, value: A): ReadonlyArray<A> => Array.from({ length: count }, () => value)
const minutes = (count: number, there: boolean) => times((count * minute) / lookMs, there)
const events = (told: ReadonlyArray<Told>) => told.map(({ event, at }) => `${event} ${at / minute}`)

describe("a problem", () => {
  it("is told when it has held for its time, and its end when it has been gone for as long", () => {
    const told = play([...minutes(20, true), ...minutes(20, false)], 5 * minute)
    assert.deepStrictEqual(events(told), ["opened 5", "ended 25"])
    assert.deepStrictEqual(
      told.map(({ since }) => since),
      [0, 0]
    )
  })

  it("that is over before its time is not told at all", () => {
    assert.deepStrictEqual(
      play([...minutes(4, true), ...minutes(4, false), ...minutes(4, true)], 5 * minute),
      []
    )
  })

  it("that is away for a moment is still the same", () => {
    const told = play([...minutes(6, true), ...minutes(4, false), ...minutes(6, true)], 5 * minute)
    assert.deepStrictEqual(events(told), ["opened 5"])
  })

  it("is told, and so is its end, though the clock was set back by a day while it was waited for", () => {
    const day = 24 * 60 * minute
    const course = [
      ...[0, 4, 4 - day / minute, 10 - day / minute].map((at) => ({ at, there: true })),
      ...[-2 * day, -2 * day + 6 * minute].map((at) => ({ at: at / minute, there: false }))
    ]
    let episodes: ReadonlyArray<Episode> = []
    const told = course.flatMap(({ at, there }) => {
      const stepped = step(episodes, there ? [problem("shop", 5 * minute)] : [], at * minute)
      episodes = stepped.episodes
      return stepped.changes.map(({ event }) => event)
    })
    assert.deepStrictEqual(told, ["opened", "ended"])
  })

  it("that needs no time is told at once, and so is its end", () => {
    assert.deepStrictEqual(events(play([true, true, false, false], 0)), ["opened 0", "ended 1"])
  })

  it("that comes and goes is told of three times, the third time as such, and then its end with how often it came", () => {
    const cycle = [...minutes(2, true), ...minutes(2, false)]
    const told = play([...times(20, cycle).flat(), ...minutes(90, false)], minute)
    assert.deepStrictEqual(
      told.map(({ event }) => event),
      ["opened", "ended", "opened", "ended", "flapping", "ended"]
    )
    assert.strictEqual(told.at(-1)?.times, 20)
    assert.strictEqual(told.at(-1)?.at, 19 * 4 * minute + 2 * minute + flapMs)
  })

  it("that goes for short moments is told of as coming and going once", () => {
    const cycle = [...minutes(3, true), ...minutes(1, false)]
    assert.deepStrictEqual(
      play([...minutes(5, true), ...times(20, cycle).flat()], 2 * minute).map(({ event }) => event),
      ["opened", "flapping"]
    )
  })

  it("that comes back after an hour without it is a new one", () => {
    const told = play([...minutes(10, true), ...minutes(80, false), ...minutes(10, true)], minute)
    assert.deepStrictEqual(
      told.map(({ event, times }) => [event, times]),
      [
        ["opened", 1],
        ["ended", 1],
        ["opened", 1]
      ]
    )
  })

  it("tells of each of several by itself, and what has not changed stays the same object", () => {
    const seen = [problem("a", 0), problem("b", 0)]
    const first = step([], seen, 0)
    assert.strictEqual(first.changes.length, 2)
    const second = step(first.episodes, seen, lookMs)
    assert.deepStrictEqual(second.changes, [])
    for (const [index, episode] of second.episodes.entries())
      assert.strictEqual(episode, first.episodes[index])
  })
})

/** Runs of presence and absence, from one look to hours. */
const courses = FastCheck.array(
  FastCheck.tuple(
    FastCheck.boolean(),
    FastCheck.oneof(FastCheck.integer({ min: 1, max: 6 }), FastCheck.integer({ min: 1, max: 200 }))
  ),
  { minLength: 1, maxLength: 60 }
).map((runs) => runs.flatMap(([there, looks]) => times(looks, there)))
const holds = FastCheck.constantFrom(0, lookMs, minute, 5 * minute, 30 * minute)

const holdsFor = (property: (course: ReadonlyArray<boolean>, holdMs: number) => void) => () => {
  FastCheck.assert(FastCheck.property(courses, holds, property), { numRuns: 300 })
}

describe("for any course of events", () => {
  it(
    "a beginning is told before an end, and no beginning or end twice in a row",
    holdsFor((course, holdMs) => {
      let open = false
      for (const { event, times } of play(course, holdMs)) {
        if (event === "opened") assert.isFalse(open)
        if (event === "ended") assert.isTrue(open)
        if (event === "flapping") assert.isAtLeast(times, 3)
        open = event !== "ended"
      }
    })
  )

  it(
    "no hour has more than six messages about one thing",
    holdsFor((course, holdMs) => {
      const told = play(course, holdMs)
      for (const { at } of told)
        assert.isAtMost(told.filter((one) => one.at >= at && one.at < at + flapMs).length, 6)
    })
  )

  it(
    "what stays is told, and what stays away ends",
    holdsFor((course, holdMs) => {
      const lasting = minutes(2 * 60 + 1, true)
      const away = minutes(2 * 60 + 1, false)
      const stays = play([...course, ...lasting], holdMs).at(-1)
      assert.include(["opened", "flapping"], stays?.event ?? "nothing")
      const ends = play([...course, ...lasting, ...away], holdMs).at(-1)
      assert.strictEqual(ends?.event, "ended")
    })
  )

  it(
    "nothing is told of what has not held for its time",
    holdsFor((course, holdMs) => {
      for (const { event, since, at } of play(course, holdMs))
        if (event === "opened") {
          assert.isAtLeast(at - since, holdMs)
          assert.isTrue(course.slice(since / lookMs, at / lookMs + 1).every((there) => there))
        }
    })
  )

  it("in the long run there are at most two messages an hour", () => {
    const told = play(times(1200, [true, false]).flat(), 0)
    assert.isAtMost(told.length, 6 + 2 * ((1200 * 2 * lookMs) / flapMs))
  })
})
