// What a channel chooses, on a test clock: caps, windows, spread, expiry, digests; what leaves, when, and what is said meanwhile.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, TestClock } from "effect"
import type { Channel } from "../../src/domain/Channel.ts"
import { everyDay } from "../../src/domain/LocalHours.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { renderDigest } from "../../src/publisher/rendering/Digest.ts"
import { Database } from "../../src/storage/Database.ts"
import { TelegramFlood, TelegramRefused, TelegramUnknown } from "../../src/telegram/Telegram.ts"
import { item } from "../identity/Arbitrary.ts"
import { deals, enqueue, layer, publishing, Stage, titles } from "./stage.ts"

const onStage = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, layer)
const hour = 3_600_000
const day = 24 * hour
const method = "sendMessage"
const choosing = (choice: Partial<Channel>): Channel => ({ ...deals, ...choice })
const start = (choice: Partial<Channel>) => Effect.fork(publishing(choosing(choice)))
const hoursOf = Effect.map(Stage, (stage) => stage.sent.map(({ at }) => Math.round((at / hour) * 100) / 100))
const said = (words: RegExp) =>
  Effect.map(Stage, ({ reports }) =>
    assert.isTrue(
      reports.some((report) => words.test(report)),
      `${reports}`
    )
  )

/** Each delivery's state and reason. */
const states = Effect.gen(function* () {
  const ledger = yield* Ledger
  const rows = yield* ledger.deliveries({ limit: 100 })
  return rows
    .toSorted((a, b) => a.id - b.id)
    .map(({ state, reason }) => `${state}${reason === null ? "" : `: ${reason}`}`)
})

/** The lines of each post. */
const posts = Effect.map(Stage, (stage) =>
  stage.sent.map(({ post }) => post.html.replace(/<[^>]*>|\u200b|• /g, "").split("\n"))
)

describe("caps", () => {
  it.scoped(
    "let others pass and say what waits until when; the excess goes when the window has moved on",
    () =>
      onStage(
        Effect.gen(function* () {
          for (const title of ["a1", "a2", "a3"]) yield* enqueue(title, deals, {}, { brand: "acme" })
          yield* enqueue("b1", deals, {}, { brand: "best" })
          yield* start({ caps: [{ by: "brand", max: 2, perMs: hour, over: "wait" }] })
          yield* TestClock.adjust("30 minutes")
          assert.deepStrictEqual(yield* titles, ["a1", "a2", "b1"])
          yield* said(/cap: 2 of brand acme in 1h/)
          yield* TestClock.adjust("1 hour")
          assert.deepStrictEqual(yield* titles, ["a1", "a2", "b1", "a3"])
        })
      )
  )

  it.scoped("hold over a restart, and with skip the excess is left out with its reason", () =>
    onStage(
      Effect.gen(function* () {
        const caps = [{ by: "category", max: 1, perMs: hour, over: "skip" }] as const
        yield* enqueue("a1", deals, {}, { category: "toys" })
        const first = yield* start({ caps })
        yield* TestClock.adjust("1 minute")
        yield* Fiber.interrupt(first)
        yield* enqueue("a2", deals, {}, { category: "toys" })
        yield* start({ caps })
        yield* TestClock.adjust("2 hours")
        assert.deepStrictEqual(yield* states, ["sent", "expired: cap: 1 of category toys in 1h"])
      })
    )
  )
})

describe("posting windows", () => {
  it.scoped("are kept: outside them nothing leaves, and it is said until when", () =>
    onStage(
      Effect.gen(function* () {
        yield* enqueue("a")
        yield* start({ zone: "UTC", windows: [{ from: 540, to: 720, days: everyDay }] })
        yield* TestClock.adjust("8 hours")
        assert.deepStrictEqual(yield* titles, [])
        yield* said(new RegExp(`waiting ${9 * hour} outside its posting windows`))
        yield* TestClock.adjust("2 hours")
        assert.deepStrictEqual(yield* hoursOf, [9])
        yield* TestClock.adjust("3 hours")
        yield* enqueue("b")
        yield* TestClock.adjust("19 hours")
        assert.deepStrictEqual(yield* hoursOf, [9])
        yield* TestClock.adjust("2 hours")
        assert.deepStrictEqual(yield* hoursOf, [9, 33])
      })
    )
  )
})

describe("a spread backlog", () => {
  it.scoped("leaves evenly over the open time of the day, also over a restart", () =>
    onStage(
      Effect.gen(function* () {
        const choice = { zone: "UTC", windows: [{ from: 540, to: 900, days: everyDay }], spread: true }
        for (const title of ["a", "b", "c", "d"]) yield* enqueue(title)
        const first = yield* start(choice)
        yield* TestClock.adjust("11 hours")
        yield* Fiber.interrupt(first)
        yield* start(choice)
        yield* said(/spread over the day/)
        yield* TestClock.adjust("10 hours")
        assert.deepStrictEqual(yield* hoursOf, [9, 10.5, 12, 13.5])
      })
    )
  )
})

