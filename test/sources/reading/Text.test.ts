// Plain lines and fragments: clean, bounded, absolute.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { fragment } from "../../../src/sources/reading/Fragment.ts"
import { absolute } from "../../../src/sources/reading/Links.ts"
import { cut, cutMarkup, plainText } from "../../../src/sources/reading/PlainText.ts"
import { cpuMs } from "../../setup/cpu.ts"

const base = "https://shop.example/news/"

describe("plain text", () => {
  const lines: Readonly<Record<string, string>> = {
    "Fish &amp; chips": "Fish & chips",
    "Caf&eacute;&nbsp;&#8212; &#x1F600;": "Café — 😀",
    "<b>bold</b>ly <i>done</i>": "boldly done",
    "one<br>two<p>three</p>": "one two three",
    "  a \n\t b  ": "a b",
    "Vec<T> and List<String></String>": "Vec<T> and List<String></String>",
    "5 < 6 & 7 > 3": "5 < 6 & 7 > 3",
    "a<script>alert(1)</script><style>b{}</style>c": "ac",
    "it\u0092s &#146;fine&#146;": "it’s ’fine’",
    "a\0b\u0007c\ufeffd\u202ee": "abcde"
  }
  for (const [html, line] of Object.entries(lines)) {
    it(`${JSON.stringify(html)} is "${line}"`, () => assert.strictEqual(plainText(html), line))
  }

  it("a title of a megabyte, or of a hundred thousand open tags, is cut quickly", () => {
    const started = cpuMs()
    assert.lengthOf(plainText("x".repeat(1_000_000)), 1_000)
    assert.strictEqual(plainText("<b>".repeat(100_000)), "")
    assert.isBelow(cpuMs() - started, 1_000)
  })

  it("whatever comes, a line has no break, no control character, no half emoji, and its length", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.integer({ min: 0, max: 50 }),
        (text, length) => {
          const line = plainText(text, length)
          assert.isAtMost(line.length, length)
          assert.notMatch(line, /[\0-\x1f\x7f-\x9f]|\p{Surrogate}/u)
        }
      )
    )
  })

  it("cutting never splits an emoji, a tag or an entity", () => {
    assert.strictEqual(cut("a😀", 2), "a")
    assert.strictEqual(cutMarkup("text <a href='x'>", 10), "text ")
    assert.strictEqual(cutMarkup("fish &amp; chips", 8), "fish ")
  })
})

describe("fragments", () => {
  it("relative addresses become absolute, all else stays as it was written", () => {
    const { html } = fragment(
      `<p class=x>a <a href='/p?a=1&amp;b=2' title="t">b</a><img alt='' src=i.png></p>`,
      base,
      1_000
    )
    assert.strictEqual(
      html,
      `<p class=x>a <a href="https://shop.example/p?a=1&amp;b=2" title="t">b</a><img alt='' src="https://shop.example/news/i.png"></p>`
    )
  })

  it("absolute, mail and fragment addresses are left alone", () => {
    const html = `<a href="https://a.example/?x&y">a</a><a href="mailto:a@b">b</a><a href="#c">c</a><a href="javascript:d">d</a>`
    assert.strictEqual(fragment(html, base, 1_000).html, html)
  })

  it("counters, share buttons and emoji are no pictures", () => {
    const { images } = fragment(
      `<img src="https://e.example/1x1.gif"><img width=1 height=1 src=/c><img class="wp-smiley" src=/s.png><img src="/real.jpg">`,
      base,
      1_000
    )
    assert.deepStrictEqual(images, ["https://shop.example/real.jpg"])
  })

  it("no input makes a fragment longer than asked for", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<a href="x">', "</a>", "<img src=y>", "&amp;", "<", "😀", "text", '"')),
        (parts) => {
          assert.isAtMost(fragment(parts.join(""), base, 60).html.length, 60)
        }
      )
    )
  })
})

describe("links", () => {
  it("only http and https leave", () => {
    for (const href of [
      "javascript:alert(1)",
      "data:text/html,x",
      "ftp://a.example/",
      "mailto:a@b",
      "tg://x",
      "",
      "  ",
      "http://",
      undefined
    ]) {
      assert.isUndefined(absolute(href, base), String(href))
    }
    assert.strictEqual(absolute(" ../a b\n", base), "https://shop.example/a%20b")
    assert.strictEqual(absolute("//cdn.example/x", base), "https://cdn.example/x")
    assert.isUndefined(absolute("/relative"))
  })
})
