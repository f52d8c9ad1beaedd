// Digests across the contracts, as a suite that every store must pass: what is seen of their post, and what follows their items.
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { DeliveryId } from "../../src/domain/Names.ts"
import { Evidence } from "../../src/outbox/Evidence.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Outbox, type Outcome } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { item, source } from "../identity/Arbitrary.ts"
import { contract, listed, lost, type Store, standingOf } from "./delivering.ts"
import { saw, sighting } from "./evidence.ts"
import { channel, document } from "./IntakeBench.ts"
import { deals, lease, newMarker, now, post } from "./outbox.ts"

/** The shop lists three things; each word changes the text of one. */
const lists = (words: Readonly<Record<string, string>>, at = now) =>
  Effect.flatMap(Intake, (intake) =>
    intake.admit(
      document(
        ["a", "b", "c"].map((title) =>
          item({ guid: title, link: `https://example.com/${title}`, title, body: words[title] ?? "" })
        ),
        {
          source: source({ start: "all", burst: false }),
          routes: [{ channel: channel({ id: deals }), where: {} }],
          now: at
        }
      )
    )
  )

/** A digest of the three, whose attempt ended so. */
const digest = (outcome: Outcome) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const ledger = yield* Ledger
    yield* lists({})
    const rows = yield* ledger.deliveries({ limit: 10, state: "queued" })
    const ids = rows.map(({ id }) => id).sort((a, b) => a - b)
    const [lead, ...members] = ids
    if (lead === undefined) return yield* Effect.dieMessage("nothing was queued")
    const fence = yield* lease()
    yield* outbox.moveTo(deals, fence, "@deals")
    const marker = newMarker()
    const attempt = yield* outbox.begin({
      ...{ delivery: lead, members, channel: deals, fence, chat: "@deals", marker, post },
      ...{ revision: 3, now }
    })
    yield* outbox.settle(attempt, fence, outcome, now)
    return { ids, lead, fence, marker, attempt }
  })

const sentAs: Outcome = { _tag: "Sent", messageIds: [5], chatId: -1_001_000_000_001 }
const unknown: Outcome = { _tag: "Unknown", reason: "reset" }
const standing = (ids: ReadonlyArray<DeliveryId>) => Effect.forEach(ids, standingOf)
const next = Effect.flatMap(Posts, (posts) => posts.next(deals, 0))