describe("expiry", () => {
  it.scoped("gives up what waited too long, with the reason, also while the channel is closed", () =>
    onStage(
      Effect.gen(function* () {
        yield* enqueue("old")
        yield* start({
          ...{ expireMs: 2 * day, zone: "UTC" },
          windows: [{ from: 540, to: 720, days: [0] }]
        })
        yield* TestClock.adjust("40 hours")
        yield* enqueue("new")
        assert.deepStrictEqual(yield* states, ["queued", "queued"])
        yield* TestClock.adjust("9 hours")
        assert.deepStrictEqual(yield* states, ["expired: waited longer than 2d", "queued"])
        yield* TestClock.adjust("33 hours")
        assert.deepStrictEqual(yield* titles, ["new"])
      })
    )
  )
})

describe("digests", () => {
  const full = { digest: { items: 3, at: [] } }

  it.scoped("leave as one post when they are full, and what is left waits for the next", () =>
    onStage(
      Effect.gen(function* () {
        for (const title of ["a", "b"]) yield* enqueue(title)
        yield* start(full)
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* posts, [])
        yield* said(/a digest of 3/)
        for (const title of ["c", "d"]) yield* enqueue(title)
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* posts, [["a", "b", "c"]])
        assert.deepStrictEqual(yield* states, [
          "sent",
          "sent: with delivery 1",
          "sent: with delivery 1",
          "queued"
        ])
      })
    )
  )

  it.scoped(
    "that are not full leave when their oldest has waited long enough; one item alone is an ordinary post",
    () =>
      onStage(
        Effect.gen(function* () {
          yield* start({ digest: { items: 3, at: [], withinMs: hour } })
          yield* enqueue("a")
          yield* TestClock.adjust("30 minutes")
          yield* enqueue("b")
          yield* TestClock.adjust("31 minutes")
          assert.deepStrictEqual(yield* posts, [["a", "b"]])
          yield* enqueue("c")
          yield* TestClock.adjust("2 hours")
          assert.deepStrictEqual(yield* posts, [["a", "b"], ["c"]])
        })
      )
  )

  it.scoped("leave at their times with all that was found by then, in as many posts as it takes", () =>
    onStage(
      Effect.gen(function* () {
        yield* start({ zone: "UTC", digest: { items: 2, at: [9 * 60, 18 * 60] } })
        for (const title of ["a", "b", "c"]) yield* enqueue(title)
        yield* TestClock.adjust("8 hours")
        assert.deepStrictEqual(yield* posts, [])
        yield* said(new RegExp(`waiting ${9 * hour} its next digest`))
        yield* TestClock.adjust("2 hours")
        assert.deepStrictEqual(yield* posts, [["a", "b"], ["c"]])
        yield* enqueue("d")
        yield* TestClock.adjust("7 hours")
        assert.strictEqual((yield* posts).length, 2)
        yield* TestClock.adjust("2 hours")
        assert.deepStrictEqual((yield* posts)[2], ["d"])
        assert.strictEqual((yield* hoursOf)[2], 18)
      })
    )
  )

  it.scoped("hold what fits into a post; the rest goes into the next", () =>
    onStage(
      Effect.gen(function* () {
        const long = (name: string) => `${name} ${"x".repeat(280)}`
        for (let count = 0; count < 20; count++) yield* enqueue(long(`n${count}`))
        yield* start({ zone: "UTC", digest: { items: 20, at: [0] } })
        yield* TestClock.adjust("25 hours")
        const found = yield* posts
        assert.strictEqual(found.length, 2)
        assert.isAtMost(Math.max(...found.map((lines) => lines.join("\n").length + lines.length * 2)), 4096)
        const names = found.flat().map((line) => line.split(" ")[0])
        assert.deepStrictEqual(
          names,
          Array.from({ length: 20 }, (_, index) => `n${index}`)
        )
      })
    )
  )

  it.scoped(
    "that Telegram puts off go again as they were; those that it refuses are refused as a whole",
    () =>
      onStage(
        Effect.gen(function* () {
          const stage = yield* Stage
          stage.script.push(
            Effect.fail(new TelegramFlood({ method, retryAfterSeconds: 60 })),
            Effect.fail(new TelegramRefused({ method, blame: "post", code: 400, description: "bad" }))
          )
          for (const title of ["a", "b", "c"]) yield* enqueue(title)
          yield* start(full)
          yield* TestClock.adjust("10 seconds")
          yield* enqueue("d")
          yield* TestClock.adjust("10 minutes")
          assert.deepStrictEqual(yield* posts, [
            ["a", "b", "c"],
            ["a", "b", "c"]
          ])
          const [first = "", second = "", third = "", fourth = ""] = yield* states
          assert.match(first, /^refused: .*bad/)
          assert.match(second, /^refused: with delivery 1: .*bad/)
          assert.match(third, /^refused: with delivery 1: /)
          assert.strictEqual(fourth, "queued")
        })
      )
  )

  it.scoped(
    "in which a process died are sent again only as a whole and only when they were found absent",
    () =>
      onStage(
        Effect.gen(function* () {
          const stage = yield* Stage
          const outbox = yield* Outbox
          stage.script.push(Effect.never)
          for (const title of ["a", "b", "c"]) yield* enqueue(title)
          const first = yield* start(full)
          yield* TestClock.adjust("10 seconds")
          yield* Effect.fork(Fiber.interrupt(first))
          yield* TestClock.adjust("1 minute")
          for (const title of ["d", "e", "f"]) yield* enqueue(title)
          yield* Effect.fork(publishing(choosing({ ...full, onUnknown: "park" }), "two"))
          yield* TestClock.adjust("2 days")
          const parked = yield* states
          assert.match(parked[0] ?? "", /^parked/)
          assert.match(parked[2] ?? "", /^parked: with delivery 1/)
          assert.deepStrictEqual(yield* posts, [
            ["a", "b", "c"],
            ["d", "e", "f"]
          ])
          const ids = yield* Effect.map(
            Effect.flatMap(Ledger, (ledger) => ledger.deliveries({ limit: 10, state: "parked" })),
            (rows) => rows.map(({ id }) => id)
          )
          const [any] = ids
          assert.isTrue(any !== undefined && (yield* outbox.resolve(any, { _tag: "Absent" }, 2 * day)))
          yield* TestClock.adjust("1 minute")
          assert.deepStrictEqual((yield* posts)[2], ["a", "b", "c"])
          assert.strictEqual(new Set(stage.markers).size, 3)
          assert.isTrue(stage.sent[2]?.post.silent)
        })
      )
  )

  it.scoped("whose answer was lost keep the channel frozen with all that they carry", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        stage.script.push(Effect.fail(new TelegramUnknown({ method, detail: "reset" })))
        for (const title of ["a", "b", "c", "d", "e", "f"]) yield* enqueue(title)
        yield* start({ ...full, onUnknown: "drop" })
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* posts, [
          ["a", "b", "c"],
          ["d", "e", "f"]
        ])
        const all = yield* states
        assert.isTrue(all.slice(0, 3).every((state) => state.startsWith("refused")))
        assert.isTrue(all.slice(3).every((state) => state.startsWith("sent")))
      })
    )
  )

  it.scoped("follow each of their items: a changed one changes its line", () =>
    onStage(
      Effect.gen(function* () {
        const stage = yield* Stage
        const database = yield* Database
        for (const title of ["a", "b", "c"]) yield* enqueue(title)
        yield* start(full)
        yield* TestClock.adjust("1 minute")
        yield* database.transaction("revise", (db) => {
          db.run("UPDATE item_payload SET payload = json_set(payload, '$.title', 'B') WHERE item_id = 2")
          db.run("UPDATE item SET revision = revision + 1 WHERE id = 2")
          db.run("UPDATE post SET due_at = 0 WHERE delivery_id = 1")
        })
        yield* TestClock.adjust("15 minutes")
        assert.deepStrictEqual(
          stage.log.filter((line) => line.startsWith("edit")),
          ["edit 1 • a"]
        )
        const [edited] = stage.edits
        assert.match(edited?.html ?? "", /• a\n• B\n• c/)
        assert.deepStrictEqual(
          (yield* states).map((state) => state.split(":")[0]),
          ["edited", "edited", "edited"]
        )
      })
    )
  )
})

describe("a rendered digest", () => {
  const subject = (title: string) => ({
    item: item({ title, link: "https://shop.example/1" }),
    event: "new" as const
  })
  it("has at least one line, and all of them with shorter lines when it must", () => {
    const many = Array.from({ length: 50 }, (_, index) => subject(`${index} ${"y".repeat(500)}`))
    const free = renderDigest(many, { silent: false }, false)
    assert.isBelow(free.fits, 50)
    assert.strictEqual(free.post.html.split("\n").length, free.fits)
    const all = renderDigest(many, { silent: false }, true)
    assert.strictEqual(all.fits, 50)
    assert.strictEqual(all.post.html.split("\n").length, 50)
    assert.isAtMost(all.post.html.replace(/<[^>]*>/g, "").length, 4095)
    assert.strictEqual(
      renderDigest([subject("")], { silent: true }, false).post.html,
      '• <a href="https://shop.example/1">shop.example</a>'
    )
  })
})
