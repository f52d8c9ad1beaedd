// Switches about texts, edits, the flood budget and webhooks.
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { png } from "../pictures.ts"
import { both } from "./settings.ts"
import { calls, channel, type Row, type World } from "./world.ts"

const text = (content: string, more = {}): Row["call"] => [
  "sendMessage",
  { chat_id: channel, text: content, ...more }
]
const album = ({ call }: World) =>
  call("sendMediaGroup", {
    chat_id: channel,
    media: [1, 2, 3].map(() => ({ type: "photo", media: "attach://p" })),
    p: png(9, 9)
  })
const manyEntities = "<b>x</b> ".repeat(120)
export const textSwitches: ReadonlyArray<Row> = [
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
  ...both(
    "E12, §5.2 item 5 preview flag",
    [true, false].map(
      (previewCounts) =>
        [
          { previewCounts },
          {
            given: calls(["sendMessage", { text: "x" }]),
            call: [
              "editMessageText",
              { chat_id: channel, message_id: 1, text: "x", link_preview_options: { is_disabled: true } }
            ],
            answers: previewCounts ? "ok" : /^400 Bad Request: message is not modified/
          }
        ] as const
    )
  ),
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
