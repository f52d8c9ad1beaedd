import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import { StorageFailed } from "../../src/domain/StorageFailed.ts"
import { Commands } from "../../src/operator/Commands.ts"
import { NotFound, NotPossible } from "../../src/operator/NotDone.ts"
import { AuditLog } from "../../src/outbox/AuditLog.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { Views } from "../../src/outbox/Views.ts"
import { catalog, commands, deals, emptied, looking, pages, sendNext, shopLists, store } from "./operating.ts"

const does = <A, E>(act: (commands: typeof Commands.Service) => Effect.Effect<A, E>) =>
  Effect.flatMap(Commands, act)

const rowOf = (delivery: number) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    return (yield* ledger.deliveries({ limit: 100 })).find((row) => row.id === delivery)
  })
const stateOf = (delivery: number) => Effect.map(rowOf(delivery), (row) => row?.state)

describe("the commands", () => {
  it.scoped("pause and resume a channel or source by its name, and say when there was nothing to do", () =>
    Effect.gen(function* () {
      const steering = yield* Steering
      assert.strictEqual(yield* does((all) => all.pause("deals")), "The channel deals is paused.")
      assert.isTrue(yield* steering.isPaused({ kind: "channel", id: "deals" }))
      assert.include(yield* does((all) => all.pause("deals")), "paused already")
      assert.strictEqual(yield* does((all) => all.resume("channel/deals")), "The channel deals goes on.")
      assert.include(yield* does((all) => all.resume("deals")), "was not paused")
      assert.include(yield* does((all) => all.pause("shop")), "The source shop")
    }).pipe(Effect.provide(commands))
  )

  it.scoped("name what there is when a name is wrong", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(does((all) => all.pause("dealz")))
      assert.instanceOf(error, NotFound)
      assert.include(error.message, "there are deals, news, shop, blog")
      const held = yield* Effect.flip(does((all) => all.release("shoq", "release")))
      assert.instanceOf(held, NotFound)
      assert.include(held.message, "there are shop, blog")
    }).pipe(Effect.provide(commands))
  )

  it.scoped("post by hand: a number that two shops have in common makes their offers no one", () =>
    Effect.gen(function* () {
      const shops = ["https://www.kettles.example/1", "https://sofas.example/1"]
      const offered = { body: "", images: [], categories: [], offer: { id: "101" } }
      for (const link of shops) pages.set(link, { ...offered, title: link, link })
      for (const url of shops) {
        assert.include(yield* does((all) => all.post(url, "deals")), "is queued for deals")
        assert.include(
          (yield* Effect.flip(does((all) => all.post(url, "deals")))).message,
          "given to deals before"
        )
      }
      const { deliveries } = yield* Ledger
      assert.sameMembers(
        (yield* deliveries({ limit: 10 })).map(({ title }) => title),
        shops
      )
    }).pipe(Effect.provide(commands))
  )

  it.scoped("tell a delivery that is not there from one in another state, and name that state", () =>
    Effect.gen(function* () {
      yield* shopLists(1)
      const sent = yield* sendNext({ _tag: "Sent", messageIds: [1] })
      const choices: ReadonlyArray<
        (all: typeof Commands.Service, id: number) => Effect.Effect<string, { readonly message: string }>
      > = [
        (all, id) => all.settle(id, "absent"),
        (all, id) => all.settle(id, { messageId: 1 }),
        (all, id) => all.retry(id)
      ]
      for (const choose of [...choices, (all: typeof Commands.Service, id: number) => all.withdraw(id)]) {
        const unknown = yield* Effect.flip(does((all) => choose(all, sent + 1)))
        assert.instanceOf(unknown, NotFound)
        assert.include(unknown.message, `There is no delivery ${sent + 1}`)
      }
      for (const choose of choices) {
        const wrong = yield* Effect.flip(does((all) => choose(all, sent)))
        assert.instanceOf(wrong, NotPossible)
        assert.include(wrong.message, `Delivery ${sent} is sent, `)
      }
    }).pipe(Effect.provide(commands))
  )

  it.scoped("settle an unknown delivery either way, and nothing else", () =>
    Effect.gen(function* () {
      yield* shopLists(2)
      const first = yield* sendNext({ _tag: "Unknown", reason: "no answer" })
      yield* does((all) => all.settle(first, { messageId: 7 }))
      assert.strictEqual(yield* stateOf(first), "sent")
      const second = yield* sendNext({ _tag: "Unknown", reason: "no answer" })
      yield* does((all) => all.settle(second, "absent"))
      assert.strictEqual(yield* stateOf(second), "queued")
      const error = yield* Effect.flip(does((all) => all.settle(second, "absent")))
      assert.include(error.message, "is queued, not waiting for a decision")
    }).pipe(Effect.provide(commands))
  )

  it.scoped("settle nothing under a number that is another delivery's post", () =>
    Effect.gen(function* () {
      yield* shopLists(2)
      const first = yield* sendNext({ _tag: "Sent", messageIds: [17, 18] })
      const second = yield* sendNext({ _tag: "Unknown", reason: "no answer" })
      const error = yield* Effect.flip(does((all) => all.settle(second, { messageId: 18 })))
      assert.instanceOf(error, NotPossible)
      assert.include(error.message, `Message 18 is the post of delivery ${first}; look again`)
      assert.strictEqual(yield* stateOf(second), "unknown")
      yield* does((all) => all.settle(second, { messageId: 8 }))
      assert.strictEqual(yield* stateOf(second), "sent")
    }).pipe(Effect.provide(commands))
  )

  it.scoped("settle by what was seen of one attempt nothing that was tried again since", () =>
    Effect.gen(function* () {
      yield* shopLists(1)
      const id = yield* sendNext({ _tag: "Unknown", reason: "no answer" })
      const seen = (yield* rowOf(id))?.attempt ?? undefined
      yield* does((all) => all.settle(id, "absent", seen))
      yield* sendNext({ _tag: "Unknown", reason: "no answer" })
      const stale = yield* Effect.flip(does((all) => all.settle(id, "absent", seen)))
      assert.include(stale.message, "was tried again since you looked")
      assert.strictEqual(yield* stateOf(id), "unknown")
    }).pipe(Effect.provide(commands))
  )

  it.scoped("post one before all others, and say what still keeps it back", () =>
    Effect.gen(function* () {
      yield* shopLists(3)
      const views = yield* Views
      const order = Effect.map(views.queue(deals, 0, 5), (rows) => rows.map(({ id }) => id))
      const last = (yield* order).at(-1) ?? 0
      assert.strictEqual(yield* does((all) => all.reorder(last, "first")), `Delivery ${last} goes next.`)
      assert.strictEqual((yield* order)[0], last)
      yield* does((all) => all.pause("deals"))
      assert.strictEqual(
        yield* does((all) => all.reorder(last, "first")),
        `Delivery ${last} goes next, but not yet: paused.`
      )
      assert.include(yield* does((all) => all.reorder(last, "last")), "goes last")
      assert.strictEqual((yield* order).at(-1), last)
    }).pipe(Effect.provide(commands))
  )

  it.scoped("retry a refused delivery", () =>
    Effect.gen(function* () {
      yield* shopLists(1)
      const refused = yield* sendNext({ _tag: "Refused", reason: "too long" })
      yield* does((all) => all.retry(refused))
      assert.strictEqual(yield* stateOf(refused), "queued")
      assert.instanceOf(yield* Effect.flip(does((all) => all.retry(refused))), NotPossible)
    }).pipe(Effect.provide(commands))
  )

  it.scoped("release a held flood whole, in part, or not at all", () =>
    Effect.gen(function* () {
      yield* shopLists(3, "old")
      for (const [decision, queued] of [
        ["release", 20],
        [{ newest: 4 }, 4],
        ["discard", 0]
      ] as const) {
        const prefix = `flood-${queued}`
        const held = yield* shopLists(20, prefix)
        assert.strictEqual(held.held._tag, "Some")
        const ledger = yield* Ledger
        const before = (yield* ledger.deliveries({ limit: 1000 })).length
        yield* does((all) => all.release("shop", decision))
        assert.strictEqual((yield* ledger.deliveries({ limit: 1000 })).length - before, queued)
      }
      const error = yield* Effect.flip(does((all) => all.release("shop", "release")))
      assert.include(error.message, 'No items of "shop" are held')
    }).pipe(Effect.provide(commands))
  )

  it.scoped(
    "do not let go of a flood whose source has no channel to post it to, unless it is discarded",
    () =>
      Effect.gen(function* () {
        yield* shopLists(3, "old")
        yield* shopLists(20, "flood")
        const intake = yield* Intake
        const error = yield* Effect.flip(does((all) => all.release("shop", "release")))
        assert.include(error.message, "not in the catalog")
        assert.deepStrictEqual(
          (yield* intake.bursts).map(({ state, items }) => [state, items]),
          [["held", 20]]
        )
        yield* does((all) => all.release("shop", "discard"))
        assert.deepStrictEqual(yield* intake.bursts, [])
      }).pipe(
        Effect.provide(
          Commands.layer(Effect.succeed(emptied)).pipe(Layer.provide(looking), Layer.provideMerge(store))
        )
      )
  )
})

