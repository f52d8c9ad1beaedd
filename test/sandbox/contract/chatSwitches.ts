// Switches about who hears of what, copies, forwards, ids and reactions.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { png } from "../pictures.ts"
import { both } from "./settings.ts"
import { calls, channel, otherToken, type Row, updatesIn, type World } from "./world.ts"

const text = (content: string, more = {}): Row["call"] => [
  "sendMessage",
  { chat_id: channel, text: content, ...more }
]
const keyboard = { inline_keyboard: [[{ text: "b", url: "https://s.example/" }]] }
const two = { bots: [{ token: "1000000001:SANDBOX-token-that-opens-nothing-real" }, { token: otherToken }] }
const heard = (expected: ReadonlyArray<string>, token?: string) => (world: World) =>
  Effect.map(token === undefined ? world.call("getUpdates", {}) : world.as(token)("getUpdates", {}), (told) =>
    assert.deepStrictEqual(
      updatesIn(told).map(({ what }) => what),
      expected
    )
  )
const linked = (world: World) =>
  Effect.gen(function* () {
    const group = yield* world.control.addChat({ type: "supergroup", username: "@comments" })
    yield* world.control.setChat(channel, { linkedChat: group.id })
  })
const copies = (count: number) => (world: World) =>
  Effect.map(world.control.standing("@comments"), (messages) => assert.lengthOf(messages, count))
const album = ({ call }: World) =>
  call("sendMediaGroup", {
    chat_id: channel,
    media: [1, 2, 3].map(() => ({ type: "photo", media: "attach://p" })),
    p: png(9, 9)
  })
const ids = (expected: (all: ReadonlyArray<number>) => void) => (world: World) =>
  Effect.map(world.control.history(channel), (messages) => expected(messages.map(({ id }) => id)))
const edited = (world: World) =>
  Effect.gen(function* () {
    yield* linked(world)
    yield* calls(["sendMessage", { text: "a" }], ["editMessageText", { message_id: 1, text: "b" }])(world)
  })
const forwarded = (world: World) =>
  Effect.gen(function* () {
    yield* world.control.addChat({ username: "@log_chat" })
    yield* calls(["sendMessage", { text: "x", reply_markup: keyboard }])(world)
  })
const forward: Row["call"] = [
  "forwardMessage",
  { chat_id: "@log_chat", from_chat_id: channel, message_id: 1 }
]
const marker = '<a href="https://h.example/p/7K">&#8203;</a>caption'
const marked = ({ call }: World) =>
  call("sendPhoto", { chat_id: channel, photo: png(9, 9), caption: marker, parse_mode: "HTML" })
const sends = (count: number) => (world: World) =>
  Effect.repeatN(world.call("sendMessage", { chat_id: channel, text: "x" }), count - 1)

export const chatSwitches: ReadonlyArray<Row> = [
  ...both("§7.3 item 1 witness", [
    [
      { witness: true },
      { options: two, call: text("x"), answers: "ok", leaves: heard(["channel_post x"], otherToken) }
    ],
    [{ witness: false }, { options: two, call: text("x"), answers: "ok", leaves: heard([], otherToken) }],
    [
      { witness: false },
      {
        options: two,
        given: (world) => world.control.postAsAdmin(channel, "of a person"),
        call: text("x"),
        answers: "ok",
        leaves: heard(["channel_post of a person"], otherToken)
      }
    ]
  ]),
  ...both("§6 own service messages", [
    [
      { ownServiceMessages: true },
      {
        given: calls(["sendMessage", { text: "x" }]),
        call: ["pinChatMessage", { chat_id: channel, message_id: 1 }],
        answers: "ok",
        leaves: heard(["channel_post"])
      }
    ],
    [
      { ownServiceMessages: false },
      {
        given: calls(["sendMessage", { text: "x" }]),
        call: ["pinChatMessage", { chat_id: channel, message_id: 1 }],
        answers: "ok",
        leaves: heard([])
      }
    ]
  ]),
  ...both("§7.3 item 2 auto-forward of posts with a keyboard", [
    [
      { forwardsKeyboards: true },
      { given: linked, call: text("x", { reply_markup: keyboard }), answers: "ok", leaves: copies(1) }
    ],
    [
      { forwardsKeyboards: false },
      { given: linked, call: text("x", { reply_markup: keyboard }), answers: "ok", leaves: copies(0) }
    ],
    [{ forwardsKeyboards: false }, { given: linked, call: text("x"), answers: "ok", leaves: copies(1) }]
  ]),
  ...both("§5.3 edits of the copy in the discussion group", [
    [
      { copyFollowsEdits: true },
      { given: edited, call: ["getMe", {}], answers: "ok", leaves: heard(["message a", "edited_message b"]) }
    ],
    [
      { copyFollowsEdits: false },
      { given: edited, call: ["getMe", {}], answers: "ok", leaves: heard(["message a"]) }
    ]
  ]),
  ...both(
    "§5.3 deletion of the copy in the discussion group",
    [true, false].map(
      (copyFollowsDeletion) =>
        [
          { copyFollowsDeletion },
          {
            given: edited,
            call: ["deleteMessage", { chat_id: channel, message_id: 1 }],
            answers: "ok",
            leaves: copies(copyFollowsDeletion ? 0 : 1)
          }
        ] as const
    )
  ),
  ...both("§7.3 item 4 forwards keep link buttons", [
    [
      { forwardsKeepButtons: true },
      { given: forwarded, call: forward, answers: "ok", result: { reply_markup: keyboard } }
    ],
    [
      { forwardsKeepButtons: false },
      {
        given: forwarded,
        call: forward,
        answers: "ok",
        leaves: (_, { body }) =>
          Effect.sync(() => assert.notInclude(JSON.stringify(body.result), "reply_markup"))
      }
    ]
  ]),
  ...both("§7.3 item 5 zero-width marker link in captions", [
    [
      { invisibleLinks: true },
      {
        call: marked,
        answers: "ok",
        result: { caption_entities: [{ type: "text_link", url: "https://h.example/p/7K" }] }
      }
    ],
    [
      { invisibleLinks: false },
      {
        call: marked,
        answers: "ok",
        leaves: (_, { body }) =>
          Effect.sync(() => assert.notInclude(JSON.stringify(body.result), "h.example"))
      }
    ]
  ]),
  ...both("§7.3 item 6 consecutive ids", [
    [
      { idGaps: false },
      {
        given: sends(12),
        call: album,
        answers: "ok",
        leaves: ids((all) => assert.strictEqual(all.at(-1), 15))
      }
    ],
    [
      { idGaps: true },
      {
        given: sends(12),
        call: album,
        answers: "ok",
        leaves: ids((all) => assert.isAbove(all.at(-1) ?? 0, 15))
      }
    ]
  ]),
  ...both(
    "§7.3 item 7 empty reaction",
    [false, true].map(
      (emptyReactionShows) =>
        [
          { emptyReactionShows },
          {
            given: (world) => world.control.postAsAdmin(channel, "foreign"),
            call: ["setMessageReaction", { chat_id: channel, message_id: 1, reaction: [] }],
            answers: "ok",
            leaves: ({ control }) =>
              Effect.map(control.foreign(channel), (touched) =>
                assert.lengthOf(touched, emptyReactionShows ? 1 : 0)
              )
          }
        ] as const
    )
  )
]
