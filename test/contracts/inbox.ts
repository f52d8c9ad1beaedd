// The Inbox contract as a suite that every store must pass: one reader of a bot's updates at a time, and each update handled goes on record.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { Inbox } from "../../src/outbox/Inbox.ts"
import { contract, type Store } from "./delivering.ts"
import { now } from "./outbox.ts"

const bot = 1_000_000_001
const other = 1_000_000_002

const takes = (owner: string, at = now, who = bot) =>
  Effect.flatMap(Inbox, (inbox) => inbox.lease(who, owner, at, 45_000))
const gives = (owner: string) => Effect.flatMap(Inbox, (inbox) => inbox.yieldLease(bot, owner))
const position = (who = bot) => Effect.flatMap(Inbox, (inbox) => inbox.position(who))
const advance = (update: number, owner = "first", who = bot) =>
  Effect.flatMap(Inbox, (inbox) => inbox.advance(who, owner, update))

export const inboxContract = (stores: ReadonlyArray<Store>): void =>
  contract("Inbox", stores, (test) => {
    test(
      "a bot is read by one owner at a time, and by the next only when the time of the first is over",
      Effect.gen(function* () {
        assert.isTrue(yield* takes("first"))
        assert.isFalse(yield* takes("second"))
        assert.isFalse(yield* takes("second", now + 44_999))
        assert.isTrue(yield* takes("second", now + 45_000))
        assert.isFalse(yield* takes("first", now + 45_001))
      })
    )

    test(
      "its owner may renew the reading, which lasts longer then",
      Effect.gen(function* () {
        assert.isTrue(yield* takes("first"))
        assert.isTrue(yield* takes("first", now + 40_000))
        assert.isFalse(yield* takes("second", now + 84_999))
        assert.isTrue(yield* takes("second", now + 85_000))
      })
    )

    test(
      "what a dead owner took while the clock was ahead is free long before that clock is there again",
      Effect.gen(function* () {
        yield* takes("first", now + 86_400_000)
        assert.isFalse(yield* takes("second"))
        assert.isTrue(yield* takes("second", now + 180_000))
      })
    )

    test(
      "given back it is free at once, and nobody gives back what another one reads",
      Effect.gen(function* () {
        yield* takes("first")
        yield* gives("second")
        assert.isFalse(yield* takes("second"))
        yield* gives("first")
        assert.isTrue(yield* takes("second"))
        yield* gives("first")
        assert.isFalse(yield* takes("third"))
      })
    )

    test(
      "one bot says nothing about another",
      Effect.gen(function* () {
        assert.isTrue(yield* takes("first"))
        assert.isTrue(yield* takes("second", now, other))
        assert.isTrue(yield* advance(7, "second", other))
        assert.strictEqual(yield* position(), 0)
        assert.strictEqual(yield* position(other), 7)
      })
    )

    test(
      "the position is 0 before the first update, then that of the one handled last; reading and giving back keep it",
      Effect.gen(function* () {
        assert.strictEqual(yield* position(), 0)
        yield* takes("first")
        assert.strictEqual(yield* position(), 0)
        for (const update of [100, 101, 105]) {
          assert.isTrue(yield* advance(update))
          assert.strictEqual(yield* position(), update)
        }
        yield* gives("first")
        yield* takes("second")
        assert.strictEqual(yield* position(), 105)
      })
    )

    test(
      "who has lost the bot to another owner, or gave it back, moves nothing",
      Effect.gen(function* () {
        assert.isFalse(yield* advance(99), "before anybody reads")
        yield* takes("first")
        yield* advance(100)
        yield* takes("second", now + 45_000)
        assert.isFalse(yield* advance(101))
        assert.strictEqual(yield* position(), 100)
        assert.isTrue(yield* advance(102, "second"))
        yield* gives("second")
        assert.isFalse(yield* advance(103, "second"))
        assert.strictEqual(yield* position(), 102)
      })
    )

    test(
      "an update that was brought is known as handled for two days, whatever came before or after it",
      Effect.gen(function* () {
        const inbox = yield* Inbox
        yield* inbox.noteHandled(bot, 9, now)
        yield* inbox.noteHandled(bot, 7, now)
        yield* inbox.noteHandled(bot, 7, now)
        assert.isTrue(yield* inbox.isHandled(bot, 7))
        assert.isFalse(yield* inbox.isHandled(bot, 8))
        assert.isFalse(yield* inbox.isHandled(other, 7))
        yield* inbox.noteHandled(bot, 10, now + 172_800_001)
        assert.isFalse(yield* inbox.isHandled(bot, 7))
      })
    )

    test(
      "the position follows Telegram when it begins to count anew, as it does after a quiet week",
      Effect.gen(function* () {
        yield* takes("first")
        yield* advance(900_000_000)
        yield* advance(12)
        assert.strictEqual(yield* position(), 12)
      })
    )
  })
