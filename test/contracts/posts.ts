// The Posts contract as a suite that every store must pass: which change is due, when, and what becomes of it.
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Post } from "../../src/domain/Post.ts"
import { LeaseLost, Outbox } from "../../src/outbox/Outbox.ts"
import { type ChangeOutcome, editGapMs, type PostChange, Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import {
  type Attempted,
  chatId,
  contract,
  listed,
  lost,
  otherChatId,
  queued,
  rowOf,
  type Store,
  sending,
  sent,
  standingOf,
  unanswered,
  withdrawn
} from "./delivering.ts"
import { deals, lease, news, now, post } from "./outbox.ts"

type Test = Parameters<Parameters<typeof contract>[2]>[0]

const due = (since = 0, channel = deals) =>
  Effect.flatMap(Posts, (posts) => Effect.map(posts.next(channel, since), Option.getOrUndefined))

/** The change that must be due. */
const change = Effect.flatMap(Posts, (posts) => Effect.flatten(posts.next(deals, 0)))

/** What is due, in short: "follow revision 2 at 1000000". */
const dueWords = Effect.map(due(), (found) =>
  found === undefined ? "nothing" : `${found.wish} revision ${found.revision} at ${found.dueAt}`
)

const words = (body: string, at = now, title = "a") => listed(title, { body }, deals, at)

const ended = (
  made: Pick<Attempted, "delivery" | "fence">,
  outcome: ChangeOutcome,
  at = now,
  wish: PostChange["wish"] = "follow"
) =>
  Effect.flatMap(Posts, (posts) =>
    posts.ended({ delivery: made.delivery, wish }, deals, made.fence, outcome, at)
  )

const withdraw = ({ delivery }: Pick<Attempted, "delivery">, at = now) =>
  Effect.flatMap(Posts, (posts) => posts.withdraw(delivery, at))

const renewed: Post = { ...post, html: "<b>renewed</b>" }
const changed = (revision: number): ChangeOutcome => ({ _tag: "Changed", post: renewed, revision })
const hopeless: ChangeOutcome = { _tag: "Ended", reason: "it cannot be edited", gone: false }
const gone: ChangeOutcome = { _tag: "Ended", reason: "somebody deleted it", gone: true }

/** A post that stands since `now`, whose item was changed at `at`. */
const revised = (at = now) =>
  Effect.gen(function* () {
    const made = yield* sent(yield* queued("a"), [5])
    yield* words("second", at)
    return made
  })

/** The clock was ahead, and is set right: whoever publishes takes the channel again. */
const early = 5_000
const setBack = (made: Pick<Attempted, "fence">) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    yield* outbox.yieldLease(deals, made.fence)
    return { ...made, fence: yield* lease("me", deals, early) }
  })

export const postsContract = (stores: ReadonlyArray<Store>): void =>
  contract("Posts", stores, (test) => {
    becomingDue(test)
    ending(test)
    withdrawing(test)
    fencing(test)
  })

