// Talking with a person through the Bot API client against the emulator: what the person sees, and which refusals are no failure.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { sandboxToken } from "../../src/sandbox/Machine.ts"
import { current, shownText } from "../../src/sandbox/Messages.ts"
import { layerBotApi } from "../../src/telegram/BotApi.ts"
import { Conversation } from "../../src/telegram/Conversation.ts"
import { type Emulated, emulated } from "./emulated.ts"

const person = 4242
const buttons = [[{ text: "Yes", data: "settle:1:1:there" }], [{ text: "No", data: "settle:1:1:absent" }]]

/** The bot's side of the conversation: words and buttons. */
const said = ({ control }: Emulated) =>
  Effect.map(control.standing(`${person}`), (messages) =>
    messages
      .filter(({ author }) => author.kind === "bot")
      .map((message) => ({
        text: shownText(message).text,
        entities: shownText(message).entities.map(({ type }) => type),
        rows: current(message).keyboard?.inline_keyboard.map((row) =>
          row.map(({ text, callback_data }) => ({ text, data: callback_data }))
        )
      }))
  )

const begun = Effect.gen(function* () {
  const world = yield* emulated()
  yield* world.control.say(person, "/start")
  return world
})

describe("a conversation", () => {
  it.scoped("says something with its buttons, tells its id, and shows no preview", () =>
    Effect.gen(function* () {
      const world = yield* begun
      const id = yield* world.conversation.say(person, "<b>Is it there?</b> https://t.me/deals/3", buttons)
      assert.deepStrictEqual(yield* said(world), [
        { text: "Is it there? https://t.me/deals/3", entities: ["bold", "url"], rows: buttons }
      ])
      const message = (yield* world.control.standing(`${person}`)).at(-1)
      assert.strictEqual(message?.id, id)
      assert.containsSubset(message && current(message).content, { preview: { is_disabled: true } })
    })
  )

  it.scoped("puts other words in their place, without buttons; doing it again is no failure", () =>
    Effect.gen(function* () {
      const world = yield* begun
      const id = yield* world.conversation.say(person, "Is it there?", buttons)
      yield* world.conversation.amend(person, id, "<i>settled</i>")
      yield* world.conversation.amend(person, id, "<i>settled</i>")
      assert.deepStrictEqual(yield* said(world), [{ text: "settled", entities: ["italic"], rows: undefined }])
    })
  )

  it.scoped("fails where the person has deleted what was said, or never wrote to the bot", () =>
    Effect.gen(function* () {
      const world = yield* begun
      const id = yield* world.conversation.say(person, "Is it there?")
      yield* world.control.deleteAsAdmin(`${person}`, id)
      const gone = yield* Effect.flip(world.conversation.amend(person, id, "settled"))
      assert.containsSubset(gone, { _tag: "TelegramRefused", blame: "gone" })
      const stranger = yield* Effect.flip(world.conversation.say(777_777, "Hello"))
      assert.containsSubset(stranger, { _tag: "TelegramRefused", blame: "channel" })
    })
  )

  it.scoped("ends the waiting of a pressed button; too late is no failure", () =>
    Effect.gen(function* () {
      const world = yield* begun
      const id = yield* world.conversation.say(person, "Is it there?", buttons)
      const query = yield* world.control.press(`${person}`, id, "settle:1:1:there", person)
      yield* world.conversation.answer(query, "x".repeat(500))
      yield* world.conversation.answer(query, "again")
      yield* world.conversation.answer("12345", "never asked")
      const calls = yield* world.control.calls("answerCallbackQuery")
      assert.deepStrictEqual(
        calls.map(({ outcome }) => outcome),
        ["200", "400", "400"]
      )
    })
  )

  it.effect("answers a press with at most 200 characters, which is what Telegram takes", () =>
    Effect.gen(function* () {
      let asked = ""
      const layer = layerBotApi({
        token: Redacted.make(sandboxToken),
        exchange: async ({ body }) => {
          asked = body.toString("utf8")
          return { status: 200, body: '{"ok":true,"result":true}' }
        }
      })
      yield* Effect.provide(
        Effect.flatMap(Conversation, (conversation) => conversation.answer("1", "x".repeat(500))),
        layer
      )
      assert.deepStrictEqual(JSON.parse(asked), { callback_query_id: "1", text: "x".repeat(200) })
    })
  )

  it.scoped("that breaks off is a failure that may be repeated, never an unknown one", () =>
    Effect.gen(function* () {
      const world = yield* begun
      for (const action of [{ kind: "rst" }, { kind: "html", status: 502 }] as const) {
        yield* world.control.fault({ stage: "processed", method: "sendMessage", action })
        const failure = yield* Effect.flip(world.conversation.say(person, "Is it there?"))
        assert.strictEqual(failure._tag, "TelegramUnreachable")
      }
    })
  )
})
