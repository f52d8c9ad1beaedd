// A post that nobody can find out about is put in front of the admins: the real process asks by two buttons in a private chat, and their answer counts,
// once; everybody else's does not.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { current, shownText } from "../../src/sandbox/Messages.ts"
import {
  command,
  feed,
  folder,
  type Program,
  start,
  type Telegram,
  telegram,
  until,
  writeCatalog
} from "./Program.ts"

const [admin, second, stranger] = [7_001, 7_002, 7_003]
const chat = "@scenario_news"

const catalog = (url: string) => `
admins: [${admin}, ${second}]
channels:
  news: { chat: "${chat}", pace: { gap: 0 seconds, perMinute: 1000 }, onUnknown: park }
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [news], allowPrivate: true }
`

const rowOf = (program: Program, title: string) =>
  Effect.map(program.deliveries, (rows) => rows.find((row) => row.title === title))

/** The questions that a person sees, oldest first; without buttons when they are taken back. */
const questions = ({ emulator }: Telegram, person: number) =>
  Effect.map(Effect.orDie(emulator.control.standing(`${person}`)), (messages) =>
    messages
      .filter(({ author }) => author.kind === "bot")
      .map((message) => ({
        id: message.id,
        text: shownText(message).text,
        buttons: current(message).keyboard?.inline_keyboard.flat() ?? []
      }))
      // Not what it answered to /start.
      .filter(({ text }) => /^(?:❓|Delivery )/.test(text))
  )

const posts = (tg: Telegram, ...titles: ReadonlyArray<string>) =>
  until(
    `the channel shows ${titles.join(", ")}`,
    Effect.map(tg.texts(chat), (texts) => texts.map((text) => text.split("\n")[0]).join() === titles.join())
  )

type Asked = Effect.Effect.Success<ReturnType<typeof questions>>[number]

const dataOf = (question: Asked | undefined, button: "It is there" | "It is not there") =>
  question?.buttons.find(({ text }) => text === button)?.callback_data ?? ""

const press = (
  { emulator }: Telegram,
  person: number,
  question: Asked | undefined,
  data: string,
  by = person
) => Effect.orDie(emulator.control.press(`${person}`, question?.id ?? 0, data, by))

/** So many presses were answered in all. */
const answered = ({ emulator }: Telegram, count: number) =>
  until(
    `${count} presses are answered`,
    Effect.map(emulator.control.calls("answerCallbackQuery"), (calls) => calls.length === count)
  )

/** Two posts that were not answered, the first of which arrived, between two that were. */
const begun = Effect.gen(function* () {
  const path = yield* folder
  const tg = yield* telegram(["scenario_news"])
  const { control } = tg.emulator
  for (const person of [admin, second]) yield* Effect.orDie(control.say(person, "/start"))
  const lost = { method: "sendMessage", chat, action: { kind: "rst" } } as const
  yield* control.fault({ ...lost, stage: "processed", nth: 2 })
  yield* control.fault({ ...lost, stage: "received", nth: 4 })
  const source = yield* feed(["after", "missing", "between", "there", "before"])
  yield* writeCatalog(path, catalog(source.url))
  const program = yield* start(path, tg.env)
  yield* posts(tg, "before", "there", "between", "after")
  for (const person of [admin, second]) {
    yield* until(
      `${person} is asked`,
      Effect.map(questions(tg, person), (asked) => asked.length === 2)
    )
  }
  return { path, tg, program, source }
})

const asked = (about: string) =>
  new RegExp(`^❓ news: nobody knows whether this post arrived.*\n\n${about}\n`, "s")

