import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Option, TestClock } from "effect"
import { Signals } from "../../src/outbox/Signals.ts"
import { AddressRefused, FetchGone } from "../../src/sources/FetchErrors.ts"
import { failed, lines, sourceNamed, World } from "./scripted.ts"

const shop = sourceNamed("shop")
const target = { kind: "source", id: "shop" } as const

describe("SourceFiber", () => {
  it.scoped("a new source is polled at once, then at its interval, and admits what is new", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", (n) => (n === 0 ? lines("a", "b") : lines("b", "c")))
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("150 seconds")
      assert.deepStrictEqual(world.polls("shop"), [0, 60, 120])
      assert.deepStrictEqual([...world.known], ["a", "b", "c"])
      assert.deepStrictEqual(
        world.journal.map(({ outcome, fresh, note }) => [outcome, fresh, note]),
        [
          ["new", 2, "2 new among 2 items."],
          ["new", 1, "1 new among 2 items."],
          ["nothing-new", 0, "Nothing new among 2 items."]
        ]
      )
      assert.deepStrictEqual(world.reports.slice(-2), ["running", "waiting until 180000: next poll"])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("the cursor goes back to the server, and a renewed one replaces it without a write", () =>
    Effect.gen(function* () {
      const world = yield* World
      const renewed = { etag: "2", bodyHash: "a" }
      world.script.set("shop.example", (n) =>
        n === 0 ? lines("a") : n === 1 ? { _tag: "Unchanged", cursor: renewed } : { _tag: "NotModified" }
      )
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("190 seconds")
      assert.deepStrictEqual(
        world.asked.map(({ cursor }) => cursor),
        [{}, { etag: "a", bodyHash: "a" }, renewed, renewed]
      )
      assert.deepStrictEqual(
        world.journal.map(({ outcome }) => outcome),
        ["new", "unchanged", "not-modified", "not-modified"]
      )
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("failures make it wait longer and longer, until one success makes all good", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", (n) => (n < 3 ? failed() : lines("a")))
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("16 minutes")
      // After 2, 4 and 8 minutes; then each minute again.
      assert.deepStrictEqual(world.polls("shop").slice(0, 6), [0, 120, 360, 840, 900, 960])
      assert.deepStrictEqual(
        world.journal.slice(0, 4).map(({ failures, note }) => [failures, note]),
        [
          [1, "https://shop.example/feed answered 503; tried again in 2m."],
          [2, "https://shop.example/feed answered 503; tried again in 4m."],
          [3, "https://shop.example/feed answered 503; tried again in 8m."],
          [0, "1 new among 1 item."]
        ]
      )
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("the server's Retry-After is kept", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", (n) => (n === 0 ? failed("busy", 1_000_000) : lines("a")))
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("1100 seconds")
      assert.deepStrictEqual(world.polls("shop"), [0, 1050])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("many failures open the circuit, and the source says so", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", () => failed())
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("1 hour")
      assert.match(
        world.reports.at(-1) ?? "",
        /^open until \d+: https:\/\/shop\.example\/feed answered 503; tried/
      )
      yield* TestClock.adjust("3 hours")
      // Probed all the same.
      assert.isAbove(world.polls("shop").at(-1) ?? 0, 2 * 3600)
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped(
    "a bot check is reported as one, asked about less and less, and takes nothing back; gone, all goes on",
    () =>
      Effect.gen(function* () {
        const world = yield* World
        world.script.set("shop.example", (n) => (n === 0 || n > 4 ? lines("a") : lines("captcha")))
        yield* Effect.forkScoped(world.run(shop))
        yield* TestClock.adjust("2 minutes")
        assert.deepStrictEqual(world.cursors.get("shop"), { etag: "a", bodyHash: "a" })
        assert.match(
          world.journal.at(-1)?.note ?? "",
          /^https:\/\/user\.example\/feed\?… answers with a bot check \(a captcha\): ask the site for access or another address; tried again in /
        )
        yield* TestClock.adjust("2 hours")
        const [, first = 0, second = 0, third = 0, fourth = 0] = world.polls("shop")
        assert.isAbove(third - second, 1.5 * (second - first))
        assert.isAbove(fourth - third, 1.5 * (third - second))
        assert.strictEqual(world.journal.at(-1)?.outcome, "nothing-new")
        const told = world.logged.filter(({ level }) => level === "Error")
        assert.lengthOf(told, 1)
      }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a source that fails or cannot be read leaves its neighbours alone", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("failing.example", () => failed())
      world.script.set("endless.example", () => lines("never"))
      world.script.set("closed.example", () => lines("<html>"))
      for (const id of ["failing", "endless", "closed", "shop"]) {
        yield* Effect.forkScoped(world.run(sourceNamed(id)))
      }
      yield* TestClock.adjust("12 minutes")
      assert.lengthOf(world.polls("shop"), 13)
      const lastOf = (id: string) => world.journal.findLast(({ source }) => source === id)?.note ?? ""
      assert.match(lastOf("endless"), /cannot be read: not begun to be read within 1 minute; tried again in /)
      assert.match(lastOf("closed"), /cannot be read: an HTML page; tried again in /)
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("the address of an unreadable document is shown without its secrets", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", () => lines("<html>"))
      yield* Effect.forkScoped(
        world.run(sourceNamed("shop", { url: "https://me:pw@shop.example/feed?key=hush" }))
      )
      yield* TestClock.adjust("1 second")
      const said = JSON.stringify([world.journal, world.reports, world.logged])
      assert.include(said, "https://user.example/feed?…")
      assert.notMatch(said, /hush|pw@/)
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("what needs a person is asked for rarely, but never given up", () =>
    Effect.gen(function* () {
      const world = yield* World
      const refused = new AddressRefused({ url: "http://shop.example/", detail: "is private", private: true })
      world.script.set("shop.example", () => refused)
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("1 day")
      const polls = world.polls("shop")
      assert.isBelow(polls.length, 10)
      assert.isAbove(polls.at(-1) ?? 0, 18 * 3600)
      assert.deepStrictEqual(
        world.logged.map(({ level }) => level),
        ["Error"]
      )
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a 404 passes for a while before it is believed", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", () => new FetchGone({ url: "https://shop.example/", status: 404 }))
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("7 minutes")
      assert.deepStrictEqual(
        world.logged.map(({ level }) => level),
        ["Warning", "Error"]
      )
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("one line is logged when its state changes, none for a poll like the one before", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", (n) => (n > 1 && n < 5 ? failed() : lines("a")))
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("40 minutes")
      assert.deepStrictEqual(
        world.logged.map(({ level, source }) => [level, source]),
        [
          ["Warning", "shop"],
          ["Info", "shop"]
        ]
      )
      assert.include(world.logged[1]?.text, "works again")
    }).pipe(Effect.provide(World.layer))
  )
})

describe("SourceFiber after a restart", () => {
  it.scoped("goes on with the schedule where the journal ends", () =>
    Effect.gen(function* () {
      const world = yield* World
      const first = yield* Effect.fork(world.run(shop))
      yield* TestClock.adjust("70 seconds")
      yield* Fiber.interrupt(first)
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("60 seconds")
      assert.deepStrictEqual(world.polls("shop"), [0, 60, 120])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("polls an overdue source at once, within the spread of a large catalog", () =>
    Effect.gen(function* () {
      const world = yield* World
      const first = yield* Effect.fork(world.run(shop))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("990 seconds")
      yield* Effect.forkScoped(world.run(shop, { spreadMs: 100_000 }))
      yield* TestClock.adjust("60 seconds")
      assert.deepStrictEqual(world.polls("shop"), [0, 1050])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("does not hammer a source that was failing before", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.script.set("shop.example", () => failed())
      const first = yield* Effect.fork(world.run(shop))
      yield* TestClock.adjust("1 hour")
      yield* Fiber.interrupt(first)
      const before = world.journal.at(-1)
      world.reports.length = 0
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(world.reports, [`open until ${before?.nextAt}: ${before?.note}`])
      yield* TestClock.adjust("1 hour")
      const after = world.journal.find(({ at }) => at > (before?.at ?? 0))
      assert.strictEqual(after?.at, before?.nextAt)
      assert.strictEqual(after?.failures, (before?.failures ?? 0) + 1)
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a clock set back by an hour costs one interval, not an hour", () =>
    Effect.gen(function* () {
      const world = yield* World
      const signals = yield* Signals
      const start = 7_200_000
      yield* TestClock.setTime(start)
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("90 seconds")
      // The test clock's timers follow its date, a machine's do not: the hint stands for the timer that fires on time.
      yield* TestClock.setTime(start + 120_000 - 3_600_000)
      yield* signals.notify(target)
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(
        world.polls("shop").map((at) => at - start / 1000),
        [0, 60, -3420, -3360]
      )
      assert.deepStrictEqual(world.setRight, [start + 120_000 - 3_600_000])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a start by a clock that was set back since the last poll sets right what was noted then", () =>
    Effect.gen(function* () {
      const world = yield* World
      yield* TestClock.setTime(7_200_000)
      const first = yield* Effect.fork(world.run(shop))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(first)
      yield* TestClock.setTime(3_600_000)
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(world.setRight, [3_600_000])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a changed entry is polled at once and whole", () =>
    Effect.gen(function* () {
      const world = yield* World
      const first = yield* Effect.fork(world.run(shop))
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(first)
      yield* Effect.forkScoped(world.run(shop, { changed: true }))
      yield* TestClock.adjust("61 seconds")
      assert.deepStrictEqual(world.polls("shop"), [0, 10, 70])
      assert.deepStrictEqual(
        world.asked.map(({ cursor }) => cursor.etag),
        [undefined, undefined, "a"]
      )
    }).pipe(Effect.provide(World.layer))
  )
})

describe("SourceFiber and the rest of the house", () => {
  it.scoped("a full channel holds the poll back until there is room", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.room.full = true
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("100 seconds")
      assert.deepStrictEqual(world.polls("shop"), [])
      assert.match(
        world.reports.at(-1) ?? "",
        /: waits: channel deals is full; what leaves its list meanwhile is never seen$/
      )
      world.room.full = false
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(world.polls("shop"), [105])
      assert.lengthOf(world.logged, 2)
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a hint ends the wait for room at once", () =>
    Effect.gen(function* () {
      const world = yield* World
      const signals = yield* Signals
      world.room.full = true
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("7 seconds")
      world.room.full = false
      yield* signals.notify(target)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(world.polls("shop"), [7])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped(
    "a pause keeps it from polling; a resume brings it back at once by a hint, without one within ten minutes",
    () =>
      Effect.gen(function* () {
        const world = yield* World
        const signals = yield* Signals
        yield* Effect.forkScoped(world.run(shop))
        yield* TestClock.adjust("10 seconds")
        world.paused.add("shop")
        yield* signals.notify(target)
        yield* TestClock.adjust("25 minutes")
        assert.deepStrictEqual(world.polls("shop"), [0])
        assert.match(world.reports.at(-1) ?? "", /: paused until oncecast resume shop$/)
        world.paused.clear()
        yield* TestClock.adjust("10 minutes")
        const polled = world.polls("shop").length
        assert.isAbove(polled, 1)
        world.paused.add("shop")
        yield* TestClock.adjust("5 minutes")
        assert.lengthOf(world.polls("shop"), polled)
        world.paused.clear()
        yield* signals.notify(target)
        yield* TestClock.adjust("1 millis")
        assert.lengthOf(world.polls("shop"), polled + 1)
      }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a hint makes it go on with a decided burst and wake the channel, but not poll early", () =>
    Effect.gen(function* () {
      const world = yield* World
      const signals = yield* Signals
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("10 seconds")
      yield* signals.wait({ kind: "channel", id: "deals" }, 0)
      world.room.releasing = 5
      yield* signals.notify(target)
      const woken = yield* Effect.fork(
        signals.wait({ kind: "channel", id: "deals" }, Number.MAX_SAFE_INTEGER)
      )
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(world.room.releasing, 0)
      assert.isTrue(Option.isSome(yield* Fiber.poll(woken)))
      assert.deepStrictEqual(world.polls("shop"), [0])
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("new deliveries wake their channel at once", () =>
    Effect.gen(function* () {
      const world = yield* World
      const signals = yield* Signals
      const woken = yield* Effect.fork(
        signals.wait({ kind: "channel", id: "deals" }, Number.MAX_SAFE_INTEGER)
      )
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("1 second")
      assert.isTrue(Option.isSome(yield* Fiber.poll(woken)))
    }).pipe(Effect.provide(World.layer))
  )

  it.scoped("a held burst is logged once, with the command that decides it", () =>
    Effect.gen(function* () {
      const world = yield* World
      world.room.hold = true
      yield* Effect.forkScoped(world.run(shop))
      yield* TestClock.adjust("130 seconds")
      assert.strictEqual(world.journal[0]?.outcome, "held")
      assert.include(world.journal[0]?.note, "oncecast release shop")
      assert.lengthOf(world.logged, 1)
      assert.include(world.logged[0]?.text, "oncecast release shop")
    }).pipe(Effect.provide(World.layer))
  )

  for (const reason of ["busy", "full"] as const) {
    it.scoped(`a ${reason} store is waited for and named once, and nothing is fetched twice`, () =>
      Effect.gen(function* () {
        const world = yield* World
        world.script.set("shop.example", () => {
          world.room.broken = reason
          return lines("a")
        })
        yield* Effect.forkScoped(world.run(shop))
        yield* TestClock.adjust("20 seconds")
        assert.lengthOf([...world.known], 0)
        assert.lengthOf(
          world.logged.filter(({ text }) => text.includes("tried again")),
          1
        )
        world.room.broken = undefined
        yield* TestClock.adjust("6 seconds")
        assert.deepStrictEqual([...world.known], ["a"])
        assert.deepStrictEqual(world.polls("shop"), [0])
      }).pipe(Effect.provide(World.layer))
    )
  }

  it.scoped("a store that cannot go on ends the fiber with its error", () =>
    Effect.gen(function* () {
      const world = yield* World
      for (const reason of ["io", "corrupt", "other"] as const) {
        world.room.broken = reason
        const exit = yield* Effect.exit(world.run(shop))
        assert(Exit.isFailure(exit))
        assert.isTrue(Cause.isFailure(exit.cause))
        assert.include(Cause.pretty(exit.cause), "The database could not do it")
      }
    }).pipe(Effect.provide(World.layer))
  )
})
