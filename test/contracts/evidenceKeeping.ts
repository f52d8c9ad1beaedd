// The Evidence contract, second half: what is remembered of the channels, which attempts are watched, and the way of a stray to its end.
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import { AttemptId } from "../../src/domain/Names.ts"
import { Evidence } from "../../src/outbox/Evidence.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { LeaseLost, Outbox } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import {
  chatId,
  contract,
  listed,
  lost,
  otherChatId,
  queued,
  type Store,
  sending,
  sent,
  unanswered,
  withdrawn
} from "./delivering.ts"
import { saw, sighting } from "./evidence.ts"
import { day } from "./IntakeBench.ts"
import { deals, lease, news, now, post } from "./outbox.ts"

type Test = Parameters<Parameters<typeof contract>[2]>[0]

export const evidenceKeepingContract = (stores: ReadonlyArray<Store>): void =>
  contract("Evidence kept", stores, (test) => {
    sightings(test)
    controls(test)
    watching(test)
    strays(test)
    forgetting(test)
  })

const sightings = (test: Test) => {
  test(
    "ids that were seen above a floor are those of the channel's own chat, ours and others'",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      yield* sent(yield* queued("a"), [12])
      yield* saw([sighting(10), sighting(11), sighting(13)])
      yield* saw([sighting(14, { chatId: chatId - 1 })], news)
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 10), new Set([11, 12, 13]))
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 13), new Set())
    })
  )

  test(
    "seen in several ways is remembered with each of them, once; never seen has none",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      for (const via of ["witness", "discussion", "witness", "profile"] as const)
        yield* saw([sighting(5, { via })])
      assert.deepStrictEqual(yield* evidence.waysSeen(chatId, 5), ["witness", "discussion", "profile"])
      assert.deepStrictEqual(yield* evidence.waysSeen(chatId, 6), [])
    })
  )

  test(
    "what was seen of the old chat explains nothing after the channel has moved to another one",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const outbox = yield* Outbox
      const fence = yield* lease()
      yield* outbox.moveTo(deals, fence, "@deals")
      yield* saw([sighting(5)])
      yield* outbox.moveTo(deals, fence, "@moved")
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 0), new Set())
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 5), [])
    })
  )
}

const controls = (test: Test) => {
  test(
    "known posts are our newest that should stand, the first message of each; without any, others' that were seen",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      yield* saw([sighting(2), sighting(3), sighting(4, { via: "check" })])
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 5), [3, 2])
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 1), [3])
      yield* sent(yield* queued("a"), [5], { at: now + 1 })
      yield* sent(yield* queued("b"), [6, 7], { at: now + 2 })
      yield* withdrawn(yield* queued("gone"), [8])
      yield* lost(yield* queued("nobody knows"))
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 5), [6, 5])
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 1), [6])
      assert.deepStrictEqual(yield* evidence.knownPosts(news, 5), [])
    })
  )

  test(
    "posts in a chat that the channel has left are no longer known posts of it",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const outbox = yield* Outbox
      const { fence } = yield* sent(yield* queued("a"), [5])
      yield* outbox.moveTo(deals, fence, "@moved")
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 5), [])
      const there = yield* sending(yield* queued("b"), { chat: "@moved" })
      const outcome = { _tag: "Sent", messageIds: [1], chatId: otherChatId } as const
      yield* outbox.settle(there.attempt, there.fence, outcome, now)
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 5), [1])
    })
  )
}

const watchedIds = (since: number, channel = deals) =>
  Effect.flatMap(Evidence, (evidence) =>
    Effect.map(evidence.watched(channel, since), (all) => all.map(({ id }) => id))
  )

const watching = (test: Test) => {
  for (const state of ["parked", "queued", "refused", "expired"] as const) {
    test(
      `an attempt of unknown outcome is watched while its delivery is ${state}, with what a look must know`,
      Effect.gen(function* () {
        const evidence = yield* Evidence
        yield* saw([sighting(30)])
        const made = yield* unanswered(state, { at: now + 5 })
        const [watched, ...more] = yield* evidence.watched(deals, now)
        assert.deepStrictEqual(more, [])
        assert.deepStrictEqual(watched, {
          ...{ id: made.attempt, chat: "@deals", marker: made.marker, floor: 30 },
          ...{ post, unknowns: 1, since: now + 5 }
        })
        assert.deepStrictEqual(yield* watchedIds(now + 5), [made.attempt])
        assert.deepStrictEqual(yield* watchedIds(now + 6), [])
        assert.deepStrictEqual(yield* watchedIds(now, news), [])
      })
    )
  }

  test(
    "an attempt is not watched while it keeps its channel frozen, nor once it was found",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* unanswered("unknown")
      assert.deepStrictEqual(yield* watchedIds(0), [])
      yield* outbox.resolve(made.delivery, { _tag: "Absent" }, now)
      assert.deepStrictEqual(yield* watchedIds(0), [made.attempt])
      yield* saw([sighting(5, { marker: made.marker })])
      assert.deepStrictEqual(yield* watchedIds(0), [])
    })
  )

  test(
    "an absent attempt is watched on while a later one is sent, until its late post was seen; and counts its fellows",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const outbox = yield* Outbox
      const first = yield* unanswered("queued")
      const second = yield* lost(first.delivery)
      yield* outbox.resolve(first.delivery, { _tag: "Absent" }, now)
      yield* sent(first.delivery, [8])
      const watched = yield* evidence.watched(deals, 0)
      assert.deepStrictEqual(
        watched.map(({ id, unknowns }) => [id, unknowns]),
        [
          [first.attempt, 2],
          [second.attempt, 2]
        ]
      )
      yield* saw([sighting(9, { marker: first.marker })])
      assert.deepStrictEqual(yield* watchedIds(0), [second.attempt])
    })
  )

  test(
    "an attempt in a chat that its channel has left is not watched",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* unanswered("parked")
      assert.deepStrictEqual(yield* watchedIds(0), [made.attempt])
      yield* outbox.moveTo(deals, made.fence, "@moved")
      assert.deepStrictEqual(yield* watchedIds(0), [])
    })
  )
}

