// The Evidence contract as a suite that every store must pass: what follows for deliveries from what was seen in the channels.
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Evidence, type Recognised, type Sighting } from "../../src/outbox/Evidence.ts"
import { Outbox, type Outcome } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import {
  type Attempted,
  chatId,
  contract,
  listed,
  lost,
  otherChatId,
  queued,
  type Store,
  sending,
  sent,
  standingOf,
  unanswered,
  withdrawn
} from "./delivering.ts"
import { deals, lease, newMarker, news, now } from "./outbox.ts"

/** A witness sees it in the channel. */
export const sighting = (messageId: number, seen: Partial<Sighting> = {}): Sighting => ({
  chatId,
  messageId,
  via: "witness",
  ...seen
})

export const saw = (sightings: ReadonlyArray<Sighting>, channel = deals, at = now) =>
  Effect.flatMap(Evidence, (evidence) => evidence.saw(channel, sightings, at))

const nothing: Recognised = { found: [], doubled: [] }
const of = ({ delivery }: Attempted) => [{ channel: deals, delivery, found: true, doubled: false }]
const foundOnly = (made: Attempted) => ({ found: of(made), doubled: [] })

/** The messages that are to be taken away. */
const strayIds = Effect.flatMap(Evidence, (evidence) =>
  Effect.map(
    evidence.nextStray(deals),
    Option.match({ onNone: () => [], onSome: ({ messageIds }) => messageIds })
  )
)

/** Of three messages, the first with the marker. */
const albumOf = ({ marker }: Attempted, name: string, ids: ReadonlyArray<number>) =>
  ids.map((id, index) => sighting(id, { album: name, ...(index === 0 ? { marker } : {}) }))

export const evidenceContract = (stores: ReadonlyArray<Store>): void =>
  contract("Evidence", stores, (test) => {
    for (const state of ["unknown", "parked", "queued", "refused", "expired"] as const) {
      test(
        `a marker that stands in the channel makes its ${state} delivery sent, and wakes the publisher`,
        Effect.gen(function* () {
          const signals = yield* Signals
          const made = yield* unanswered(state)
          yield* signals.notify({ kind: "channel", id: deals })
          yield* signals.wait({ kind: "channel", id: deals }, 0)
          assert.strictEqual((yield* standingOf(made.delivery)).split(" ")[0], state)
          const recognised = yield* saw([sighting(5, { marker: made.marker })])
          assert.containsSubset(recognised, foundOnly(made))
          assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
          yield* signals.wait({ kind: "channel", id: deals }, 1e12)
          const claim = yield* Effect.flatMap(Outbox, (outbox) => outbox.claim(deals, now))
          assert.isFalse(claim._tag === "Frozen")
          assert.isFalse(claim._tag === "Ready" && claim.delivery.id === made.delivery)
        })
      )
    }

    const outcomes: ReadonlyArray<Outcome> = [
      { _tag: "Unknown", reason: "reset" },
      { _tag: "Refused", reason: "no" },
      { _tag: "Deferred", until: now + 1, scope: "delivery", reason: "later" },
      { _tag: "Sent", messageIds: [5], chatId }
    ]
    for (const outcome of outcomes) {
      test(
        `one that is being sent waits for its outcome, which is sent even if it is given as ${outcome._tag}`,
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const made = yield* sending(yield* queued("a"))
          assert.deepStrictEqual(yield* saw([sighting(5, { marker: made.marker })]), nothing)
          assert.strictEqual(yield* standingOf(made.delivery), "sending")
          assert.strictEqual(yield* outbox.settle(made.attempt, made.fence, outcome, now), "sent")
          assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
          assert.deepStrictEqual(yield* strayIds, [])
        })
      )
    }

    test(
      "one that a dead process left being sent is sent, not unknown, when its post was seen",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const made = yield* sending(yield* queued("a"))
        yield* saw([sighting(5, { marker: made.marker })])
        const heir = yield* lease("heir", deals, now + 60_000)
        yield* outbox.recover(deals, heir, now + 60_000)
        assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
      })
    )

    test(
      "seen again is seen once: nothing new follows",
      Effect.gen(function* () {
        const made = yield* unanswered("unknown")
        yield* saw([sighting(5, { marker: made.marker })])
        for (const via of ["witness", "discussion", "profile", "copy"] as const) {
          assert.deepStrictEqual(yield* saw([sighting(5, { marker: made.marker, via })]), nothing)
        }
        assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
        assert.deepStrictEqual(yield* strayIds, [])
      })
    )

    test(
      "a post that a person recorded at another place is corrected",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const made = yield* unanswered("parked")
        yield* outbox.resolve(made.delivery, { _tag: "Sent", messageIds: [9] }, now)
        assert.deepStrictEqual(yield* saw([sighting(5, { marker: made.marker })]), nothing)
        assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
      })
    )

    test(
      "the post of an earlier attempt that a person took for the last one's stays; the last one's, should it land, is one too many",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const posts = yield* Posts
        const first = yield* unanswered("queued")
        const second = yield* lost(first.delivery)
        yield* outbox.resolve(first.delivery, { _tag: "Park", reason: "no reader" }, now)
        yield* outbox.resolve(first.delivery, { _tag: "Sent", messageIds: [9] }, now)
        assert.deepStrictEqual(yield* saw([sighting(9, { marker: first.marker })]), nothing)
        assert.strictEqual(yield* standingOf(first.delivery), "sent 9")
        assert.deepStrictEqual(yield* strayIds, [])
        yield* posts.withdraw(first.delivery, now)
        const change = Option.getOrThrow(yield* posts.next(deals, 0))
        assert.strictEqual(change.marker, first.marker)
        const evidence = yield* Evidence
        assert.deepStrictEqual(
          (yield* evidence.watched(deals, now)).map(({ id }) => id),
          [second.attempt]
        )
        yield* saw([sighting(12, { marker: second.marker })])
        assert.deepStrictEqual(yield* strayIds, [12])
      })
    )

    describeDoubles(test)
    describeAlbums(test)
    describeOthers(test)
  })