export const digestsContract = (stores: ReadonlyArray<Store>): void =>
  contract("Digests", stores, (test) => {
    test(
      "stand with all their items under the messages of their one post",
      Effect.gen(function* () {
        const { ids } = yield* digest(sentAs)
        assert.deepStrictEqual(yield* standing(ids), ["sent 5", "sent 5", "sent 5"])
      })
    )

    for (const state of ["unknown", "parked", "queued", "refused"] as const) {
      test(
        `that are ${state} are sent as a whole when their marker is seen, and once only`,
        Effect.gen(function* () {
          const outbox = yield* Outbox
          const { ids, lead, marker } = yield* digest(unknown)
          if (state === "parked") yield* outbox.resolve(lead, { _tag: "Park", reason: "no reader" }, now)
          if (state === "queued") yield* outbox.resolve(lead, { _tag: "Absent" }, now)
          if (state === "refused") yield* outbox.resolve(lead, { _tag: "GiveUp", reason: "enough" }, now)
          assert.deepStrictEqual(yield* standing(ids), [state, state, state])
          const { found } = yield* saw([sighting(9, { marker })])
          assert.deepStrictEqual(
            found.map(({ delivery }) => delivery),
            [lead]
          )
          assert.deepStrictEqual(yield* standing(ids), ["sent 9", "sent 9", "sent 9"])
          assert.strictEqual((yield* outbox.claim(deals, now))._tag, "Empty")
        })
      )
    }

    test(
      "sent again as a whole have one post too many when the first one lands late: that one is taken away",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const evidence = yield* Evidence
        const { ids, lead, fence, marker } = yield* digest(unknown)
        yield* outbox.resolve(lead, { _tag: "Absent" }, now)
        const again = yield* outbox.claim(deals, now)
        assert.isTrue(again._tag === "Ready" && again.bound && again.more.length === 2)
        const attempt = yield* outbox.begin({
          ...{ delivery: lead, members: ids.slice(1), channel: deals, fence, chat: "@deals" },
          ...{ marker: newMarker(), post, revision: 3, now }
        })
        yield* outbox.settle(attempt, fence, { ...sentAs, messageIds: [12] }, now)
        const { doubled } = yield* saw([sighting(11, { marker })])
        assert.deepStrictEqual(
          doubled.map(({ delivery }) => delivery),
          [lead]
        )
        const stray = yield* evidence.nextStray(deals)
        assert.deepStrictEqual(Option.getOrThrow(stray).messageIds, [11])
        assert.deepStrictEqual(yield* standing(ids), ["sent 12", "sent 12", "sent 12"])
      })
    )

    test(
      "do not count as sent when an earlier post of one of them alone is seen",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const ledger = yield* Ledger
        yield* lists({})
        const rows = yield* ledger.deliveries({ limit: 10, state: "queued" })
        const [alone, ...others] = rows.map(({ id }) => id).sort((a, b) => a - b)
        if (alone === undefined) return
        const terms = { items: 3, queuedBy: Number.MAX_SAFE_INTEGER, lateBy: Number.MAX_SAFE_INTEGER }
        const made = yield* lost(alone)
        yield* outbox.resolve(alone, { _tag: "Absent" }, now)
        const claim = yield* outbox.claim(deals, now, { digest: terms })
        if (claim._tag !== "Ready") return yield* Effect.dieMessage(claim._tag)
        const members = claim.more.map(({ id }) => id)
        const attempt = yield* outbox.begin({
          ...{ delivery: claim.delivery.id, members, channel: deals, fence: made.fence, chat: "@deals" },
          ...{ marker: newMarker(), post, revision: 3, now }
        })
        yield* outbox.settle(
          attempt,
          made.fence,
          { _tag: "Deferred", until: now + 10, scope: "flood", reason: "busy" },
          now
        )
        yield* saw([sighting(9, { marker: made.marker })])
        assert.deepStrictEqual(yield* standing([alone, ...others]), ["sent 9", "queued", "queued"])
      })
    )

    test(
      "follow each of their items: a change of any makes the post due, with all of them as they are now",
      Effect.gen(function* () {
        const posts = yield* Posts
        const { ids, lead, fence } = yield* digest(sentAs)
        assert.isTrue(Option.isNone(yield* next))
        yield* lists({ b: "changed" }, now + 10)
        const change = Option.getOrThrow(yield* next)
        assert.deepStrictEqual([change.delivery, change.revision], [lead, 4])
        assert.deepStrictEqual([change, ...change.more].map((one) => one.item.body).sort(), [
          "",
          "",
          "changed"
        ])
        // One more while the edit is under way.
        yield* lists({ b: "changed", c: "too" }, now + 20)
        const done = { _tag: "Changed", post, revision: 4 } as const
        yield* posts.ended(change, deals, fence, done, now + 30)
        assert.deepStrictEqual(yield* standing(ids), ["edited 5", "edited 5", "edited 5"])
        assert.strictEqual(Option.getOrThrow(yield* next).revision, 5)
        yield* posts.ended(change, deals, fence, { ...done, revision: 5 }, now + 40)
        assert.isTrue(Option.isNone(yield* next))
      })
    )

    test(
      "are withdrawn as a whole, by any of their deliveries",
      Effect.gen(function* () {
        const posts = yield* Posts
        const { ids, fence } = yield* digest(sentAs)
        const [, second] = ids
        assert.isTrue(second !== undefined && (yield* posts.withdraw(second, now)))
        const change = Option.getOrThrow(yield* next)
        assert.strictEqual(change.wish, "withdraw")
        yield* posts.ended(change, deals, fence, { _tag: "Ended", reason: "gone", gone: true }, now)
        assert.deepStrictEqual(yield* standing(ids), ["withdrawn 5", "withdrawn 5", "withdrawn 5"])
      })
    )

    test(
      "that wait for their next try go at once when any of their items is put first",
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const until = now + 60_000
        const { ids, lead } = yield* digest({ _tag: "Deferred", until, scope: "delivery", reason: "busy" })
        assert.strictEqual((yield* outbox.claim(deals, now))._tag, "Waiting")
        const last = ids.at(-1)
        assert.isTrue(last !== undefined && (yield* outbox.reorder(last, "first")))
        const claim = yield* outbox.claim(deals, now)
        assert.isTrue(claim._tag === "Ready" && claim.delivery.id === lead && claim.more.length === 2)
      })
    )

    test(
      "are not thinned by a full channel that drops: what has begun stays whole",
      Effect.gen(function* () {
        const until = now + 1
        const { ids } = yield* digest({ _tag: "Deferred", until, scope: "delivery", reason: "busy" })
        yield* listed("newer")
        yield* listed("newest")
        assert.deepStrictEqual(yield* standing(ids), ["queued", "queued", "queued"])
      })
    )
  })