const nextIds = Effect.flatMap(Evidence, (evidence) =>
  Effect.map(
    evidence.nextStray(deals),
    Option.match({ onNone: () => "none", onSome: ({ messageIds, dueAt }) => `${messageIds} at ${dueAt}` })
  )
)

const strays = (test: Test) => {
  test(
    "one that could not be taken away while the clock was ahead does not stand until that date",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const one = yield* unanswered("queued")
      yield* evidence.addStray(one.attempt, [5], "twice", now)
      yield* evidence.endStray(one.attempt, one.fence, { again: now + 50 }, now)
      yield* lease("me", deals, 5_000)
      assert.strictEqual(yield* nextIds, "5 at 0")
    })
  )

  test(
    "a stray is due at once, waits as long as it is told to, and the one that is due first comes first",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const one = yield* unanswered("queued")
      const two = yield* lost(one.delivery)
      assert.strictEqual(yield* nextIds, "none")
      assert.strictEqual(yield* evidence.strayState(one.attempt), "none")
      yield* evidence.addStray(one.attempt, [5, 6], "half an album", now)
      yield* evidence.addStray(two.attempt, [7], "another one", now)
      yield* evidence.addStray(one.attempt, [99], "told again: the first word counts", now)
      assert.strictEqual(yield* nextIds, "5,6 at 0")
      assert.strictEqual(yield* evidence.strayState(one.attempt), "open")
      yield* evidence.endStray(one.attempt, one.fence, { again: now + 50 }, now)
      assert.strictEqual(yield* nextIds, "7 at 0")
      yield* evidence.endStray(two.attempt, one.fence, "removed", now)
      assert.strictEqual(yield* nextIds, `5,6 at ${now + 50}`)
      yield* evidence.endStray(one.attempt, one.fence, "stays", now)
      assert.strictEqual(yield* nextIds, "none")
      assert.strictEqual(yield* evidence.strayState(one.attempt), "stays")
      assert.strictEqual(yield* evidence.strayState(two.attempt), "removed")
    })
  )

  test(
    "a stray that has ended stays ended: later words change nothing, and seen again it is no stray anew",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const late = yield* unanswered("queued")
      yield* sent(late.delivery, [8])
      yield* saw([sighting(9, { marker: late.marker })])
      yield* evidence.endStray(late.attempt, late.fence, "removed", now)
      yield* evidence.endStray(late.attempt, late.fence, { again: now }, now)
      yield* evidence.endStray(late.attempt, late.fence, "stays", now)
      yield* evidence.addStray(late.attempt, [9], "again", now)
      yield* saw([sighting(9, { marker: late.marker, via: "profile" })])
      assert.strictEqual(yield* evidence.strayState(late.attempt), "removed")
      assert.strictEqual(yield* nextIds, "none")
    })
  )

  test(
    "who has lost the channel cannot end a stray",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const made = yield* unanswered("queued")
      yield* evidence.addStray(made.attempt, [5], "too many", now)
      const fence = yield* lease("heir", deals, now + 60_000)
      for (const end of ["removed", "stays", { again: now + 9 }] as const) {
        const refusal = yield* Effect.flip(evidence.endStray(made.attempt, made.fence, end, now))
        assert.instanceOf(refusal, LeaseLost)
      }
      assert.strictEqual(yield* nextIds, "5 at 0")
      assert.strictEqual(yield* evidence.strayState(made.attempt), "open")
      yield* evidence.endStray(made.attempt, fence, "removed", now)
      assert.strictEqual(yield* nextIds, "none")
    })
  )

  test(
    "of attempts that do not exist there is nothing to say and nothing to take away",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const fence = yield* lease()
      const nobody = AttemptId.make(99)
      yield* evidence.addStray(nobody, [5], "whose?", now)
      yield* evidence.endStray(nobody, fence, "removed", now)
      assert.strictEqual(yield* evidence.strayState(nobody), "none")
      assert.strictEqual(yield* nextIds, "none")
    })
  )
}

const forgetting = (test: Test) => {
  test(
    "what was seen of others before a time is forgotten, what was seen since is not, and markers stay",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const made = yield* unanswered("parked")
      yield* saw([sighting(4)], deals, now)
      yield* saw([sighting(5, { marker: made.marker })], deals, now)
      yield* saw([sighting(6)], deals, now + 10)
      assert.strictEqual(yield* evidence.forget(now + 10), 1)
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 0), new Set([5, 6]))
      assert.strictEqual(yield* evidence.forget(now + 10), 0)
    })
  )

  test(
    "a marker is forgotten with its delivery",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const intake = yield* Intake
      const posts = yield* Posts
      yield* sent(yield* queued("gone"), [5])
      yield* listed("another", {}, deals, now + 400 * day)
      assert.strictEqual(yield* evidence.forget(now + day), 0)
      assert.strictEqual(yield* intake.forget(now + 401 * day), 1)
      assert.strictEqual(yield* evidence.forget(now + day), 1)
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 0), new Set())
      assert.isTrue(Option.isNone(yield* posts.next(deals, 0)))
    })
  )
}