type Test = Parameters<Parameters<typeof contract>[2]>[0]

const describeDoubles = (test: Test) => {
  for (const state of ["sent", "edited", "withdrawn"] as const) {
    test(
      `an earlier attempt that lands after its delivery is ${state} is a second post, named until it is taken away`,
      Effect.gen(function* () {
        const evidence = yield* Evidence
        const posts = yield* Posts
        const late = yield* unanswered("queued")
        if (state === "withdrawn") yield* withdrawn(late.delivery, [8])
        else {
          const second = yield* sent(late.delivery, [8])
          const change = { _tag: "Changed", post: { ...seenPost, html: "new" }, revision: 1 } as const
          if (state === "edited")
            yield* posts.ended({ delivery: late.delivery, wish: "follow" }, deals, second.fence, change, now)
        }
        const recognised = yield* saw([sighting(9, { marker: late.marker })], deals, now + 7)
        assert.containsSubset(recognised, {
          found: [],
          doubled: [{ channel: deals, delivery: late.delivery }]
        })
        assert.strictEqual(yield* standingOf(late.delivery), `${state} 8`)
        const stray = Option.getOrThrow(yield* evidence.nextStray(deals))
        assert.deepStrictEqual(
          { ...stray, reason: stray.reason.length > 0 },
          {
            attempt: late.attempt,
            delivery: late.delivery,
            chat: "@deals",
            messageIds: [9],
            reason: true,
            foundAt: now + 7,
            dueAt: 0
          }
        )
        assert.deepStrictEqual(yield* saw([sighting(9, { marker: late.marker, via: "copy" })]), nothing)
      })
    )
  }

  test(
    "of two attempts of a queued delivery that both stand, the first counts and the second is to go",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const first = yield* unanswered("queued")
      const second = yield* lost(first.delivery)
      yield* outbox.resolve(first.delivery, { _tag: "Absent" }, now)
      yield* saw([sighting(6, { marker: second.marker }), sighting(5, { marker: first.marker })])
      assert.strictEqual(yield* standingOf(first.delivery), "sent 5")
      assert.deepStrictEqual(yield* strayIds, [6])
    })
  )

  test(
    "an attempt that is sent while an earlier one was seen leaves the earlier one to be taken away",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const first = yield* unanswered("queued")
      const second = yield* sending(first.delivery)
      yield* saw([sighting(5, { marker: first.marker })])
      yield* outbox.settle(second.attempt, second.fence, { _tag: "Sent", messageIds: [8], chatId }, now)
      assert.strictEqual(yield* standingOf(first.delivery), "sent 8")
      assert.deepStrictEqual(yield* strayIds, [5])
    })
  )
}

