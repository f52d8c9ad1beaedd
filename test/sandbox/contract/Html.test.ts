// E10, §3: the parser's complaints, entities and normalisation.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Schema } from "effect"
import * as fc from "fast-check"
import { formatted } from "../../../src/sandbox/text/Formatting.ts"
import { Entity } from "../../../src/sandbox/Wire.ts"
import { channel, contract, stands } from "./world.ts"

const sending = (text: string) => ["sendMessage", { chat_id: channel, text, parse_mode: "HTML" }] as const

/** [what is sent, what follows "can't parse entities: "], each a line of §3 "Errors" */
const mistakes: ReadonlyArray<readonly [string, string]> = [
  ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
  ["<br>", 'Unsupported start tag "br" at byte offset 0'],
  ["<p>x</p>", 'Unsupported start tag "p" at byte offset 0'],
  ["é€😀<h1>x", 'Unsupported start tag "h1" at byte offset 9'],
  ["a<b", "Unclosed start tag at byte offset 1"],
  ["<", "Unclosed start tag at byte offset 0"],
  ['<a href="x', "Unclosed start tag at byte offset 0"],
  ["<a href=", 'Unclosed start tag "a" at byte offset 0'],
  ["<a href", 'Unclosed start tag "a" at byte offset 0'],
  ['<a ="x">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ["<b/>", 'Unsupported start tag "b/" at byte offset 0'],
  ["<b />", 'Empty attribute name in the tag "b" at byte offset 0'],
  ["<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"],
  ["<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ["x</b>", "Unexpected end tag at byte offset 1"],
  ["<b>x</b", "Unclosed end tag at byte offset 4"],
  ["<b>x</b y>", "Unclosed end tag at byte offset 4"],
  ["<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ["<b>x</strong>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</strong>"'],
  ["<b>x", 'Can\'t find end tag corresponding to start tag "b"'],
  ['<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"],
  [
    "x&#xd800;",
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
  ]
]

/** [line of §3, what is sent, the text that comes back, its entities as "type@offset+length(=extra)"] */
const readings: ReadonlyArray<readonly [string, string, string, string]> = [
  ["tags", "<b>x</b> y", "x y", "bold@0+1"],
  ["tags in any case", "<STRONG>x</Strong>", "x", "bold@0+1"],
  ["nesting: </> closes anything", "<b>x</>", "x", "bold@0+1"],
  ["empty elements vanish", "<b></b>x", "x", ""],
  ["entities", "&lt;&amp;&gt;&quot; &#65;&#x42; &nbsp;&apos;", '<&>" AB &nbsp;&apos;', ""],
  ["entities", "&ltb", "&ltb", ""],
  ["entities without a semicolon", "&lt b", "< b", ""],
  ["escaping: a bare & is none", "a & b", "a & b", ""],
  ["offsets are UTF-16 units", "<b>😀</b>x", "😀x", "bold@0+2"],
  ["normalisation: merged", "<i>a</i><em>b</em>", "ab", "italic@0+2"],
  ["normalisation: split", "<b>a<i>b</i>c</b>", "abc", "bold@0+1 bold@1+2 italic@1+1"],
  ["nesting: code carries nothing else", "<b>a <code>b</code> c</b>", "a b c", "bold@0+2 code@2+1 bold@3+2"],
  ["tags: a scheme is added", '<a href="example.com">x</a>', "x", "text_link@0+1=http://example.com/"],
  [
    "tags: references in attributes",
    '<a href="https://Example.com/A?b=1&amp;c=2">x</a>',
    "x",
    "text_link@0+1=https://example.com/A?b=1&c=2"
  ],
  ["a bad href loses the link", '<a href="http://localhost/x">x</a>', "x", ""],
  [
    "tags: a without href",
    "<a>https://example.com/q</a>",
    "https://example.com/q",
    "text_link@0+21=https://example.com/q"
  ],
  ["tags: a user", '<a href="tg://user?id=42">x</a>', "x", "text_mention@0+1"],
  ["tags: pre with a language", '<pre><code class="language-ts">x</code></pre>', "x", "pre@0+1=ts"],
  ["tags: a language needs pre", '<code class="language-ts">x</code>', "x", "code@0+1"],
  ["tags: blockquote", "<blockquote expandable>x</blockquote>", "x", "expandable_blockquote@0+1"],
  ["tags: spoiler", '<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", "spoiler@0+2"],
  [
    "tags: underline and strike",
    "<u>a</u><ins>b</ins><s>c</s><strike>d</strike><del>e</del>",
    "abcde",
    "underline@0+2 strikethrough@2+3"
  ],
  ["normalisation: trimmed", "  \n x  \n", "x", ""],
  ["normalisation: trimmed up to the first entity", " <b> x</b> ", " x", "bold@0+2"],
  ["normalisation: control characters", "a\tb\u0001c\rd", "a b cd", ""],
  ["normalisation: removed", "a\u2028b\u202ec\u030ad", "abcd", ""],
  ["normalisation: thinned", "a\u200e\u200f\u200eb", "a\u200c\u200c\u200eb", ""],
  [
    "U+200B is kept: the marker",
    'x <a href="https://h.example/p/7K">&#8203;</a>',
    "x \u200b",
    "text_link@2+1=https://h.example/p/7K"
  ],
  [
    "Telegram's own entities: an address without the full stop",
    "see https://shop.example/a?b=1.",
    "see https://shop.example/a?b=1.",
    "url@4+26"
  ],
  [
    "Telegram's own entities",
    "shop.example and @durov #tag $USD /go a@b.io",
    "shop.example and @durov #tag $USD /go a@b.io",
    "url@0+12 mention@17+6 hashtag@24+4 cashtag@29+4 bot_command@34+3 email@38+6"
  ],
  [
    "Telegram's own entities: none inside code",
    "<code>https://shop.example/</code>",
    "https://shop.example/",
    "code@0+21"
  ]
]

const notation = (entity: Entity) =>
  `${entity.type}@${entity.offset}+${entity.length}${entity.url !== undefined || entity.language !== undefined ? `=${entity.url ?? entity.language}` : ""}`

contract(
  "what HTML is refused (E10)",
  mistakes.map(([text, complaint]) => ({
    cites: "§3 errors",
    promise: `${JSON.stringify(text)} — ${complaint}`,
    call: sending(text),
    answers: `400 Bad Request: can't parse entities: ${complaint}`,
    leaves: stands(0)
  }))
)

const Kept = Schema.Struct({
  text: Schema.String,
  entities: Schema.optionalWith(Schema.Array(Entity), { default: () => [] })
})

contract(
  "what is kept of a text (E10)",
  readings.map(([line, text, kept, entities]) => ({
    cites: `§3 ${line}`,
    promise: JSON.stringify(text),
    call: sending(text),
    answers: "ok",
    leaves: (_, { body }) =>
      Effect.map(Schema.decodeUnknown(Kept)(body.result), (message) =>
        assert.deepStrictEqual([message.text, message.entities.map(notation).join(" ")], [kept, entities])
      )
  }))
)

contract("other ways to write (E10)", [
  {
    cites: "§3 errors",
    promise: "an unknown mode",
    call: ["sendMessage", { chat_id: channel, text: "x", parse_mode: "BBCode" }],
    answers: "400 Bad Request: unsupported parse_mode"
  },
  {
    cites: "§2 empty",
    promise: "no text at all",
    call: sending(""),
    answers: "400 Bad Request: message text is empty"
  },
  {
    cites: "§2 empty",
    promise: "only blanks",
    call: sending(" \n\u200b"),
    answers: "400 Bad Request: text must be non-empty"
  },
  {
    cites: "§3 errors",
    promise: "half a surrogate pair",
    call: sending("x\ud800"),
    answers: "400 Bad Request: text must be encoded in UTF-8"
  },
  {
    cites: "E10",
    promise: "entities that are given apart, instead of HTML",
    call: [
      "sendMessage",
      { chat_id: channel, text: "<b> x", entities: [{ type: "bold", offset: 4, length: 1 }] }
    ],
    answers: "ok",
    result: { text: "<b> x", entities: [{ type: "bold", offset: 4, length: 1 }] }
  },
  {
    cites: "E10",
    promise: "entities that end after the text",
    call: [
      "sendMessage",
      { chat_id: channel, text: "x", entities: [{ type: "bold", offset: 0, length: 2 }] }
    ],
    answers:
      "400 Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 1"
  }
])

const fragment = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "<b>",
    "</b>",
    "<a href=",
    "'",
    '"',
    ">",
    "</",
    "<pre>",
    "<code>",
    "&#x",
    "&lt;",
    "\u200b",
    "😀"
  ),
  fc.constantFrom("<i>", "</i>", "<blockquote expandable>", "</blockquote>", "</>", " ", "\n", "https://a.io")
)
const entity = fc.record({
  type: fc.constantFrom("bold", "code", "text_link", "blockquote", "nonsense"),
  offset: fc.integer({ min: -2, max: 30 }),
  length: fc.integer({ min: -2, max: 30 })
})

describe("any text (E10)", () => {
  it("is read or refused, and what is kept has whole entities inside the text, in order", () =>
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 12 }),
        fc.constantFrom("HTML", ""),
        fc.array(entity, { maxLength: 4 }),
        (parts, parseMode, entities) => {
          const read = formatted({ text: parts.join(""), parseMode, entities })
          if (Either.isLeft(read)) return assert.strictEqual(read.left.code, 400)
          const kept = read.right
          for (const { offset, length } of kept.entities) {
            assert.isAtLeast(offset, 0)
            assert.isAbove(length, 0)
            assert.isAtMost(offset + length, kept.text.length)
          }
          const offsets = kept.entities.map(({ offset }) => offset)
          assert.deepStrictEqual(
            offsets,
            offsets.toSorted((a, b) => a - b)
          )
        }
      ),
      { numRuns: 2000 }
    ))

  it("is kept as it is when it is sent again as it was kept", () =>
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (parts) => {
        const once = formatted({ text: parts.join(""), parseMode: "HTML", entities: undefined })
        if (Either.isLeft(once)) return
        const again = formatted({ text: once.right.text, parseMode: "", entities: once.right.entities })
        assert.deepStrictEqual(again, once)
      }),
      { numRuns: 1000 }
    ))
})