describe.concurrent("a parked post", () => {
  it.scopedLive(
    "is shown to each admin once, and either answer decides it for all of them, over a restart too",
    () =>
      Effect.gen(function* () {
        const { path, tg, program } = yield* begun
        for (const person of [admin, second]) {
          const shown = yield* questions(tg, person)
          assert.match(shown[0]?.text ?? "", asked("there"))
          assert.match(shown[1]?.text ?? "", asked("missing"))
          assert.isTrue(
            shown.every(
              ({ buttons }) => buttons.map(({ text }) => text).join() === "It is there,It is not there"
            )
          )
        }
        yield* program.end("SIGTERM")
        const again = yield* start(path, tg.env)
        const [there, missing] = yield* questions(tg, admin)
        yield* press(tg, admin, there, dataOf(there, "It is there"))
        yield* until(
          "it counts as sent",
          Effect.map(rowOf(again, "there"), (row) => row?.state === "sent")
        )
        assert.deepInclude(yield* rowOf(again, "there"), { messageIds: [2], attempts: 1 })
        yield* press(tg, second, (yield* questions(tg, second))[1], dataOf(missing, "It is not there"))
        yield* posts(tg, "before", "there", "between", "after", "missing")
        for (const person of [admin, second]) {
          yield* until(
            `what ${person} was asked is taken back`,
            Effect.map(questions(tg, person), (shown) =>
              shown.every(({ buttons, text }) => buttons.length === 0 && /settled/.test(text))
            )
          )
          assert.lengthOf(yield* questions(tg, person), 2, "nobody is asked twice")
        }
        assert.deepStrictEqual(yield* tg.emulator.control.duplicateTexts(chat), [])
      })
  )

  it.scopedLive("is not decided by a stranger, nor by an answer that comes twice or changes its mind", () =>
    Effect.gen(function* () {
      const { tg, program } = yield* begun
      const { control } = tg.emulator
      const [there, missing] = yield* questions(tg, admin)
      const absent = dataOf(missing, "It is not there")
      // A stranger who presses the admin's button, and one who shows the place.
      yield* Effect.orDie(control.say(stranger, "/start"))
      yield* press(tg, admin, missing, absent, stranger)
      yield* Effect.orDie(control.forwardTo(stranger, chat, 2))
      // Updates are handled in order: when the admin's answer is heard, the stranger's was not.
      yield* press(tg, admin, there, dataOf(there, "It is there"))
      yield* answered(tg, 1)
      assert.strictEqual((yield* rowOf(program, "missing"))?.state, "parked")
      yield* Effect.all([
        press(tg, admin, missing, absent),
        press(tg, admin, missing, absent),
        press(tg, second, missing, absent),
        press(tg, second, missing, dataOf(missing, "It is there"))
      ])
      yield* answered(tg, 5)
      yield* posts(tg, "before", "there", "between", "after", "missing")
      assert.deepInclude(yield* rowOf(program, "missing"), { state: "sent", attempts: 2 })
    })
  )

  it.scopedLive(
    "that was settled on the command line is taken back; an answer that was late changes nothing",
    () =>
      Effect.gen(function* () {
        const { path, tg, program } = yield* begun
        const [there, missing] = yield* questions(tg, admin)
        const id = (yield* rowOf(program, "missing"))?.id
        yield* program.end("SIGTERM")
        assert.strictEqual((yield* command(path, ["settle", `${id}`, "--sent", "77"], tg.env)).code, 0)
        // The button is still there to be pressed.
        yield* press(tg, admin, missing, dataOf(missing, "It is not there"))
        const again = yield* start(path, tg.env)
        yield* answered(tg, 1)
        yield* until(
          "the question is taken back",
          Effect.map(questions(tg, admin), (shown) => shown[1]?.buttons.length === 0)
        )
        assert.include((yield* questions(tg, admin))[1]?.text, `Delivery ${id}: settled`)
        assert.deepInclude(yield* rowOf(again, "missing"), { state: "sent", messageIds: [77], attempts: 1 })
        yield* press(tg, admin, there, dataOf(there, "It is there"))
        yield* until(
          "the other is still open to answers",
          Effect.map(rowOf(again, "there"), (row) => row?.state === "sent")
        )
        yield* posts(tg, "before", "there", "between", "after")
      })
  )
})