const seenPost = { html: "x", photoUrls: [], buttons: [], silent: false }

const describeAlbums = (test: Test) => {
  test(
    "an album counts when all of it was seen, in whatever order its messages come",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const made = yield* unanswered("unknown", { messages: 3 })
      const [first, second, third] = albumOf(made, "77", [5, 6, 7])
      if (first === undefined || second === undefined || third === undefined) return
      assert.deepStrictEqual(yield* saw([second]), nothing)
      assert.deepStrictEqual(yield* evidence.partsSeen(made.attempt), { messageIds: [], certain: true })
      assert.deepStrictEqual(yield* saw([first]), nothing)
      assert.deepStrictEqual(yield* evidence.partsSeen(made.attempt), { messageIds: [5, 6], certain: true })
      assert.strictEqual(yield* standingOf(made.delivery), "unknown")
      assert.containsSubset(yield* saw([third]), foundOnly(made))
      assert.strictEqual(yield* standingOf(made.delivery), "sent 5 6 7")
    })
  )

  test(
    "an album that only looks like one is not certain, until Telegram names it",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const made = yield* unanswered("unknown", { messages: 3 })
      const [first, second] = albumOf(made, `looks:${made.marker}`, [5, 6])
      yield* saw([first, second].flatMap((one) => one ?? []))
      assert.deepStrictEqual(yield* evidence.partsSeen(made.attempt), { messageIds: [5, 6], certain: false })
      yield* saw(albumOf(made, "77", [5]))
      assert.deepStrictEqual(yield* evidence.partsSeen(made.attempt), { messageIds: [5], certain: true })
      yield* saw(albumOf(made, `looks:${made.marker}`, [5]))
      assert.deepStrictEqual(yield* evidence.partsSeen(made.attempt), { messageIds: [5], certain: true })
    })
  )

  test(
    "an album keeps its messages when its first is seen again after the others were forgotten",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const made = yield* sent(yield* queued("a"), [5, 6, 7])
      yield* saw(albumOf(made, "77", [5, 6, 7]))
      yield* evidence.forget(now + 1)
      assert.deepStrictEqual(yield* saw(albumOf(made, "77", [5])), nothing)
      assert.strictEqual(yield* standingOf(made.delivery), "sent 5 6 7")
      assert.deepStrictEqual(yield* strayIds, [])
    })
  )
}

