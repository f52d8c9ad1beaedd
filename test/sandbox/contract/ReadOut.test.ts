// E7, E22 over HTTP: what people do in chats, and everything that can be read of an emulator.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { calls, channel, contract, type Params, type Row, type Told, type World } from "./world.ts"

const send = (text: string): readonly [string, Params] => ["sendMessage", { chat_id: channel, text }]
const sent = (...texts: ReadonlyArray<string>) => calls(...texts.map((text) => send(text)))
const asking =
  (noun: string) =>
  ({ ask }: World) =>
    ask(noun)
const telling =
  (verb: string, args: Params) =>
  ({ tell }: World) =>
    tell(verb, args)
const exactly =
  (expected: unknown) =>
  (_: World, { body }: Told) =>
    Effect.sync(() => assert.deepStrictEqual(body.result, expected))
const chat = `chat=${encodeURIComponent(channel)}`

const people: ReadonlyArray<Row> = [
  {
    cites: "E7",
    promise: "another admin posts, and the post takes the next id",
    given: sent("own"),
    call: telling("postAsAdmin", { chat: channel, text: "foreign" }),
    answers: "ok",
    result: { id: 2, author: { kind: "user", name: "Admin" } }
  },
  {
    cites: "E7",
    promise: "another admin edits a bot's post, whose keyboard stays",
    given: calls([
      "sendMessage",
      { text: "x", reply_markup: { inline_keyboard: [[{ text: "b", callback_data: "d" }]] } }
    ]),
    call: telling("editAsAdmin", { chat: channel, id: 1, text: "y" }),
    answers: "ok",
    leaves: ({ control }) =>
      Effect.map(control.standing(channel), ([message]) => {
        assert.lengthOf(message?.versions ?? [], 2)
        assert.deepStrictEqual(message?.versions.at(-1)?.by.kind, "user")
        assert.isDefined(message?.versions.at(-1)?.keyboard)
      })
  },
  {
    cites: "E7",
    promise: "another admin deletes and pins",
    given: (world) =>
      Effect.zipRight(sent("a", "b")(world), world.tell("deleteAsAdmin", { chat: channel, id: 1 })),
    call: telling("pinAsAdmin", { chat: channel, id: 2 }),
    answers: "ok",
    leaves: ({ control }) =>
      Effect.map(control.standing(channel), (messages) =>
        assert.deepStrictEqual(
          messages.map(({ id }) => id),
          [2, 3]
        )
      )
  },
  {
    cites: "E7",
    promise: "a user talks in private, in groups, and presses buttons",
    given: ({ tell, done }) =>
      Effect.gen(function* () {
        yield* tell("say", { user: 42, text: "/start" })
        const reply_markup = { inline_keyboard: [[{ text: "b", callback_data: "d" }]] }
        yield* done("sendMessage", { chat_id: 42, text: "?", reply_markup })
        yield* tell("chat", { type: "supergroup", username: "@group" })
        yield* tell("sayIn", { chat: "@group", user: 42, text: "hi" })
      }),
    call: telling("press", { chat: 42, id: 2, data: "d", user: 42 }),
    answers: "ok",
    leaves: ({ call }) =>
      Effect.map(call("getUpdates", {}), ({ body }) =>
        assert.containsSubset(body.result, [
          { message: { text: "/start" } },
          { message: { text: "hi", chat: { type: "supergroup" } } },
          { callback_query: { data: "d" } }
        ])
      )
  },
  {
    cites: "E7",
    promise: "a button that is not there",
    given: sent("x"),
    call: telling("press", { chat: channel, id: 1, data: "d" }),
    answers: "404 The sandbox has no button d under message 1."
  }
]

