// Who is heard, and how often: a change that was asked for is made once, whatever Telegram repeats and whenever the process dies; whoever is no
// admin is nobody; what feeds write harms no message; nothing waits for what is slow.
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Metric, Ref, TestClock } from "effect"
import { chatIgnored } from "../../../src/Metrics.ts"
import { LookFailed, Looking } from "../../../src/operator/Looking.ts"
import { AuditLog } from "../../../src/outbox/AuditLog.ts"
import { Inbox } from "../../../src/outbox/Inbox.ts"
import { Ledger } from "../../../src/outbox/Ledger.ts"
import { Outbox } from "../../../src/outbox/Outbox.ts"
import { Questions } from "../../../src/outbox/Questions.ts"
import { Steering } from "../../../src/outbox/Steering.ts"
import { sendNext, shopLists } from "../operating.ts"
import {
  admin,
  chatLayer,
  last,
  listening,
  pass,
  press,
  restarted,
  Stage,
  say,
  second,
  shownTo,
  started,
  stranger
} from "./chatting.ts"

const inChat = <A, E, R>(test: Effect.Effect<A, E, R>) => Effect.provide(test, chatLayer)
const chatting = <A, E, R>(test: Effect.Effect<A, E, R>) => inChat(Effect.zipRight(started, test))

const isPaused = Effect.flatMap(Steering, (steering) => steering.isPaused({ kind: "channel", id: "deals" }))
const changes = Effect.map(
  Effect.flatMap(AuditLog, (log) => log.entries({ limit: 50 })),
  (entries) => entries.map(({ command }) => command)
)
const resumeElsewhere = Effect.flatMap(Steering, (steering) =>
  steering.resume({ kind: "channel", id: "deals" })
)
const texts = (person = admin) => Effect.map(shownTo(person), (all) => all.map(({ text }) => text))

