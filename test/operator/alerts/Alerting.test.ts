// Alerts over time, on the real store: who is told what, once, over restarts, beside another process, with recipients that cannot be reached.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Option, TestClock } from "effect"
import type { Catalog } from "../../../src/config/Catalog.ts"
import { type AlertTerms, alertDefaults } from "../../../src/domain/AlertTerms.ts"
import { StorageFailed } from "../../../src/domain/StorageFailed.ts"
import { alerting } from "../../../src/operator/alerts/Alerting.ts"
import { textOf } from "../../../src/operator/alerts/AlertWords.ts"
import type { Facts } from "../../../src/operator/alerts/Look.ts"
import { NotTold, type Recipient } from "../../../src/operator/alerts/Recipient.ts"
import { Alerts, type Notice } from "../../../src/outbox/Alerts.ts"
import { Intake } from "../../../src/outbox/Intake.ts"
import { Ledger } from "../../../src/outbox/Ledger.ts"
import { ChildId, type ChildState } from "../../../src/supervision/ChildState.ts"
import { catalog, live, shopLists, store } from "../operating.ts"

const well: Facts = { catalogRefused: null, freeBytes: null }

/** What each recipient was told, a message a list of notices; `fail`: how their next messages fail. */
const makeWorld = () => {
  const told: Array<{ readonly to: string; readonly notices: ReadonlyArray<Notice> }> = []
  const failing = new Map<string, NotTold>()
  const tries = new Map<string, number>()
  const hanging = new Set<string>()
  let facts = well
  let terms: AlertTerms | undefined
  const recipient = (name: string, kind: Recipient["kind"]): Recipient => ({
    name,
    kind,
    tell: (notices) =>
      Effect.suspend(() => {
        tries.set(name, (tries.get(name) ?? 0) + 1)
        if (hanging.has(name)) return Effect.never
        const failure = failing.get(name)
        if (failure !== undefined) return Effect.fail(failure)
        told.push({ to: name, notices })
        return Effect.void
      })
  })
  const run = (owner: string) =>
    Effect.fork(
      alerting({
        owner,
        database: "/data/oncecast.db",
        catalog: Effect.sync(
          (): Catalog => ({
            ...catalog,
            admins: [1, 2],
            ...(terms === undefined ? {} : { alerts: terms })
          })
        ),
        facts: Effect.sync(() => facts),
        recipients: (admins) => [
          ...admins.map((person) => recipient(`admin/${person}`, "admin")),
          recipient("webhook", "webhook")
        ]
      })
    )
  return {
    run,
    failing,
    tries,
    hanging,
    know: (more: Partial<Facts>) => {
      facts = { ...facts, ...more }
    },
    want: (more: Partial<AlertTerms>) => {
      terms = { ...(terms ?? alertDefaults), ...more }
    },
    /** "opened source/shop held", message by message. */
    to: (name: string) =>
      told
        .filter(({ to }) => to === name)
        .map(({ notices }) =>
          notices.map((one) => (one.event === "summary" ? "summary" : `${one.event} ${one.problem.key}`))
        ),
    texts: () => told.map(({ notices }) => textOf(notices))
  }
}

const pass = (minutes: number) => Effect.repeatN(TestClock.adjust("30 seconds"), minutes * 2 - 1)

const flood = Effect.zipRight(shopLists(1), shopLists(30, "flood"))
const decide = Effect.gen(function* () {
  const intake = yield* Intake
  for (const { id } of yield* intake.bursts) yield* intake.decide(id, "discard", [], 0)
})

const admins = ["admin/1", "admin/2"]
const everybody = [...admins, "webhook"]

