// E13: deletions, forwards, copies, pins and reactions.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { png } from "../pictures.ts"
import { calls, channel, contract, type Params, stands, type World } from "./world.ts"

const here = (params: Params) => ({ chat_id: channel, ...params })
const keyboard = { inline_keyboard: [[{ text: "buy", url: "https://shop.example/" }]] }
const callback = { inline_keyboard: [[{ text: "buy", callback_data: "d" }]] }
const sent = calls(["sendMessage", { text: "<b>x</b>", parse_mode: "HTML", reply_markup: keyboard }])
const foreign = (world: World) => world.control.postAsAdmin(channel, "foreign")
const limited = (right: string) => (world: World) =>
  Effect.zipRight(foreign(world), world.control.setMembership(channel, "administrator", { [right]: false }))

contract("deletions (E13, §4)", [
  {
    cites: "E13",
    promise: "an own post, without any right",
    given: (world) =>
      Effect.zipRight(
        sent(world),
        world.control.setMembership(channel, "administrator", { can_delete_messages: false })
      ),
    call: ["deleteMessage", here({ message_id: 1 })],
    answers: "ok",
    leaves: stands(0)
  },
  {
    cites: "§4 message to delete not found",
    promise: "twice",
    given: calls(["sendMessage", { text: "x" }], ["deleteMessage", { message_id: 1 }]),
    call: ["deleteMessage", here({ message_id: 1 })],
    answers: "400 Bad Request: message to delete not found"
  },
  {
    cites: "§4 message can't be deleted",
    promise: "somebody else's post without the right",
    given: limited("can_delete_messages"),
    call: ["deleteMessage", here({ message_id: 1 })],
    answers: "400 Bad Request: message can't be deleted",
    leaves: stands(1)
  },
  {
    cites: "td can_delete_channel_message",
    promise: "an own post of a bot that may not post any more",
    given: ({ control, ...world }) =>
      Effect.zipRight(
        sent({ control, ...world }),
        control.setMembership(channel, "administrator", {
          can_delete_messages: false,
          can_post_messages: false
        })
      ),
    call: ["deleteMessage", here({ message_id: 1 })],
    answers: "400 Bad Request: message can't be deleted",
    leaves: stands(1)
  },
  {
    cites: "E13",
    promise: "with the right",
    given: foreign,
    call: ["deleteMessage", here({ message_id: 1 })],
    answers: "ok"
  },
  {
    cites: "E13",
    promise: "a plain member of a group has no such right",
    given: ({ control }) =>
      Effect.gen(function* () {
        yield* control.addChat({ type: "supergroup", username: "@group", bots: { status: "member" } })
        yield* control.sayIn("@group", 42, "hello")
      }),
    call: ["deleteMessage", { chat_id: "@group", message_id: 1 }],
    answers: "400 Bad Request: message can't be deleted"
  },
  {
    cites: "E9",
    promise: "many at once; those that are gone are passed over",
    given: calls(
      ["sendMessage", { text: "x" }],
      ["sendMessage", { text: "y" }],
      ["deleteMessage", { message_id: 1 }]
    ),
    call: ["deleteMessages", here({ message_ids: [1, 2, 3] })],
    answers: "ok",
    leaves: stands(0)
  }
])

const forwarded = { chat_id: "@log_chat", from_chat_id: channel, message_id: 1 }
const withLog = (world: World) =>
  Effect.zipRight(world.control.addChat({ username: "@log_chat" }), sent(world))

