// §7.2 last paragraph, §7.3: what nobody has verified, with both settings of each switch.
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { defaultSwitches, type Switches } from "../../../src/sandbox/Switches.ts"
import { png } from "../pictures.ts"
import { inProcess, resultOf } from "./inProcess.ts"
import { calls, channel, contract, otherToken, type Row, updatesIn, type World } from "./world.ts"

type Setting = Partial<Switches>

/** One row a setting. */
const both = (
  cites: string,
  settings: ReadonlyArray<readonly [Setting, Omit<Row, "cites" | "promise">]>
): ReadonlyArray<Row> =>
  settings.map(([switches, row]) => ({
    ...row,
    cites,
    promise: JSON.stringify(switches),
    options: { ...row.options, switches }
  }))

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
const manyEntities = "<b>x</b> ".repeat(120)
const sends = (count: number) => (world: World) =>
  Effect.repeatN(world.call("sendMessage", { chat_id: channel, text: "x" }), count - 1)

const rows: ReadonlyArray<Row> = [
  ...both("§2 unit", [
    [
      { lengthUnit: "utf16" },
      { call: text("😀".repeat(2049)), answers: "400 Bad Request: message is too long" }
    ],
    [{ lengthUnit: "codePoints" }, { call: text("😀".repeat(2049)), answers: "ok" }]
  ]),
  ...both("§2 entities", [
    [
      { manyEntities: "dropped" },
      {
        call: text(manyEntities, { parse_mode: "HTML" }),
        answers: "ok",
        leaves: ({ control }) =>
          Effect.map(control.standing(channel), ([message]) => {
            const content = message?.versions[0].content
            assert.isTrue(content?.kind === "text" && content.text.entities.length === 100)
            assert.isTrue(content?.kind === "text" && content.text.text.length === 239)
          })
      }
    ],
    [
      { manyEntities: "refused" },
      { call: text(manyEntities, { parse_mode: "HTML" }), answers: "400 Bad Request: ENTITIES_TOO_LONG" }
    ]
  ]),
  ...both("§1.2 album flood cost", [
    [
      { albumCost: "items" },
      { options: { rate: { mode: "reject" } }, given: album, call: text("x"), answers: /^429/ }
    ],
    [
      { albumCost: "one" },
      { options: { rate: { mode: "reject" } }, given: album, call: text("x"), answers: "ok" }
    ]
  ]),
  ...both(
    "§5.2 item 9 stale cache",
    [false, true].map(
      (staleAfterAdminDelete) =>
        [
          { staleAfterAdminDelete },
          {
            given: (world) =>
              Effect.zipRight(
                calls(["sendMessage", { text: "x" }])(world),
                world.control.deleteAsAdmin(channel, 1)
              ),
            call: ["editMessageText", { chat_id: channel, message_id: 1, text: "y" }],
            answers: `400 Bad Request: ${staleAfterAdminDelete ? "MESSAGE_ID_INVALID" : "message to edit not found"}`
          }
        ] as const
    )
  ),
  ...both("§4 message not found after an edit that worked", [
    [
      { editedThenNotFound: false },
      {
        given: calls(["sendMessage", { text: "a" }]),
        call: ["editMessageText", { chat_id: channel, message_id: 1, text: "b" }],
        answers: "ok"
      }
    ],
    [
      { editedThenNotFound: true },
      {
        given: calls(["sendMessage", { text: "a" }]),
        call: ["editMessageText", { chat_id: channel, message_id: 1, text: "b" }],
        answers: "400 Bad Request: message not found",
        leaves: ({ said }) =>
          Effect.map(said("editMessageText", { chat_id: channel, message_id: 1, text: "b" }), (again) =>
            assert.match(again, /message is not modified/)
          )
      }
    ]
  ]),
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
  ),
  ...both("§6 webhook addresses", [
    [
      { localServer: false },
      {
        call: ["setWebhook", { url: "http://127.0.0.1:81/" }],
        answers: /^400 Bad Request: bad webhook: An HTTPS URL/
      }
    ],
    [{ localServer: true }, { call: ["setWebhook", { url: "http://127.0.0.1:81/" }], answers: "ok" }]
  ])
]

contract("unverified answers (§7.2, §7.3)", rows)

describe("the lag of getUserPersonalChatMessages (§7.3 item 3)", () => {
  it.scoped("§7.3 item 3: fresh, or as it was so long ago — posts, edits and deletions alike", () =>
    Effect.gen(function* () {
      const { reply, said, control } = yield* inProcess()
      yield* control.personalChat(42, channel)
      const shown = Effect.map(reply("getUserPersonalChatMessages", { user_id: 42 }), (told) =>
        resultOf(told)
      )
      yield* said("sendMessage", { text: "old" })
      yield* said("sendMessage", { text: "doomed" })
      yield* TestClock.adjust("1 minute")
      yield* said("editMessageText", { message_id: 1, text: "new" })
      yield* said("deleteMessage", { message_id: 2 })
      yield* said("sendMessage", { text: "newest" })
      assert.containsSubset(yield* shown, [{ text: "newest" }, { text: "new" }])
      yield* control.switches({ personalChatLagMs: 30_000 })
      assert.containsSubset(yield* shown, [{ text: "doomed" }, { text: "old" }])
      assert.notInclude(JSON.stringify(yield* shown), "newest")
      yield* TestClock.adjust("1 minute")
      assert.containsSubset(yield* shown, [{ text: "newest" }, { text: "new" }])
    })
  )
})

describe("the list of switches", () => {
  it("every switch but `pacing` (see Time) and the lag has a row for each setting here", () => {
    const rowed = new Set(rows.map(({ promise }) => promise.replace(/^\{"(\w+)":(.*)\}$/, "$1 $2")))
    const expected = Object.entries(defaultSwitches).filter(
      ([name]) => name !== "pacing" && name !== "personalChatLagMs"
    )
    for (const [name] of expected) {
      assert.lengthOf(
        [...rowed].filter((row) => row.startsWith(`${name} `)),
        2,
        name
      )
    }
  })
})