describe("alerts", () => {
  it.scoped("are told to everybody once: the beginning, and the end when a person has decided", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      yield* flood
      yield* world.run("me")
      yield* pass(5)
      for (const name of everybody) assert.deepStrictEqual(world.to(name), [["opened source/shop held"]])
      yield* decide
      yield* pass(5)
      for (const name of everybody)
        assert.deepStrictEqual(world.to(name), [["opened source/shop held"], ["ended source/shop held"]])
    }).pipe(Effect.provide(store))
  )

  it.scoped("are grouped: what begins within a short time is one message", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.know({ catalogRefused: "oncecast.yaml:1: is missing", freeBytes: 1 })
      yield* world.run("me")
      yield* pass(1)
      yield* flood
      yield* pass(10)
      assert.deepStrictEqual(world.to("webhook"), [
        ["opened catalog", "opened source/shop held"],
        ["opened disk"]
      ])
      const [text = ""] = world.texts()
      assert.include(text, "Needs a look: the changed catalog is refused")
      assert.include(text, "oncecast.yaml:1: is missing\n→ Mend the lines")
      assert.include(text, "Needs a decision: a flood of source shop is held\n30 of 30 items look new")
    }).pipe(Effect.provide(store))
  )

  it.scoped("are neither repeated nor forgotten over restarts", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.know({ freeBytes: 1 })
      yield* flood
      for (let generation = 0; generation < 10; generation++) {
        // Each lives for less than the five minutes for which the disk must be short of room.
        const life = yield* world.run(`process ${generation}`)
        yield* pass(2)
        yield* Fiber.interrupt(life)
        yield* pass(1)
      }
      assert.deepStrictEqual(world.to("admin/1"), [["opened source/shop held"], ["opened disk"]])
      yield* decide
      yield* world.run("the last")
      yield* pass(3)
      assert.deepStrictEqual(world.to("admin/1").at(-1), ["ended source/shop held"])
    }).pipe(Effect.provide(store))
  )

  it.scoped("are told by one of two processes, and by the other one when that is gone", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      yield* flood
      const first = yield* world.run("first")
      yield* world.run("second")
      yield* pass(10)
      for (const name of everybody) assert.deepStrictEqual(world.to(name), [["opened source/shop held"]])
      yield* Fiber.interrupt(first)
      yield* decide
      yield* pass(2)
      for (const name of everybody)
        assert.deepStrictEqual(world.to(name).slice(1), [["ended source/shop held"]])
    }).pipe(Effect.provide(store))
  )

  it.scoped(
    "are told once of what a process knows of itself that does not tell, until it is over or dead",
    () =>
      Effect.gen(function* () {
        const world = makeWorld()
        const quarantined = (cause: string): ChildState => ({
          _tag: "Quarantined",
          since: 0,
          probeAt: 9,
          cause
        })
        const beside = (children: Record<string, ChildState>, owner: string) => {
          const states = new Map<ChildId, ChildState>()
          const set = (now: Record<string, ChildState>) => {
            states.clear()
            for (const [id, state] of Object.entries(now)) states.set(ChildId.make(id), state)
          }
          set(children)
          return Effect.map(world.run(owner).pipe(Effect.provide(live(states))), (life) => ({ life, set }))
        }
        yield* beside({}, "the teller")
        yield* pass(1)
        const second = yield* beside({ "source/shop": quarantined("a bug") }, "second")
        const third = yield* beside(
          { "source/shop": quarantined("a bug"), "bot/publisher": quarantined("x") },
          "third"
        )
        yield* pass(10)
        const opened = ["opened source/shop quarantined", "opened bot/publisher quarantined"]
        for (const name of everybody) assert.deepStrictEqual(world.to(name), [opened])
        third.set({})
        yield* pass(3)
        assert.deepStrictEqual(world.to("admin/1").slice(1), [["ended bot/publisher quarantined"]])
        yield* Fiber.interrupt(second.life)
        yield* pass(3)
        assert.deepStrictEqual(world.to("admin/1").slice(2), [["ended source/shop quarantined"]])
      }).pipe(Effect.provide(store))
  )

  it.scoped("go to the others when one cannot be reached, and to that one when it can", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      const broken = new NotTold({ detail: "hooks.example answered 500", lasting: false })
      world.failing
        .set("webhook", broken)
        .set("admin/2", new NotTold({ detail: "let them write", lasting: true }))
      yield* flood
      yield* world.run("me")
      yield* pass(5)
      assert.deepStrictEqual(world.to("admin/1"), [["opened source/shop held"]])
      yield* decide
      yield* pass(15)
      assert.deepStrictEqual(world.to("admin/1").slice(1), [["ended source/shop held"], ["opened webhook"]])
      assert.strictEqual(world.tries.get("webhook"), 5, "each time after a longer wait")
      world.failing.clear()
      yield* pass(40)
      assert.deepStrictEqual(world.to("webhook")[0], [
        "opened source/shop held",
        "ended source/shop held",
        "opened webhook"
      ])
      assert.deepStrictEqual(world.to("admin/1").slice(3), [["ended webhook"]])
      assert.deepStrictEqual(world.to("admin/2"), [["ended webhook"]], "what could not be told is dropped")
    }).pipe(Effect.provide(store))
  )

  it.scoped("wait for nobody who is slow to answer", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.hanging.add("admin/1").add("webhook")
      yield* flood
      yield* world.run("me")
      yield* pass(2)
      assert.deepStrictEqual(world.to("admin/2"), [["opened source/shop held"]])
      yield* decide
      world.hanging.clear()
      yield* pass(5)
      const both = [["opened source/shop held"], ["ended source/shop held"]]
      assert.deepStrictEqual(world.to("admin/2"), both, "who answers hears the next thing too")
      assert.deepStrictEqual(world.to("admin/1").flat(), both.flat(), "and who did not is tried again")
    }).pipe(Effect.provide(store))
  )

  it.scoped("are off when nobody wants them, and about what is muted", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.want({ mute: ["source/shop"] })
      yield* flood
      yield* world.run("me")
      yield* pass(5)
      world.want({ mute: [], on: false })
      yield* pass(5)
      assert.deepStrictEqual(world.texts(), [])
      world.want({ on: true })
      yield* pass(2)
      assert.deepStrictEqual(world.to("admin/1"), [["opened source/shop held"]])
    }).pipe(Effect.provide(store))
  )

  it.scoped("tell of a full disk though nothing can be noted then, and do not repeat it when it can", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      let full = false
      const failure = new StorageFailed({ operation: "keep", reason: "full", cause: "SQLITE_FULL" })
      const whenFull = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.suspend((): Effect.Effect<A, E | StorageFailed> => (full ? failure : effect))
      const [alerts, ledger] = yield* Effect.all([Alerts, Ledger])
      const disk = Layer.merge(
        Layer.succeed(Alerts, {
          ...alerts,
          lease: (...given) => whenFull(alerts.lease(...given)),
          keep: (...given) => whenFull(alerts.keep(...given))
        }),
        Layer.succeed(Ledger, {
          ...ledger,
          failedWrite: Effect.sync(() => (full ? Option.some(failure) : Option.none()))
        })
      )
      const first = yield* Effect.provide(world.run("me"), disk)
      yield* pass(1)
      full = true
      yield* pass(20)
      assert.deepStrictEqual(world.to("admin/1"), [["opened database"]])
      full = false
      yield* pass(1)
      yield* Fiber.interrupt(first)
      yield* Effect.provide(world.run("next"), disk)
      yield* pass(20)
      assert.deepStrictEqual(world.to("admin/1"), [["opened database"], ["ended database"]])
    }).pipe(Effect.provide(store))
  )
})

