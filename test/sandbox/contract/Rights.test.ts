// E5, E6, §4: who may send what where, and chats that are not there or not there any more.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { png } from "../pictures.ts"
import { channel, contract, otherToken, type World } from "./world.ts"

const text = (content: string) => ["sendMessage", { chat_id: channel, text: content }] as const

const as =
  (status: "administrator" | "member" | "left" | "kicked", rights = {}) =>
  (world: World) =>
    world.control.setMembership(channel, status, rights)
const told = (kind: string) => (world: World) =>
  Effect.map(world.call("getUpdates", {}), ({ body }) => assert.include(JSON.stringify(body.result), kind))
const private_ = (status: "left" | "kicked") => (world: World) =>
  Effect.zipRight(world.control.addChat({ type: "private", id: 42, bots: { status } }), Effect.void)

contract("rights (E6, §4)", [
  {
    cites: "E6, §4 not enough rights to send",
    promise: "an administrator who may not post",
    given: as("administrator", { can_post_messages: false }),
    call: text("x"),
    answers: "400 Bad Request: not enough rights to send text messages to the chat",
    leaves: told('"can_post_messages":false')
  },
  {
    cites: "E6, §4 not enough rights to send",
    promise: "the refusal names what was to be sent",
    given: as("administrator", { can_post_messages: false }),
    call: (world) => world.call("sendPhoto", { chat_id: channel, photo: png(9, 9) }),
    answers: "400 Bad Request: not enough rights to send photos to the chat"
  },
  {
    cites: "§4 need administrator rights",
    promise: "a plain member of the channel",
    given: as("member"),
    call: text("x"),
    answers: "400 Bad Request: need administrator rights in the channel chat"
  },
  {
    cites: "§4 not a member",
    promise: "a bot that left",
    given: as("left"),
    call: text("x"),
    answers: "403 Forbidden: bot is not a member of the channel chat"
  },
  {
    cites: "§4 kicked",
    promise: "a bot that was thrown out, which is told so",
    given: as("kicked"),
    call: text("x"),
    answers: "403 Forbidden: bot was kicked from the channel chat",
    leaves: told('"status":"kicked"')
  },
  {
    cites: "§4 kicked",
    promise: "the same in a supergroup",
    given: ({ control }) =>
      control.addChat({ type: "supergroup", username: "@group", bots: { status: "kicked" } }),
    call: ["sendMessage", { chat_id: "@group", text: "x" }],
    answers: "403 Forbidden: bot was kicked from the supergroup chat"
  },
  {
    cites: "§4 not enough rights to send",
    promise: "a member of a group who is restricted",
    given: ({ control }) =>
      control.addChat({
        type: "supergroup",
        username: "@group",
        bots: { status: "member", rights: { can_post_messages: false } }
      }),
    call: ["sendMessage", { chat_id: "@group", text: "x" }],
    answers: "400 Bad Request: not enough rights to send text messages to the chat"
  },
  {
    cites: "E6",
    promise: "rights that came back work at once",
    given: (world) => Effect.zipRight(as("left")(world), as("administrator")(world)),
    call: text("x"),
    answers: "ok"
  },
  {
    cites: "§4 blocked",
    promise: "a user who blocked the bot",
    given: private_("kicked"),
    call: ["sendMessage", { chat_id: 42, text: "x" }],
    answers: "403 Forbidden: bot was blocked by the user"
  },
  {
    cites: "§4 can't initiate",
    promise: "a user who never wrote to it",
    given: private_("left"),
    call: ["sendMessage", { chat_id: 42, text: "x" }],
    answers: "403 Forbidden: bot can't initiate conversation with a user"
  },
  {
    cites: "§4 chat not found",
    promise: "a chat that is not there",
    call: ["sendMessage", { chat_id: "@nobody_here", text: "x" }],
    answers: "400 Bad Request: chat not found"
  },
  {
    cites: "§4 chat_id is empty",
    promise: "no chat at all",
    call: ["sendMessage", { text: "x" }],
    answers: "400 Bad Request: chat_id is empty"
  },
  {
    cites: "§4 upgraded to a supergroup",
    promise: "a group that became a supergroup, with the new id",
    given: ({ control }) =>
      Effect.zipRight(control.addChat({ type: "group", id: -77, title: "Log" }), control.migrate("-77")),
    call: ["sendMessage", { chat_id: -77, text: "x" }],
    answers: "400 Bad Request: group chat was upgraded to a supergroup chat",
    leaves: ({ done }, { body }) =>
      Effect.gen(function* () {
        const [to] = Object.values(body.parameters ?? {})
        assert.deepStrictEqual(body.parameters, { migrate_to_chat_id: to })
        yield* done("sendMessage", { chat_id: to, text: "x" })
      })
  },
  {
    cites: "E5",
    promise: "several bots, each with its own rights in one chat",
    options: { bots: [{ token: otherToken }, { token: "1000000003:A-THIRD-token" }] },
    given: ({ control }) =>
      control.addChat({ username: "@shared", members: [{ id: 1_000_000_003, status: "member" }] }),
    call: (world) =>
      Effect.zipRight(
        world.as(otherToken)("sendMessage", { chat_id: "@shared", text: "x" }),
        world.as("1000000003:A-THIRD-token")("sendMessage", { chat_id: "@shared", text: "x" })
      ),
    answers: "400 Bad Request: need administrator rights in the channel chat"
  },
  {
    cites: "E5",
    promise: "chats appear on first use where that is asked for, and stay",
    options: { unknownChats: "create" },
    given: ({ done }) => done("sendMessage", { chat_id: "@example_deals", text: "x" }),
    call: ["sendMessage", { chat_id: "@example_deals", text: "y" }],
    answers: "ok",
    result: { message_id: 2, chat: { type: "channel", title: "Example deals" } }
  }
])
