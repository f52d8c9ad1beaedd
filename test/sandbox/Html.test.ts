// E10: the parser's complaints, entities and normalisation, asked through grammY; each row cites §3 of reference/telegram-bot-api.md.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { channel, complaint, done, emulated } from "./grammy.ts"

const html = { parse_mode: "HTML" } as const

/** [what is sent, what follows "can't parse entities: "] */
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

/** [what is sent, the text that comes back, its entities as "type@offset+length(=extra)"] */
const readings: ReadonlyArray<readonly [string, string, string]> = [
  ["<b>x</b> y", "x y", "bold@0+1"],
  ["<STRONG>x</Strong>", "x", "bold@0+1"],
  ["<b>x</>", "x", "bold@0+1"],
  ["<b></b>x", "x", ""],
  ["&lt;&amp;&gt;&quot; &#65;&#x42; &nbsp;&apos;", '<&>" AB &nbsp;&apos;', ""],
  ["&ltb", "&ltb", ""],
  ["&lt b", "< b", ""],
  ["a & b", "a & b", ""],
  ["<b>😀</b>x", "😀x", "bold@0+2"],
  ["<i>a</i><em>b</em>", "ab", "italic@0+2"],
  ["<b>a<i>b</i>c</b>", "abc", "bold@0+1 bold@1+2 italic@1+1"],
  ["<b>a <code>b</code> c</b>", "a b c", "bold@0+2 code@2+1 bold@3+2"],
  ['<a href="example.com">x</a>', "x", "text_link@0+1=http://example.com/"],
  ['<a href="https://Example.com/A?b=1&amp;c=2">x</a>', "x", "text_link@0+1=https://example.com/A?b=1&c=2"],
  ['<a href="http://localhost/x">x</a>', "x", ""],
  ["<a>https://example.com/q</a>", "https://example.com/q", "text_link@0+21=https://example.com/q"],
  ['<a href="tg://user?id=42">x</a>', "x", "text_mention@0+1"],
  ['<pre><code class="language-ts">x</code></pre>', "x", "pre@0+1=ts"],
  ['<code class="language-ts">x</code>', "x", "code@0+1"],
  ["<blockquote expandable>x</blockquote>", "x", "expandable_blockquote@0+1"],
  ['<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", "spoiler@0+2"],
  ["<u>a</u><ins>b</ins><s>c</s><strike>d</strike><del>e</del>", "abcde", "underline@0+2 strikethrough@2+3"],
  ["  \n x  \n", "x", ""],
  [" <b> x</b> ", " x", "bold@0+2"],
  ["a\tb\u0001c\rd", "a b cd", ""],
  ["a\u2028b\u202ec\u030ad", "abcd", ""],
  ["a\u200e\u200f\u200eb", "a\u200c\u200c\u200eb", ""],
  ['x <a href="https://h.example/p/7K">&#8203;</a>', "x \u200b", "text_link@2+1=https://h.example/p/7K"],
  ["see https://shop.example/a?b=1.", "see https://shop.example/a?b=1.", "url@4+26"],
  [
    "shop.example and @durov #tag $USD /go a@b.io",
    "shop.example and @durov #tag $USD /go a@b.io",
    "url@0+12 mention@17+6 hashtag@24+4 cashtag@29+4 bot_command@34+3 email@38+6"
  ],
  ["<code>https://shop.example/</code>", "https://shop.example/", "code@0+21"]
]

const shown = (entity: { type: string; offset: number; length: number; url?: string; language?: string }) =>
  `${entity.type}@${entity.offset}+${entity.length}${entity.url !== undefined || entity.language !== undefined ? `=${entity.url ?? entity.language}` : ""}`

describe("HTML (E10, §3)", () => {
  it.scopedLive("each mistake is told with its exact text and byte offset, and nothing is posted", () =>
    Effect.gen(function* () {
      const { api, control } = yield* emulated()
      for (const [sent, text] of mistakes) {
        const told = yield* complaint(() => api.sendMessage(channel, sent, html))
        assert.strictEqual(told, `400 Bad Request: can't parse entities: ${text}`, sent)
      }
      assert.lengthOf(yield* control.history(channel), 0)
    })
  )

  it.scopedLive(
    "texts come back as Telegram keeps them: entities in UTF-16 units, cleaned, trimmed, with its own links",
    () =>
      Effect.gen(function* () {
        const { api } = yield* emulated()
        for (const [sent, text, entities] of readings) {
          const message = yield* done(() => api.sendMessage(channel, sent, html))
          assert.strictEqual(message.text, text, sent)
          assert.strictEqual((message.entities ?? []).map(shown).join(" "), entities, sent)
        }
      })
  )

  it.scopedLive("an unknown mode, an empty text and a blank text have answers of their own (§2, §3)", () =>
    Effect.gen(function* () {
      const { api } = yield* emulated()
      const modes = { parse_mode: "BBCode" } as unknown as typeof html
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, "x", modes)),
        "400 Bad Request: unsupported parse_mode"
      )
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, "")),
        "400 Bad Request: message text is empty"
      )
      assert.strictEqual(
        yield* complaint(() => api.sendMessage(channel, " \n\u200b")),
        "400 Bad Request: text must be non-empty"
      )
    })
  )
})
