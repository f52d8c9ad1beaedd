// E9: reads, callback queries, and what concerns the bot itself.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { channel, contract, otherToken, type Params, type World } from "./world.ts"

const here = (params: Params) => ({ chat_id: channel, ...params })
const callback = { inline_keyboard: [[{ text: "buy", callback_data: "d" }]] }

const pressed = (world: World) =>
  Effect.gen(function* () {
    yield* world.control.say(42, "/start")
    yield* world.done("sendMessage", { chat_id: 42, text: "?", reply_markup: callback })
    return yield* world.control.press("42", 2, "d", 42)
  })

contract("reads and answers (E9)", [
  {
    cites: "E9",
    promise: "getMe",
    call: ["getMe", {}],
    answers: "ok",
    result: { id: 1_000_000_001, is_bot: true }
  },
  {
    cites: "E9",
    promise: "getChat from outside, because it is public",
    given: ({ control }) => control.setMembership(channel, "left"),
    call: ["getChat", here({})],
    answers: "ok",
    result: { type: "channel", title: "Deals", active_usernames: ["deals"] }
  },
  {
    cites: "E5 linked_chat_id",
    promise: "a discussion group names its channel",
    given: ({ control }) =>
      Effect.zipRight(
        control.addChat({ type: "supergroup", id: -1005, username: "@comments" }),
        control.addChat({ username: "@linked", id: -1006, linkedChat: -1005 })
      ),
    call: ["getChat", { chat_id: "@comments" }],
    answers: "ok",
    result: { linked_chat_id: -1006 }
  },
  {
    cites: "§4 kicked",
    promise: "a bot that was thrown out sees nothing, public or not",
    given: ({ control }) => control.setMembership(channel, "kicked"),
    call: ["getChat", here({})],
    answers: "403 Forbidden: bot was kicked from the channel chat"
  },
  {
    cites: "E9",
    promise: "getChatMember with its rights",
    call: ["getChatMember", here({ user_id: 1_000_000_001 })],
    answers: "ok",
    result: { status: "administrator", can_post_messages: true, can_edit_messages: true }
  },
  {
    cites: "E9",
    promise: "getChatAdministrators, people among them",
    given: ({ control }) => control.addChat({ username: "@two", members: [{ id: 7, status: "creator" }] }),
    call: ["getChatAdministrators", { chat_id: "@two" }],
    answers: "ok",
    result: [{ status: "administrator" }, { status: "creator", user: { id: 7 } }]
  },
  {
    cites: "E9, §5.3",
    promise: "getUserPersonalChatMessages: the newest first, twenty at most",
    given: ({ control }) =>
      Effect.gen(function* () {
        for (let n = 1; n <= 22; n++) yield* control.postAsAdmin(channel, `${n}`)
        yield* control.personalChat(42, channel)
      }),
    call: ["getUserPersonalChatMessages", { user_id: 42, limit: 100 }],
    answers: "ok",
    result: [{ text: "22" }, { text: "21" }],
    leaves: (_, { body }) => Effect.sync(() => assert.propertyVal(body.result, "length", 20))
  },
  {
    cites: "E9",
    promise: "sendChatAction",
    call: ["sendChatAction", here({ action: "typing" })],
    answers: "ok"
  },
  {
    cites: "E9",
    promise: "a press is answered once",
    call: (world) =>
      Effect.flatMap(pressed(world), (callback_query_id) =>
        world.call("answerCallbackQuery", { callback_query_id })
      ),
    answers: "ok"
  },
  {
    cites: "§6 callback queries",
    promise: "and not twice",
    call: (world) =>
      Effect.gen(function* () {
        const callback_query_id = yield* pressed(world)
        yield* world.done("answerCallbackQuery", { callback_query_id })
        return yield* world.call("answerCallbackQuery", { callback_query_id })
      }),
    answers: "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
  },
  {
    cites: "E9",
    promise: "the command list is kept",
    given: ({ done }) => done("setMyCommands", { commands: [{ command: "go", description: "Go" }] }),
    call: ["getMyCommands", {}],
    answers: "ok",
    result: [{ command: "go" }]
  },
  { cites: "E9", promise: "close", call: ["close", {}], answers: "ok" },
  {
    cites: "E5, §4 Unauthorized",
    promise: "a bot that was made on the way",
    given: ({ control }) => control.addBot(otherToken, "second_bot"),
    call: (world) => world.as(otherToken)("getMe", {}),
    answers: "ok",
    result: { username: "second_bot" }
  }
])