const becomingDue = (test: Test) => {
  test(
    "a post that shows its item as it is has nothing due; a revision makes it due at once, with all that an edit needs",
    Effect.gen(function* () {
      const made = yield* sent(yield* queued("a"), [5, 6])
      assert.strictEqual(yield* dueWords, "nothing")
      yield* words("", now + 10)
      assert.strictEqual(yield* dueWords, "nothing")
      yield* words("second", now + 20)
      const { item, source: _, standing, ...rest } = yield* change
      assert.deepStrictEqual([item.title, item.body], ["a", "second"])
      assert.deepStrictEqual(standing, { ...post, photoUrls: ["photo 0", "photo 1"] })
      assert.deepStrictEqual(rest, {
        ...{ delivery: made.delivery, chat: "@deals", messageIds: [5, 6], marker: made.marker },
        ...{ edits: 0, wish: "follow", revision: 2, event: "new", gone: false, more: [] },
        ...{ sentAt: now, dueAt: now + 20, tries: 0, unclear: 0 }
      })
    })
  )

  test(
    "the latest revision wins, and the post stays due since the first",
    Effect.gen(function* () {
      yield* revised(now + 10)
      yield* words("third", now + 20)
      yield* words("fourth", now + 30)
      assert.strictEqual((yield* change).item.body, "fourth")
      assert.strictEqual(yield* dueWords, `follow revision 4 at ${now + 10}`)
    })
  )

  test(
    "an item that changed while it was being sent makes its post due as soon as it stands",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* sending(yield* queued("a"))
      yield* words("second", now + 10)
      assert.strictEqual(yield* dueWords, "nothing")
      const outcome = { _tag: "Sent", messageIds: [5] } as const
      yield* outbox.settle(made.attempt, made.fence, outcome, now + 20)
      assert.strictEqual(yield* dueWords, `follow revision 2 at ${now + 20}`)
    })
  )

  for (const state of ["unknown", "parked", "queued", "refused"] as const) {
    test(
      `a ${state} delivery has no post to change`,
      Effect.gen(function* () {
        yield* unanswered(state)
        yield* words("second", now, `an item that is ${state}`)
        assert.strictEqual(yield* dueWords, "nothing")
      })
    )
  }

  test(
    "the post that has been due longest comes first; one whose time lies ahead is told as well",
    Effect.gen(function* () {
      const one = yield* sent(yield* queued("a"), [5])
      const two = yield* sent(yield* queued("b"), [6])
      yield* words("second", now + 10, "b")
      yield* words("second", now + 20, "a")
      assert.strictEqual((yield* change).delivery, two.delivery)
      yield* ended(two, { _tag: "Later", until: now + 90_000 }, now + 30)
      assert.strictEqual((yield* change).delivery, one.delivery)
      yield* ended(one, changed(2), now + 40)
      assert.strictEqual(yield* dueWords, `follow revision 2 at ${now + 90_000}`)
      assert.isUndefined(yield* due(0, news))
    })
  )

  test(
    "a change that was noted while the clock was ahead waits as long as it was meant to, not until that date",
    Effect.gen(function* () {
      const made = yield* revised()
      yield* setBack(made)
      assert.strictEqual(yield* dueWords, `follow revision 2 at ${early}`)
    })
  )

  test(
    "nor does one that is to be tried again, and one that comes after an edit of then",
    Effect.gen(function* () {
      const one = yield* setBack(
        yield* revised().pipe(Effect.tap((made) => ended(made, { _tag: "Later", until: now + 900 })))
      )
      assert.strictEqual(yield* dueWords, `follow revision 2 at ${early + 900}`)
      yield* ended({ ...one, delivery: (yield* change).delivery }, changed(2), now)
      yield* words("third", early)
      assert.strictEqual(yield* dueWords, `follow revision 3 at ${early + editGapMs}`)
    })
  )

  test(
    "a flood wait is no failed try, and only answers that nobody has seen before are unclear",
    Effect.gen(function* () {
      const made = yield* revised()
      const triesOf = Effect.map(change, ({ tries, unclear }) => ({ tries, unclear }))
      yield* ended(made, { _tag: "Later", until: now, why: "flood" })
      assert.deepStrictEqual(yield* triesOf, { tries: 0, unclear: 0 })
      yield* ended(made, { _tag: "Later", until: now })
      assert.deepStrictEqual(yield* triesOf, { tries: 1, unclear: 0 })
      yield* ended(made, { _tag: "Later", until: now, why: "unclear" })
      assert.deepStrictEqual(yield* triesOf, { tries: 2, unclear: 1 })
      yield* ended(made, changed(2))
      yield* words("third")
      assert.deepStrictEqual(yield* triesOf, { tries: 0, unclear: 0 })
    })
  )

  test(
    "posts sent before `since` follow no longer, but are still withdrawn",
    Effect.gen(function* () {
      const made = yield* revised()
      assert.strictEqual((yield* due(now))?.delivery, made.delivery)
      assert.isUndefined(yield* due(now + 1))
      yield* withdraw(made)
      assert.strictEqual((yield* due(now + 1))?.wish, "withdraw")
    })
  )

  test(
    "posts that follow no longer are left for good, all but what is to be withdrawn, and follow again with a change if that is wanted",
    Effect.gen(function* () {
      const posts = yield* Posts
      const made = yield* revised()
      yield* posts.leave(deals, now)
      assert.strictEqual((yield* change).delivery, made.delivery)
      yield* posts.leave(deals, now + 1)
      assert.strictEqual(yield* dueWords, "nothing")
      yield* words("third")
      assert.strictEqual(yield* dueWords, `follow revision 3 at ${now}`)
      yield* withdraw(made)
      yield* posts.leave(deals, now + 1)
      assert.strictEqual((yield* change).wish, "withdraw")
    })
  )

  test(
    "a post in a chat that its channel has left is not changed",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* revised()
      yield* outbox.moveTo(deals, made.fence, "@moved")
      assert.strictEqual(yield* dueWords, "nothing")
    })
  )

  for (const [how, names] of [
    ["by its number", [`${chatId}`]],
    ["by a new name, as soon as it is known that it is the same chat", ["@renamed"]],
    ["by its name again", [`${chatId}`, "@deals"]]
  ] as const) {
    test(
      `a post follows on in a chat that the catalog calls ${how}`,
      Effect.gen(function* () {
        const outbox = yield* Outbox
        const made = yield* revised()
        for (const name of names) yield* outbox.moveTo(deals, made.fence, name)
        if (names.at(-1)?.startsWith("@") === true) {
          assert.strictEqual(yield* dueWords, "nothing")
          yield* sent(yield* queued("next"), [9], { chat: names.at(-1) ?? "" })
        }
        const { chat, delivery } = yield* change
        assert.deepStrictEqual([chat, delivery], [names.at(-1), made.delivery])
      })
    )
  }

  test(
    "what stands in a chat that was really left stays alone there",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* revised()
      yield* outbox.moveTo(deals, made.fence, "@moved")
      const other = yield* sending(yield* queued("next"), { chat: "@moved" })
      const outcome = { _tag: "Sent", messageIds: [2], chatId: otherChatId } as const
      yield* outbox.settle(other.attempt, other.fence, outcome, now)
      assert.strictEqual(yield* dueWords, "nothing")
    })
  )

  test(
    "a post of unknown outcome is looked for in the same chat, though the catalog calls it by its number now",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      yield* sent(yield* queued("a"), [5])
      const made = yield* lost(yield* queued("b"))
      yield* outbox.moveTo(deals, made.fence, `${chatId}`)
      const found = yield* outbox.claim(deals, now)
      assert.deepStrictEqual(found._tag === "Frozen" && [found.attempt.chat, found.attempt.floor], [
        `${chatId}`,
        5
      ])
    })
  )
}