/** A pause on a store of which some parts fail. */
const paused = Effect.fnUntraced(function* (broken: {
  readonly steering?: Partial<typeof Steering.Service>
  readonly auditLog?: Partial<typeof AuditLog.Service>
}) {
  const parts = Layer.mergeAll(
    Layer.succeed(Steering, { ...(yield* Steering), ...broken.steering }),
    Layer.succeed(AuditLog, { ...(yield* AuditLog), ...broken.auditLog })
  )
  const over = Commands.layer(Effect.succeed(catalog)).pipe(Layer.provide(looking), Layer.provide(parts))
  return yield* does((all) => all.pause("deals")).pipe(Effect.provide(over), Effect.either)
})

describe("a command on a full disk", () => {
  const fails = () => new StorageFailed({ operation: "write", reason: "full", cause: "ENOSPC" })

  it.scoped("that could not be carried out is not said to go on by itself: it is to be given again", () =>
    Effect.gen(function* () {
      for (const broken of [{ steering: { pause: fails } }, { auditLog: { begin: fails } }]) {
        const answer = yield* paused(broken)
        const { message } = yield* Either.flip(answer)
        assert.match(
          message,
          /the disk is full; free space and ask for it again, for it was not done, or not wholly/
        )
      }
    }).pipe(Effect.provide(store))
  )

  it.scoped("that was carried out is said to be, though the log has no room for that", () =>
    Effect.gen(function* () {
      const answer = yield* paused({ auditLog: { end: fails } })
      assert.deepStrictEqual(answer, Either.right("The channel deals is paused."))
    }).pipe(Effect.provide(store))
  )
})