describe("the admin's chat", () => {
  it.scoped("hears nobody but admins, who are those of the catalog in force, and counts the others", () =>
    chatting(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        const before = (yield* Metric.value(chatIgnored)).count
        yield* telegram.control.say(stranger, "/status")
        yield* telegram.control.say(stranger, "/pause deals")
        yield* pass(5)
        assert.deepStrictEqual(yield* shownTo(stranger), [])
        yield* say("/pause deals")
        yield* press("Yes", admin, stranger)
        assert.isFalse(yield* isPaused)
        assert.strictEqual((yield* Metric.value(chatIgnored)).count - before, 3)
      })
    )
  )

  it.scoped("decides about the attempt that was asked about, though another is made while it listens", () =>
    inChat(
      Effect.gen(function* () {
        yield* shopLists(1)
        const outbox = yield* Outbox
        const unanswered = sendNext({ _tag: "Unknown", reason: "no answer" })
        const delivery = yield* unanswered
        yield* outbox.resolve(delivery, { _tag: "Park", reason: "nobody knows" }, 0)
        const sentAgain = Effect.zipRight(outbox.resolve(delivery, { _tag: "Absent" }, 0), unanswered).pipe(
          Effect.orDie,
          Effect.provideService(Outbox, outbox)
        )
        const questions = yield* Questions
        const meanwhile = yield* Ref.make<Effect.Effect<unknown>>(Effect.void)
        yield* Effect.provideService(started, Questions, {
          ...questions,
          parked: (id) =>
            Effect.zipLeft(questions.parked(id), Effect.flatten(Ref.getAndSet(meanwhile, Effect.void)))
        })
        yield* say("/decisions")
        yield* Ref.set(meanwhile, sentAgain)
        yield* press("not there")
        const [row] = yield* Effect.flatMap(Ledger, (ledger) => ledger.deliveries({ limit: 1 }))
        assert.strictEqual(row?.state, "unknown")
      })
    )
  )

  it.scoped("takes an answer only from the admin who was asked", () =>
    chatting(
      Effect.gen(function* () {
        yield* say("/pause deals")
        yield* press("Yes", admin, second)
        assert.isFalse(yield* isPaused)
        yield* press("Yes")
        assert.isTrue(yield* isPaused)
      })
    )
  )

  it.scoped("makes a change once when its button is pressed twice at the same moment", () =>
    chatting(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        const question = yield* say("/pause deals")
        const data = question.buttons[0]?.data ?? ""
        yield* telegram.control.press(`${admin}`, question.id, data, admin)
        yield* telegram.control.press(`${admin}`, question.id, data, admin)
        yield* pass(6)
        assert.deepStrictEqual(yield* changes, ["pause"])
        assert.strictEqual((yield* last()).text, "✅ The channel deals is paused.")
      })
    )
  )

  it.scoped("makes no change that was asked for more than ten minutes ago, nor one that was declined", () =>
    chatting(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        const old = yield* say("/pause deals")
        yield* TestClock.adjust("10 minutes")
        yield* telegram.control.press(`${admin}`, old.id, old.buttons[0]?.data ?? "", admin)
        yield* pass(6)
        const declined = yield* say("/pause news")
        yield* telegram.control.press(`${admin}`, declined.id, declined.buttons[1]?.data ?? "", admin)
        yield* telegram.control.press(`${admin}`, declined.id, declined.buttons[0]?.data ?? "", admin)
        yield* pass(6)
        assert.deepStrictEqual(yield* changes, [])
      })
    )
  )

  it.scoped(
    "makes a change once though Telegram tells the press again, in this process or the next one",
    () =>
      inChat(
        Effect.gen(function* () {
          const { telegram } = yield* Stage
          const first = yield* started
          yield* telegram.control.updateFault({ action: "repeat", kind: "callback_query", times: 1 })
          yield* say("/pause deals")
          yield* press("Yes")
          yield* resumeElsewhere
          yield* restarted(first)
          yield* pass(60)
          assert.deepStrictEqual(yield* changes, ["pause"])
          assert.isFalse(yield* isPaused)
        })
      )
  )

  it.scoped("makes a change once though the process dies after it and before that was recorded", () =>
    inChat(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        const inbox = yield* Inbox
        let deadly = false
        const dying = Effect.provideService(listening, Inbox, {
          ...inbox,
          advance: (...given) => (deadly ? Effect.die("killed") : inbox.advance(...given))
        })
        const first = yield* Effect.fork(dying)
        const question = yield* say("/pause deals")
        deadly = true
        yield* telegram.control.press(`${admin}`, question.id, question.buttons[0]?.data ?? "", admin)
        yield* pass(2)
        yield* Fiber.await(first)
        assert.isTrue(yield* isPaused)
        // Somebody else has changed it back meanwhile: that stands.
        yield* resumeElsewhere
        yield* started
        yield* pass(60)
        assert.isFalse(yield* isPaused)
        assert.deepStrictEqual(yield* changes, ["pause"])
        assert.include((yield* say("/history")).text, "pause channel/deals")
      })
    )
  )

  it.scoped("asks again, and does nothing twice, when the process dies after a command was heard", () =>
    inChat(
      Effect.gen(function* () {
        const inbox = yield* Inbox
        const { telegram } = yield* Stage
        const first = yield* Effect.fork(
          Effect.provideService(listening, Inbox, { ...inbox, advance: () => Effect.die("killed") })
        )
        yield* telegram.control.say(admin, "/pause deals")
        yield* pass(3)
        yield* Fiber.await(first)
        yield* started
        yield* pass(10)
        yield* press("Yes")
        yield* pass(60)
        assert.deepStrictEqual(yield* changes, ["pause"])
      })
    )
  )

  it.scoped(
    "shows what a hostile feed wrote as text: no markup, no control characters, nothing too long",
    () =>
      chatting(
        Effect.gen(function* () {
          const hostile = `<b>bold</b> <a href="tg://user?id=1">x</a> \u202egnp.exe\u0007 &amp; ${"😀".repeat(400)}`
          yield* shopLists(6, hostile, { title: hostile })
          for (const words of ["/queue deals", "/status", "/history", "/sources", "/channels"]) {
            const shown = yield* say(words)
            assert.notInclude(shown.entities, "text_link")
            assert.notMatch(shown.text, /[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
          }
          const queue = yield* say("/queue deals")
          assert.include(queue.text, '<b>bold</b> <a href="tg://user?id=1">x</a>')
          assert.isAtMost(queue.text.length, 4096)
        })
      )
  )

  it.scoped("previews posts as they would look, and says what is left out as text", () =>
    inChat(
      Effect.gen(function* () {
        const post = (html: string) => ({ html, photoUrls: [], buttons: [], silent: false })
        const looked = Looking.of({
          preview: () =>
            Effect.succeed({
              summary: "shop: 3 items, 2 pass",
              posts: [post("<b>Kettle</b>"), post("Pot")],
              left: ["not taken: <i>Lid</i> (price)"]
            }),
          page: () => Effect.never,
          rendered: () => Effect.never
        })
        yield* Effect.fork(Effect.provideService(listening, Looking, looked))
        yield* say("/preview shop")
        const [summary, kettle, pot] = (yield* shownTo()).slice(-3)
        assert.strictEqual(summary?.text, "shop: 3 items, 2 pass\nnot taken: <i>Lid</i> (price)")
        assert.deepInclude(kettle, { text: "Kettle", entities: ["bold"] })
        assert.strictEqual(pot?.text, "Pot")
        assert.deepStrictEqual(yield* changes, [])
      })
    )
  )

  it.scoped("says why an errand failed though the reason is longer than a message", () =>
    inChat(
      Effect.gen(function* () {
        const wordy = Looking.of({
          preview: () => new LookFailed({ why: `No: ${"name, ".repeat(1_500)}` }),
          page: () => Effect.never,
          rendered: () => Effect.never
        })
        yield* Effect.fork(Effect.provideService(listening, Looking, wordy))
        const { text } = yield* say("/preview nothing")
        assert.match(text, /^No: name/)
        assert.isAtMost(text.length, 4096)
      })
    )
  )

  it.scoped("shows no secret of an address when the catalog is to change", () =>
    chatting(
      Effect.gen(function* () {
        const { text } = yield* say("/remove source shop")
        assert.include(text, "shop.example")
        assert.notInclude(text, "secret")
      })
    )
  )

  it.scoped("puts what an admin writes into no markup of its own", () =>
    chatting(
      Effect.gen(function* () {
        assert.include((yield* say("/pause <b>x</b>")).text, 'source "<b>x</b>"')
        assert.include((yield* say("/constructor")).text, "There is no /constructor")
        yield* say("/toString")
        assert.include((yield* say("x".repeat(4000))).text, "/status")
        assert.include((yield* say(`/preview ${"<".repeat(3900)}`)).text, "<<<")
      })
    )
  )

  it.scoped("goes on when a button carries what no button of ours carries", () =>
    chatting(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        for (const data of ["yes", "yes::", "queue:nothing:-1", "pause:", "burst:a:b:c", "🙂", "retry:1e9"]) {
          const id = yield* telegram.conversation.say(admin, "Forged", [[{ text: "press", data }]])
          yield* Effect.orDie(telegram.control.press(`${admin}`, id, data, admin))
          yield* pass(4)
        }
        assert.deepStrictEqual(yield* changes, [])
        assert.include((yield* say("/help")).text, "/status")
      })
    )
  )

  it.scoped("answers others while a page that somebody wants to see does not come", () =>
    inChat(
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const slow = Looking.of({
          preview: () => Effect.zipRight(Deferred.await(gate), new LookFailed({ why: "It was slow." })),
          page: () => Effect.never,
          rendered: () => Effect.never
        })
        yield* Effect.fork(Effect.provideService(listening, Looking, slow))
        const { telegram } = yield* Stage
        yield* telegram.control.say(admin, "/preview shop")
        yield* pass(3)
        assert.include((yield* say("/help", second)).text, "/status")
        assert.include((yield* say("/preview blog")).text, "One thing at a time")
        assert.include((yield* say("/channels")).text, "deals")
        yield* Deferred.succeed(gate, undefined)
        yield* pass(5)
        assert.strictEqual((yield* last()).text, "It was slow.")
      })
    )
  )

  it.scoped("answers the others while one person's chat takes no message, and that one when it does", () =>
    chatting(
      Effect.gen(function* () {
        const { telegram } = yield* Stage
        yield* Effect.orDie(telegram.control.flood(20, `${second}`))
        yield* telegram.control.say(second, "/help")
        yield* pass(3)
        assert.include((yield* say("/channels")).text, "deals")
        assert.deepStrictEqual(yield* texts(second), [])
        yield* pass(40)
        assert.lengthOf(yield* texts(second), 2, "to the first words and to this")
      })
    )
  )

  it.scoped(
    "keeps to the pace of a private chat, in order, and drops what a stuck finger asks too much",
    () =>
      chatting(
        Effect.gen(function* () {
          const { telegram } = yield* Stage
          for (let times = 0; times < 60; times++) yield* telegram.control.say(admin, "/help")
          yield* pass(5)
          assert.isAtMost((yield* texts()).length, 7)
          yield* pass(90)
          const count = (yield* texts()).length
          assert.isAbove(count, 20)
          assert.isBelow(count, 40)
          const windows = yield* Effect.orDie(telegram.control.windows(`${admin}`))
          assert.isAtMost(windows.perSecond, 3)
        })
      )
  )

  it.scoped("says a bug and goes on, so that the update that found it does not come again for ever", () =>
    inChat(
      Effect.gen(function* () {
        const broken = Effect.provideService(listening, AuditLog, {
          begin: () => Effect.die("a bug"),
          end: () => Effect.die("a bug"),
          entries: () => Effect.die("a bug")
        })
        yield* Effect.fork(broken)
        assert.include((yield* say("/history")).text, "This is a bug in Oncecast")
        assert.include((yield* say("/channels")).text, "deals")
      })
    )
  )
})