contract("forwards and copies (E13, §5.3)", [
  {
    cites: "§5.3 forwardMessage",
    promise: "tells its origin, and keeps entities and a keyboard of links",
    given: withLog,
    call: ["forwardMessage", forwarded],
    answers: "ok",
    result: {
      text: "x",
      entities: [{ type: "bold" }],
      reply_markup: keyboard,
      forward_origin: { type: "channel", message_id: 1, chat: { username: "deals" } }
    }
  },
  {
    cites: "§5.3 marker",
    promise: "a keyboard of callbacks is lost",
    given: (world) =>
      Effect.zipRight(
        world.control.addChat({ username: "@log_chat" }),
        world.done("sendMessage", here({ text: "x", reply_markup: callback }))
      ),
    call: ["forwardMessage", forwarded],
    answers: "ok",
    leaves: (_, { body }) => Effect.sync(() => assert.notInclude(JSON.stringify(body.result), "reply_markup"))
  },
  {
    cites: "§5.3 forwardMessage",
    promise: "an album goes item by item",
    given: (world) =>
      Effect.zipRight(
        world.control.addChat({ username: "@log_chat" }),
        world.done("sendMediaGroup", {
          ...here({}),
          media: [1, 2].map((n) => ({ type: "photo", media: "attach://p", caption: `${n}` })),
          p: png(9, 9)
        })
      ),
    call: ["forwardMessage", { ...forwarded, message_id: 2 }],
    answers: "ok",
    result: { caption: "2", forward_origin: { message_id: 2 } }
  },
  {
    cites: "E13",
    promise: "what a person said in private tells the person",
    given: ({ control }) =>
      Effect.zipRight(control.addChat({ username: "@log_chat" }), control.say(42, "hello")),
    call: ["forwardMessage", { chat_id: "@log_chat", from_chat_id: 42, message_id: 1 }],
    answers: "ok",
    result: { forward_origin: { type: "user", sender_user: { id: 42 } } }
  },
  {
    cites: "§5.3 forwardMessage",
    promise: "out of a public channel that the bot is not in, but not out of a private one",
    given: (world) =>
      Effect.gen(function* () {
        yield* withLog(world)
        yield* world.control.addChat({ id: -1009, bots: { status: "left" } })
        yield* world.control.postAsAdmin("-1009", "private")
        yield* world.control.setMembership(channel, "left")
        yield* world.done("forwardMessage", forwarded)
      }),
    call: ["forwardMessage", { ...forwarded, from_chat_id: -1009 }],
    answers: "403 Forbidden: bot is not a member of the channel chat"
  },
  {
    cites: "§4 message to forward not found",
    promise: "what is not there",
    given: withLog,
    call: ["forwardMessage", { ...forwarded, message_id: 9 }],
    answers: "400 Bad Request: message to forward not found"
  },
  {
    cites: "§4 the message can't be forwarded",
    promise: "a service message",
    given: (world) => Effect.zipRight(withLog(world), world.done("pinChatMessage", here({ message_id: 1 }))),
    call: ["forwardMessage", { ...forwarded, message_id: 2 }],
    answers: "400 Bad Request: the message can't be forwarded"
  },
  {
    cites: "§4 protected content",
    promise: "out of a protected channel",
    given: (world) =>
      Effect.zipRight(withLog(world), world.control.setChat(channel, { protectedContent: true })),
    call: ["forwardMessage", forwarded],
    answers: "400 Bad Request: message has protected content and can't be forwarded"
  },
  {
    cites: "§5.3 copyMessage",
    promise: "a copy may leave it, has no origin and answers only its id",
    given: (world) =>
      Effect.zipRight(withLog(world), world.control.setChat(channel, { protectedContent: true })),
    call: ["copyMessage", forwarded],
    answers: "ok",
    leaves: ({ control }, { body }) =>
      Effect.map(control.standing("@log_chat"), ([copy]) => {
        assert.deepStrictEqual(body.result, { message_id: 1 })
        assert.isUndefined(copy?.origin)
      })
  },
  {
    cites: "§4 message to copy not found",
    promise: "what is not there",
    given: withLog,
    call: ["copyMessage", { ...forwarded, message_id: 9 }],
    answers: "400 Bad Request: message to copy not found"
  }
])

contract("pins and reactions (E13, §4)", [
  {
    cites: "§4 pin",
    promise: "leaves a service message that shows the post",
    given: sent,
    call: ["pinChatMessage", here({ message_id: 1 })],
    answers: "ok",
    leaves: ({ call }) =>
      Effect.map(call("getChat", here({})), ({ body }) =>
        assert.containsSubset(body.result, { pinned_message: { message_id: 1 } })
      )
  },
  {
    cites: "§4 not enough rights to manage pinned messages",
    promise: "needs the right to edit",
    given: limited("can_edit_messages"),
    call: ["pinChatMessage", here({ message_id: 1 })],
    answers: "400 Bad Request: not enough rights to manage pinned messages in the chat"
  },
  {
    cites: "§4 message to pin not found",
    promise: "what is not there",
    call: ["pinChatMessage", here({ message_id: 9 })],
    answers: "400 Bad Request: message to pin not found"
  },
  {
    cites: "E9",
    promise: "unpinning the newest, then none",
    given: calls(
      ["sendMessage", { text: "x" }],
      ["pinChatMessage", { message_id: 1 }],
      ["unpinChatMessage", {}],
      ["unpinAllChatMessages", {}]
    ),
    call: ["unpinChatMessage", here({})],
    answers: "400 Bad Request: message to unpin not found"
  },
  {
    cites: "§4 message to react not found",
    promise: "what is not there",
    call: ["setMessageReaction", here({ message_id: 9, reaction: [] })],
    answers: "400 Bad Request: message to react not found"
  },
  {
    cites: "§4 chat description is not modified",
    promise: "the same description again",
    given: calls(["setChatDescription", { description: "d" }]),
    call: ["setChatDescription", here({ description: "d" })],
    answers: "400 Bad Request: chat description is not modified"
  }
])
