// What of a feed's HTML survives, and as what.
import { assert, describe, it } from "@effect/vitest"
import { toHtml } from "../../../src/publisher/rendering/Markup.ts"
import { parseHtml } from "../../../src/publisher/rendering/ParseHtml.ts"

const html = (source: string, base?: string) =>
  toHtml(parseHtml(source, { kind: "fragment", ...(base === undefined ? {} : { base }) }).markup)
const templated = (source: string) => parseHtml(source, { kind: "template" })

const fragments: ReadonlyArray<readonly [promise: string, source: string, expected: string]> = [
  ["paragraphs are parted by a blank line", "<p>a</p>\n<p>b</p>", "a\n\nb"],
  ["line breaks of the source are blanks", "a\n  b\tc", "a b c"],
  ["br breaks the line, more of them once more", "a<br>b<br><br><br>c", "a\nb\n\nc"],
  [
    "styles are mapped to Telegram's",
    "<strong>a</strong> <em>b</em> <del>c</del>",
    "<b>a</b> <i>b</i> <s>c</s>"
  ],
  ["a style within its like adds nothing", "<b>a <strong>b</strong></b>", "<b>a b</b>"],
  ["empty elements vanish", "a<b> </b><a href='https://x.example'></a>b", "a b"],
  ["headings are bold paragraphs", "<h2>a</h2>b", "<b>a</b>\n\nb"],
  ["lists have bullets and numbers", "<ul><li>a<li>b</ul><ol><li>c<li>d</ol>", "• a\n• b\n\n1. c\n2. d"],
  [
    "scripts, styles and images are dropped",
    "a<script>x<b></script><style>y</style><img src=z alt=w>b",
    "ab"
  ],
  ["an unclosed script takes the rest, not the post", "a<script>b", "a"],
  ["unclosed tags are closed", "<b>a <i>b", "<b>a <i>b</i></b>"],
  ["crossed tags are nested", "<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"],
  ["text is escaped", "1 &lt; 2 &amp; a<b>&lt;/b&gt;</b>", "1 &lt; 2 &amp; a<b>&lt;/b&gt;</b>"],
  [
    "links go to http, https and tg",
    "<a href='https://x.example/?a=1&b=2'>x</a>",
    '<a href="https://x.example/?a=1&amp;b=2">x</a>'
  ],
  ["other links lose the link", "<a href='javascript:x()'>x</a> <a href='mailto:a@b.c'>y</a>", "x y"],
  ["links with a user name lose the link", "<a href='https://bank.example@evil.example'>x</a>", "x"],
  [
    "links do not nest",
    "<a href='https://x.example'>x<div><a href='https://y.example'>y</a></div></a>",
    '<a href="https://x.example/">x\ny</a>'
  ],
  ["nothing is styled within code", "<code>a<b>b</b></code>", "<code>ab</code>"],
  ["pre keeps its blanks", "<pre>a\n  b</pre>", "<pre>a\n  b</pre>"],
  ["a quote stands on its own lines", "a<blockquote>b</blockquote>c", "a\n<blockquote>b</blockquote>\nc"],
  ["blanks at both ends go, also from within", " <b> a </b> ", "<b>a</b>"],
  ["a price keeps its blank that must not break", "1.299,00&nbsp;€", "1.299,00\u00a0€"],
  ["filling blanks are blanks", "a&nbsp; &nbsp;b<p>&nbsp;</p>c", "a b\n\nc"],
  ["tricks with direction and control characters are removed", "a\u202eb\u0007c\u2066d", "ab cd"],
  ["letters with a ring stay letters", "a\u030a", "å"]
]

describe("parseHtml", () => {
  for (const [promise, source, expected] of fragments) {
    it(promise, () => assert.strictEqual(html(source), expected))
  }

  it("relative links are resolved against the item's", () => {
    assert.strictEqual(
      html("<a href='/a'>x</a>", "https://x.example/b"),
      '<a href="https://x.example/a">x</a>'
    )
  })

  it("deep nesting costs neither stack nor time", () => {
    const deep = `${"<div><b><span>".repeat(20_000)}x`
    assert.strictEqual(html(deep), "<b>x</b>")
  })

  it("in a template line breaks count, up to one blank line", () => {
    assert.strictEqual(toHtml(templated("a\nb\n\n\n  c").markup), "a\nb\n\nc")
  })

  it("a template's buttons are taken out of the text", () => {
    const { markup, buttons } = templated("a <button href='https://x.example'> Open &amp; see </button>b")
    assert.strictEqual(toHtml(markup), "a b")
    assert.deepStrictEqual(buttons, [{ url: "https://x.example", text: "Open & see" }])
  })

  it("a feed can make neither buttons nor cuts", () => {
    const { markup, buttons } = parseHtml("<button href='https://x.example'>x</button><cut>y</cut>", {
      kind: "fragment"
    })
    assert.deepStrictEqual(buttons, [])
    assert.deepStrictEqual(markup, [{ _tag: "Text", text: "y" }])
  })
})