describe("the daily summary", () => {
  it.scoped(
    "is told once a day at its time by the operator's clock, over restarts and after a night's stop",
    () =>
      Effect.gen(function* () {
        const world = makeWorld()
        world.want({ daily: 9 * 60, zone: "Europe/Berlin" })
        yield* shopLists(2)
        // 08:50 in Berlin.
        yield* TestClock.adjust("470 minutes")
        const first = yield* world.run("me")
        yield* pass(9)
        assert.deepStrictEqual(world.texts(), [])
        yield* pass(5)
        assert.deepStrictEqual(world.to("admin/1"), [["summary"]])
        yield* Fiber.interrupt(first)
        const second = yield* world.run("me")
        yield* pass(10)
        assert.strictEqual(world.to("admin/1").length, 1)
        yield* Fiber.interrupt(second)
        yield* TestClock.adjust("26 hours")
        yield* world.run("me")
        yield* pass(10)
        assert.deepStrictEqual(
          world
            .to("admin/1")
            .flat()
            .filter((one) => one === "summary").length,
          2
        )
      }).pipe(Effect.provide(store))
  )

  it.scoped("says what was posted, what is new, what failed and what waits", () =>
    Effect.gen(function* () {
      const world = makeWorld()
      world.want({ daily: 60 })
      yield* flood
      yield* world.run("me")
      yield* pass(65)
      assert.deepStrictEqual(world.texts().at(-1)?.split("\n"), [
        "The last 24 hours",
        "Posts: none",
        "New items: 31 (shop 31)",
        "Failures: none",
        "Waits for you: a flood of 30 items of shop",
        "The service is not running; 1 post waits for its turn."
      ])
    }).pipe(Effect.provide(store))
  )
})