const describeOthers = (test: Test) => {
  test(
    "posts of other people, with a marker that nobody here made or without, change nothing and are never to be taken away",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const made = yield* unanswered("unknown")
      const foreign = [sighting(5), sighting(6, { marker: newMarker() }), sighting(7, { album: "77" })]
      assert.deepStrictEqual(yield* saw(foreign), nothing)
      assert.strictEqual(yield* standingOf(made.delivery), "unknown")
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 0), new Set([5, 6, 7]))
      assert.deepStrictEqual(yield* strayIds, [])
    })
  )

  for (const order of ["after", "before", "together with"] as const) {
    test(
      `somebody's copy of a post of ours further down, seen ${order} the post, is not taken for it`,
      Effect.gen(function* () {
        const made = yield* sent(yield* queued("a"), [5])
        const ours = sighting(5, { marker: made.marker })
        const copy = sighting(9, { marker: made.marker })
        if (order === "before") yield* saw([copy])
        yield* saw(order === "together with" ? [copy, ours] : [ours])
        if (order === "after") yield* saw([copy])
        assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
        assert.deepStrictEqual(yield* strayIds, [])
      })
    )
  }

  test(
    "a copy of a post in another channel of ours says nothing about the post, nor where its channel stands",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const standing = yield* sent(yield* queued("stands"), [5])
      const open = yield* unanswered("unknown")
      const there = [standing, open].map(({ marker }, index) =>
        sighting(60 + index, { marker, chatId: otherChatId })
      )
      assert.deepStrictEqual(yield* saw(there, news), nothing)
      assert.strictEqual(yield* standingOf(standing.delivery), "sent 5")
      assert.strictEqual(yield* standingOf(open.delivery), "unknown")
      assert.deepStrictEqual(yield* evidence.partsSeen(open.attempt), { messageIds: [], certain: true })
      assert.deepStrictEqual(yield* strayIds, [])
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 0), new Set([5]))
      assert.deepStrictEqual(yield* evidence.seenAbove(news, 0), new Set([60, 61]))
      assert.containsSubset(yield* saw([sighting(6, { marker: open.marker })]), foundOnly(open))
      assert.strictEqual(yield* standingOf(open.delivery), "sent 6")
    })
  )

  test(
    "a chat that the catalog calls by another name now is still the place where a marker is seen",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* unanswered("parked")
      yield* outbox.moveTo(deals, made.fence, `${chatId}`)
      assert.containsSubset(yield* saw([sighting(5, { marker: made.marker })]), foundOnly(made))
      assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
    })
  )

  test(
    "an attempt in a chat that its channel has left names no message of the new chat to be taken away",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const late = yield* unanswered("queued")
      yield* outbox.moveTo(deals, late.fence, "@moved")
      yield* sent(late.delivery, [8], { chat: "@moved" })
      yield* saw([sighting(9, { marker: late.marker })])
      assert.strictEqual(yield* standingOf(late.delivery), "sent 8")
      assert.deepStrictEqual(yield* strayIds, [])
    })
  )

  test(
    "a name that was given to another chat: what is posted there is looked for there, and the old chat's posts are left alone",
    Effect.gen(function* () {
      const evidence = yield* Evidence
      const outbox = yield* Outbox
      yield* sent(yield* queued("old"), [9_000])
      const other = yield* sending(yield* queued("new"))
      const outcome = { _tag: "Sent", messageIds: [3], chatId: otherChatId } as const
      yield* outbox.settle(other.attempt, other.fence, outcome, now)
      const lost = yield* unanswered("unknown")
      const claim = yield* outbox.claim(deals, now)
      assert.strictEqual(claim._tag === "Frozen" ? claim.attempt.floor : undefined, 3)
      assert.deepStrictEqual(yield* evidence.knownPosts(deals, 5), [3])
      assert.containsSubset(
        yield* saw([sighting(4, { chatId: otherChatId, marker: lost.marker })]),
        foundOnly(lost)
      )
      // Whoever still hears of the old chat changes nothing about where the channel is.
      yield* saw([sighting(9_001)])
      assert.deepStrictEqual(yield* evidence.seenAbove(deals, 0), new Set([3, 4]))
    })
  )

  test(
    "raises the floor: what a later attempt becomes lies above everything that was seen",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      yield* sent(yield* queued("a"), [5])
      yield* saw([sighting(31), sighting(30)])
      yield* listed("b")
      yield* lost(yield* queued("c"))
      const claim = yield* outbox.claim(deals, now)
      assert.isTrue(claim._tag === "Frozen" && claim.attempt.floor === 31)
    })
  )
}
