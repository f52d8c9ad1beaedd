// E20: messages that stand, and yet cannot be read for a while, by all techniques or some.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import type { Technique } from "../../../src/sandbox/Chat.ts"
import { calls, channel, contract, type Params, type Row, type World } from "./world.ts"

const sent = calls(["sendMessage", { text: "x" }])
const edit = (message_id: number, text: string) =>
  ["editMessageText", { chat_id: channel, message_id, text }] as const

const target: Params = { chat_id: "@log_chat", from_chat_id: channel, message_id: 1 }
const techniques: ReadonlyArray<readonly [Technique, Row["call"], string]> = [
  ["edit", edit(1, "y"), "message to edit not found"],
  ["delete", ["deleteMessage", { chat_id: channel, message_id: 1 }], "message to delete not found"],
  ["forward", ["forwardMessage", target], "message to forward not found"],
  ["copy", ["copyMessage", target], "message to copy not found"],
  ["react", ["setMessageReaction", { chat_id: channel, message_id: 1 }], "message to react not found"],
  ["pin", ["pinChatMessage", { chat_id: channel, message_id: 1 }], "message to pin not found"],
  [
    "reply",
    ["sendMessage", { chat_id: channel, text: "x", reply_parameters: { message_id: 1 } }],
    "message to be replied not found"
  ]
]
const readable = (world: World) =>
  Effect.gen(function* () {
    yield* sent(world)
    yield* world.control.addChat({ username: "@log_chat" })
    yield* world.control.addChat({ type: "private", id: 42 })
    yield* world.control.personalChat(42, channel)
  })
const blinded =
  (spot: Parameters<World["control"]["blind"]>[1], ms = 60_000) =>
  (world: World) =>
    Effect.zipRight(readable(world), world.control.blind(channel, spot, ms))

contract("blindness (E20)", [
  ...techniques.flatMap(
    ([technique, call, text]): ReadonlyArray<Row> => [
      {
        cites: "E20",
        promise: `${technique} does not find a message that stands`,
        given: blinded({ id: 1 }),
        call,
        answers: `400 Bad Request: ${text}`
      },
      {
        cites: "E20",
        promise: `${technique} finds it when only the others are blind`,
        given: blinded({
          id: 1,
          techniques: techniques.map(([one]) => one).filter((one) => one !== technique)
        }),
        call,
        answers: "ok"
      }
    ]
  ),
  {
    cites: "E20",
    promise: "all ids from one on",
    given: blinded({ from: 1 }),
    call: edit(1, "y"),
    answers: "400 Bad Request: message to edit not found"
  },
  {
    cites: "E20",
    promise: "ids below it are seen",
    given: blinded({ from: 2 }),
    call: edit(1, "y"),
    answers: "ok"
  },
  {
    cites: "E20",
    promise: "the whole chat",
    given: blinded({}),
    call: edit(1, "y"),
    answers: "400 Bad Request: message to edit not found"
  },
  {
    cites: "E20",
    promise: "for a while only",
    given: blinded({ id: 1 }, 0),
    call: edit(1, "y"),
    answers: "ok"
  },
  {
    cites: "E20, §5.3 getUserPersonalChatMessages",
    promise: "the fresh reading is not blind",
    given: blinded({}),
    call: ["getUserPersonalChatMessages", { user_id: 42 }],
    answers: "ok",
    result: [{ message_id: 1, text: "x" }]
  },
  {
    cites: "E20",
    promise: "unless it is meant by name",
    given: blinded({ id: 1, techniques: ["personal"] }),
    call: ["getUserPersonalChatMessages", { user_id: 42 }],
    answers: "ok",
    leaves: (_, { body }) => Effect.sync(() => assert.deepStrictEqual(body.result, []))
  }
])