const readouts: ReadonlyArray<Row> = [
  {
    cites: "E22 history",
    promise: "every version with its time, author and request, and the end",
    given: calls(
      ["sendMessage", { text: "a" }],
      ["editMessageText", { message_id: 1, text: "b" }],
      ["deleteMessage", { message_id: 1 }]
    ),
    call: asking(`history?${chat}`),
    answers: "ok",
    result: [
      {
        id: 1,
        author: { kind: "bot", id: 1_000_000_001 },
        versions: [
          { request: 1, content: { text: { text: "a" } } },
          { request: 2, by: { kind: "bot" }, content: { text: { text: "b" } } }
        ],
        deleted: { request: 3, by: { kind: "bot" } }
      }
    ]
  },
  {
    cites: "E22 request log",
    promise: "each call with the stage it reached and what it made",
    given: (world) =>
      Effect.gen(function* () {
        yield* sent("a")(world)
        yield* world.control.fault({
          stage: "received",
          method: "getMe",
          action: { kind: "html", status: 502 }
        })
        yield* Effect.promise(() =>
          fetch(`${world.url}/bot${sandboxToken}/getMe`).then((answer) => answer.text())
        )
        yield* world.control.fault({ stage: "processed", action: { kind: "html", status: 502 } })
        yield* Effect.promise(() =>
          fetch(`${world.url}/bot${sandboxToken}/sendMessage?chat_id=%40deals&text=b`).then((answer) =>
            answer.text()
          )
        )
      }),
    call: asking("calls?method=sendMessage"),
    answers: "ok",
    result: [
      { id: 1, chat: channel, cost: 1, reached: "answered", outcome: "200", messageIds: [1] },
      { id: 3, reached: "processed", outcome: "502 from a proxy", messageIds: [2] }
    ],
    leaves: ({ ask }) =>
      Effect.map(ask("unanswered"), ({ body }) => {
        assert.containsSubset(body.result, [{ id: 3 }])
        assert.propertyVal(body.result, "length", 1)
      })
  },
  {
    cites: "E22 duplicates",
    promise: "by text, deleted ones too",
    given: (world) => Effect.zipRight(sent("a", "b", "a")(world), world.control.deleteAsAdmin(channel, 1)),
    call: asking(`duplicates?${chat}`),
    answers: "ok",
    leaves: exactly([{ what: "a", messageIds: [1, 3] }])
  },
  {
    cites: "E22 duplicates by marker",
    promise: "wherever it stands: text, link, button",
    given: calls(
      ["sendMessage", { text: "https://s.example/?m=one" }],
      ["sendMessage", { text: '<a href="https://s.example/?m=one">x</a>', parse_mode: "HTML" }],
      [
        "sendMessage",
        { text: "y", reply_markup: { inline_keyboard: [[{ text: "b", url: "https://s.example/?m=one" }]] } }
      ],
      ["sendMessage", { text: "https://s.example/?m=two" }]
    ),
    call: asking(`duplicates?${chat}&marker=${encodeURIComponent("m=(\\w+)")}`),
    answers: "ok",
    leaves: exactly([{ what: "one", messageIds: [1, 2, 3] }])
  },
  {
    cites: "E22 foreign posts untouched",
    promise: "nothing, when nothing was touched",
    given: (world) => Effect.zipRight(world.control.postAsAdmin(channel, "foreign"), sent("own")(world)),
    call: asking(`foreign?${chat}`),
    answers: "ok",
    leaves: exactly([])
  },
  {
    cites: "E22 foreign posts untouched",
    promise: "what was done to posts of people, and by which call",
    given: (world) =>
      Effect.gen(function* () {
        for (const text of ["a", "b", "c"]) yield* world.control.postAsAdmin(channel, text)
        yield* calls(
          ["editMessageText", { message_id: 1, text: "z" }],
          ["deleteMessage", { message_id: 2 }],
          ["setMessageReaction", { message_id: 3, reaction: [{ type: "emoji", emoji: "👍" }] }],
          ["setMessageReaction", { message_id: 3, reaction: [] }]
        )(world)
      }),
    call: asking(`foreign?${chat}`),
    answers: "ok",
    result: [
      { messageId: 1, how: "edited", bot: 1_000_000_001, request: 1 },
      { messageId: 2, how: "deleted", request: 2 },
      { messageId: 3, how: "reacted", request: 3 },
      { messageId: 3, how: "reacted", request: 4 }
    ]
  },
  {
    cites: "E22 rate windows",
    promise: "the busiest second and minute of a chat",
    given: sent("a", "b", "c"),
    call: asking(`windows?${chat}`),
    answers: "ok",
    leaves: exactly({ perSecond: 3, perMinute: 3 })
  },
  {
    cites: "E22 chats",
    promise: "what there is",
    call: asking("chats"),
    answers: "ok",
    result: [{ type: "channel", username: "deals", title: "Deals", lastMessageId: 0 }]
  }
]

contract("people (E7)", people)
contract("read-outs (E22)", readouts)