const ending = (test: Test) => {
  test(
    "changed: the post is edited, shows what was put there, and counts its edits",
    Effect.gen(function* () {
      const made = yield* revised()
      yield* ended(made, changed(2), now + 10)
      assert.strictEqual(yield* standingOf(made.delivery), "edited 5")
      assert.strictEqual(yield* dueWords, "nothing")
      yield* words("third", now + editGapMs + 10)
      const { standing, edits, revision } = yield* change
      assert.deepStrictEqual([standing, edits, revision], [renewed, 1, 3])
      yield* ended(made, changed(3), now + editGapMs + 20)
      assert.strictEqual(yield* standingOf(made.delivery), "edited 5")
    })
  )

  for (const [when, at] of [
    ["before an edit was recorded", now + 5],
    ["soon after an edit", now + 20]
  ] as const) {
    test(
      `a revision that comes ${when} is due a minute after that edit`,
      Effect.gen(function* () {
        const made = yield* revised()
        if (at < now + 10) yield* words("third", at)
        yield* ended(made, changed(2), now + 10)
        if (at > now + 10) yield* words("third", at)
        assert.strictEqual(yield* dueWords, `follow revision 3 at ${now + 10 + editGapMs}`)
      })
    )
  }

  test(
    "an edit counts as a call to the channel",
    Effect.gen(function* () {
      const outbox = yield* Outbox
      const made = yield* revised()
      yield* ended(made, changed(2), now + 10)
      assert.deepStrictEqual(yield* outbox.callsSince(deals, now + 1), [{ at: now + 10, messages: 1 }])
    })
  )

  for (const [how, outcome] of [
    ["an edit that failed", { _tag: "Later", until: now + 90_000 }],
    ["an edit that Telegram will not take", { _tag: "Ended", reason: "cannot be edited", gone: false }]
  ] as const) {
    test(
      `${how} counts as a call to the channel too`,
      Effect.gen(function* () {
        const outbox = yield* Outbox
        yield* ended(yield* revised(), outcome, now + 10)
        assert.deepStrictEqual(yield* outbox.callsSince(deals, now + 1), [{ at: now + 10, messages: 1 }])
      })
    )
  }

  test(
    "same: nothing is due, nothing was edited, and the next revision is due at once",
    Effect.gen(function* () {
      const made = yield* revised()
      yield* ended(made, { _tag: "Same", revision: 2 }, now + 10)
      assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
      assert.strictEqual(yield* dueWords, "nothing")
      yield* words("third", now + 20)
      assert.strictEqual(yield* dueWords, `follow revision 3 at ${now + 20}`)
      assert.deepStrictEqual([(yield* change).edits, (yield* change).standing], [0, post])
    })
  )

  test(
    "an edit that fails is due again when it is told, with its tries counted until one succeeds",
    Effect.gen(function* () {
      const made = yield* revised()
      for (const tries of [1, 2]) {
        yield* ended(made, { _tag: "Later", until: now + tries * 1_000 })
        assert.strictEqual(yield* dueWords, `follow revision 2 at ${now + tries * 1_000}`)
        assert.strictEqual((yield* change).tries, tries)
      }
      yield* words("third", now + 10)
      assert.strictEqual(yield* dueWords, `follow revision 3 at ${now + 2_000}`)
      yield* ended(made, changed(3), now + 2_000)
      yield* words("fourth", now + 100_000)
      assert.strictEqual((yield* change).tries, 0)
    })
  )

  test(
    "one that cannot be changed stays as it is and is never due again by a revision",
    Effect.gen(function* () {
      const made = yield* revised()
      yield* ended(made, hopeless)
      yield* words("third", now + 20)
      assert.strictEqual(yield* dueWords, "nothing")
      assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
      assert.isTrue(yield* withdraw(made))
    })
  )

  test(
    "one that is gone is withdrawn with the reason, and nothing brings it back",
    Effect.gen(function* () {
      const made = yield* revised()
      yield* ended(made, gone, now + 10)
      assert.strictEqual(yield* standingOf(made.delivery), "withdrawn 5")
      assert.strictEqual((yield* rowOf(made.delivery)).reason, "somebody deleted it")
      yield* words("third", now + 20)
      assert.isFalse(yield* withdraw(made))
      assert.strictEqual(yield* dueWords, "nothing")
    })
  )
}

