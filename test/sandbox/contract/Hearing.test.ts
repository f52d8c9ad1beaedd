// E14, §6: which bots hear of a message, and as what.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { png } from "../pictures.ts"
import { channel, contract, otherToken, type Params, type Row, updatesIn, type World } from "./world.ts"

const witness = 1_000_000_002
const publisher = 1_000_000_001
const both = { bots: [{ token: sandboxToken }, { token: otherToken, username: "witness_bot" }] }

/** What waits for a bot. */
const waiting = (world: World, token = sandboxToken, params: Params = {}) =>
  Effect.map(world.as(token)("getUpdates", params), (told) => updatesIn(told).map(({ what }) => what))
const hears =
  (expected: ReadonlyArray<string>, token = sandboxToken) =>
  (world: World) =>
    Effect.map(waiting(world, token), (heard) => assert.deepStrictEqual(heard, expected))
const posting = (text: string, chat_id: string | number = channel): Row["call"] => [
  "sendMessage",
  { chat_id, text }
]
const withGroup = (world: World) =>
  Effect.gen(function* () {
    const group = yield* world.control.addChat({
      type: "supergroup",
      title: "Comments",
      username: "@comments"
    })
    yield* world.control.addChat({ username: "@linked", linkedChat: group.id })
  })

contract("who hears of a post (E14)", [
  {
    cites: "E14",
    promise: "never the bot that wrote it",
    call: posting("x"),
    answers: "ok",
    leaves: hears([])
  },
  {
    cites: "E14, §5.3 witness bot",
    promise: "any other bot of the channel, of edits too, even of an admin's",
    options: both,
    given: ({ done, control }) =>
      Effect.gen(function* () {
        yield* done("sendMessage", { chat_id: channel, text: "a" })
        yield* done("editMessageText", { chat_id: channel, message_id: 1, text: "b" })
        yield* control.editAsAdmin(channel, 1, "c")
      }),
    call: ["getMe", {}],
    answers: "ok",
    leaves: (world) =>
      Effect.zipRight(
        hears(["channel_post a", "edited_channel_post b", "edited_channel_post c"], otherToken)(world),
        hears([])(world)
      )
  },
  {
    cites: "E7, E14",
    promise: "all bots of what other people post",
    options: both,
    given: ({ control }) => control.postAsAdmin(channel, "foreign"),
    call: ["getMe", {}],
    answers: "ok",
    leaves: (world) =>
      Effect.zipRight(
        hears(["channel_post foreign"], otherToken)(world),
        hears(["channel_post foreign"])(world)
      )
  },
  {
    cites: "E14",
    promise: "nobody who is not in the channel",
    options: both,
    given: ({ control }) => control.setMembership(channel, "left", {}, witness),
    call: posting("x"),
    answers: "ok",
    leaves: hears(["my_chat_member"], otherToken)
  },
  {
    cites: "§6",
    promise: "nobody of what was written before it came, nor of edits of that",
    options: both,
    given: ({ control, done }) =>
      Effect.gen(function* () {
        yield* control.setMembership(channel, "left", {}, witness)
        yield* done("sendMessage", { chat_id: channel, text: "before" })
        yield* Effect.sleep("2 millis")
        yield* control.setMembership(channel, "administrator", {}, witness)
        yield* done("editMessageText", { chat_id: channel, message_id: 1, text: "before, edited" })
      }),
    call: posting("after"),
    answers: "ok",
    leaves: hears(["my_chat_member", "my_chat_member", "channel_post after"], otherToken)
  },
  {
    cites: "E14, §5.3 linked discussion group",
    promise: "the author too, through the discussion group: the post as a message of Telegram's",
    given: withGroup,
    call: posting("x", "@linked"),
    answers: "ok",
    leaves: (world) =>
      Effect.map(world.call("getUpdates", {}), ({ body }) =>
        assert.containsSubset(body.result, [
          {
            message: {
              is_automatic_forward: true,
              from: { id: 777_000 },
              sender_chat: { username: "linked" },
              forward_origin: { type: "channel", message_id: 1 },
              text: "x"
            }
          }
        ])
      )
  },
  {
    cites: "§5.3 linked discussion group",
    promise: "an album arrives as an album of its own, item by item",
    given: withGroup,
    call: (world) =>
      world.call("sendMediaGroup", {
        chat_id: "@linked",
        media: [1, 2].map(() => ({ type: "photo", media: "attach://p" })),
        p: png(9, 9)
      }),
    answers: "ok",
    leaves: ({ control }) =>
      Effect.gen(function* () {
        const [posts, copies] = [yield* control.standing("@linked"), yield* control.standing("@comments")]
        assert.lengthOf(copies, 2)
        assert.strictEqual(copies[0]?.album, copies[1]?.album)
        assert.notStrictEqual(copies[0]?.album, posts[0]?.album)
      })
  },
  {
    cites: "§5.3 linked discussion group",
    promise: "not a bot with privacy mode that is a plain member of the group",
    given: (world) => Effect.zipRight(withGroup(world), world.control.setMembership("@comments", "member")),
    call: posting("x", "@linked"),
    answers: "ok",
    leaves: hears(["my_chat_member"])
  },
  {
    cites: "§5.3 linked discussion group",
    promise: "a bot without privacy mode, member or not more",
    options: { bots: [{ token: sandboxToken, readsGroups: true }] },
    given: (world) => Effect.zipRight(withGroup(world), world.control.setMembership("@comments", "member")),
    call: posting("x", "@linked"),
    answers: "ok",
    leaves: hears(["my_chat_member", "message x"])
  },
  {
    cites: "§5.3 privacy mode",
    promise: "with privacy mode: commands, answers to it and its name, nothing else",
    options: { bots: [{ token: sandboxToken, username: "my_bot" }] },
    given: ({ control, done }) =>
      Effect.gen(function* () {
        yield* control.addChat({ type: "supergroup", username: "@group", bots: { status: "member" } })
        yield* done("sendMessage", { chat_id: "@group", text: "hi" })
        yield* control.sayIn("@group", 42, "chatter")
        yield* control.sayIn("@group", 42, "/go")
        yield* control.sayIn("@group", 42, "/go@another_bot")
        yield* control.sayIn("@group", 42, "you", 1)
        yield* control.sayIn("@group", 42, "@my_bot ping")
      }),
    call: ["getMe", {}],
    answers: "ok",
    leaves: hears(["message /go", "message you", "message @my_bot ping"])
  },
  {
    cites: "E6",
    promise: "my_chat_member tells the old and the new rights",
    given: ({ control }) => control.setMembership(channel, "administrator", { can_post_messages: false }),
    call: ["getUpdates", {}],
    answers: "ok",
    result: [
      {
        my_chat_member: {
          old_chat_member: { can_post_messages: true },
          new_chat_member: { user: { id: publisher }, can_post_messages: false }
        }
      }
    ]
  }
])