const withdrawing = (test: Test) => {
  test(
    "is due at once, wakes the publisher, and ends as withdrawn when it is carried out",
    Effect.gen(function* () {
      const signals = yield* Signals
      const made = yield* sent(yield* queued("a"), [5])
      yield* signals.notify({ kind: "channel", id: deals })
      yield* signals.wait({ kind: "channel", id: deals }, 0)
      assert.isTrue(yield* withdraw(made, now + 7))
      yield* signals.wait({ kind: "channel", id: deals }, 1e12)
      assert.strictEqual(yield* dueWords, `withdraw revision 1 at ${now + 7}`)
      yield* ended(made, changed(1), now + 10, "withdraw")
      assert.strictEqual(yield* standingOf(made.delivery), "withdrawn 5")
      yield* words("second", now + 100_000)
      assert.strictEqual(yield* dueWords, "nothing")
    })
  )

  for (const state of ["unknown", "parked", "queued", "refused", "expired"] as const) {
    test(
      `says of a ${state} delivery that no post of it stands`,
      Effect.gen(function* () {
        assert.isFalse(yield* withdraw(yield* unanswered(state)))
      })
    )
  }
  test(
    "says so of one that is withdrawn already",
    Effect.gen(function* () {
      assert.isFalse(yield* withdraw(yield* withdrawn(yield* queued("a"), [5])))
    })
  )

  for (const outcome of [changed(2), { _tag: "Same", revision: 2 } as const, hopeless]) {
    test(
      `that comes while another change is under way (${outcome._tag}) is due after it`,
      Effect.gen(function* () {
        const made = yield* revised()
        assert.isTrue(yield* withdraw(made, now + 5))
        yield* ended(made, outcome, now + 10, "follow")
        assert.strictEqual(
          yield* standingOf(made.delivery),
          outcome._tag === "Changed" ? "edited 5" : "sent 5"
        )
        assert.strictEqual(yield* dueWords, `withdraw revision 2 at ${now + 10}`)
      })
    )
  }

  test(
    "that fails is tried again, also after a revision; it stays a withdrawal",
    Effect.gen(function* () {
      const made = yield* sent(yield* queued("a"), [5])
      yield* withdraw(made)
      yield* ended(made, { _tag: "Later", until: now + 1_000 }, now, "withdraw")
      yield* words("second", now + 10)
      assert.strictEqual(yield* dueWords, `withdraw revision 2 at ${now + 1_000}`)
      yield* ended(made, hopeless, now + 1_000, "withdraw")
      assert.strictEqual(yield* dueWords, "nothing")
      assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
    })
  )
}

const fencing = (test: Test) => {
  for (const outcome of [
    changed(2),
    { _tag: "Same", revision: 2 } as const,
    { _tag: "Later", until: now + 9 } as const,
    gone
  ]) {
    test(
      `who has lost the channel changes nothing with ${outcome._tag}`,
      Effect.gen(function* () {
        const made = yield* revised()
        const before = yield* change
        const fence = yield* lease("heir", deals, now + 60_000)
        assert.instanceOf(yield* Effect.flip(ended(made, outcome)), LeaseLost)
        assert.deepStrictEqual(yield* change, before)
        assert.strictEqual(yield* standingOf(made.delivery), "sent 5")
        yield* ended({ ...made, fence }, outcome)
        assert.notDeepEqual(yield* due(), before)
      })
    )
  }
}
