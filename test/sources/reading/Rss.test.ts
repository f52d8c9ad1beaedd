// What becomes of the fields of a feed: the rules for links, ids, dates, texts and pictures, and what is left out.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { maxBodyLength } from "../../../src/domain/Item.ts"
import { onlyItem, read, readItem, rssWith } from "./read.ts"

const atomEntry = (entry: string, attributes = "") =>
  Effect.map(
    read(
      `<feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><title>News</title><entry>${entry}</entry></feed>`
    ),
    onlyItem
  )

describe("links", () => {
  const links: Readonly<Record<string, readonly [item: string, link: string | undefined]>> = {
    "the link of RSS": [`<link> https://a.example/1?x=1&amp;y=2 </link>`, "https://a.example/1?x=1&y=2"],
    "a relative link resolves against the feed's address": [
      `<link>../p/1</link>`,
      "https://feed.example/p/1"
    ],
    "xml:base goes before that": [`<link xml:base="https://b.example/x/">p</link>`, "https://b.example/x/p"],
    "the page behind a proxy": [
      `<link>https://proxy.example/1</link><feedburner:origLink>https://a.example/1</feedburner:origLink>`,
      "https://a.example/1"
    ],
    "an Atom link in RSS, never the link to the feed": [
      `<atom:link rel="self" href="https://feed.example/x"/><atom:link href="https://a.example/1"/>`,
      "https://a.example/1"
    ],
    "the permalink when there is no link": [`<guid>https://a.example/1</guid>`, "https://a.example/1"],
    "no guid that is not a permalink": [
      `<title>x</title><guid isPermaLink="false">https://a.example/1</guid>`,
      undefined
    ],
    "the enclosure when there is nothing else": [
      `<enclosure url="https://a.example/1.mp3"/>`,
      "https://a.example/1.mp3"
    ],
    "no other scheme": [`<title>x</title><link>javascript:alert(1)</link>`, undefined]
  }
  for (const [name, [item, link]] of Object.entries(links)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* readItem(item, `xmlns:atom="http://www.w3.org/2005/Atom"`)).link, link)
      })
    )
  }

  it.effect("relative links resolve against the channel's own page when the feed stands elsewhere", () =>
    Effect.gen(function* () {
      const item = onlyItem(
        yield* read(rssWith(`<link>https://site.example/blog/</link><item><link>post/1</link></item>`))
      )
      assert.strictEqual(item.link, "https://site.example/blog/post/1")
    })
  )

  it.effect("an Atom entry leads to its HTML alternate", () =>
    Effect.gen(function* () {
      const item = yield* atomEntry(
        `<link rel="edit" href="e"/><link rel="alternate" type="application/json" href="j"/><link rel="alternate" type="text/html" href="h"/>`,
        `xml:base="https://a.example/x/"`
      )
      assert.strictEqual(item.link, "https://a.example/x/h")
    })
  )
})

describe("ids", () => {
  it.effect("a guid says whether it doubles as the link", () =>
    Effect.gen(function* () {
      const permalink = yield* readItem(`<guid>https://a.example/1</guid>`)
      assert.deepInclude(permalink, { guid: "https://a.example/1", guidIsLink: true })
      const opaque = yield* readItem(`<guid isPermalink="FALSE">https://a.example/1</guid><title>x</title>`)
      assert.strictEqual(opaque.guid, "https://a.example/1")
      assert.notProperty(opaque, "guidIsLink")
      assert.notProperty(yield* readItem(`<guid>17</guid>`), "guidIsLink")
    })
  )

  it.effect("Atom's id and RDF's subject are ids", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* atomEntry("<id>urn:1</id>")).guid, "urn:1")
      const rdf = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><item rdf:about="https://a.example/1"><title>x</title></item></rdf:RDF>`
      assert.deepInclude(onlyItem(yield* read(rdf)), {
        guid: "https://a.example/1",
        link: "https://a.example/1"
      })
    })
  )
})

describe("texts", () => {
  it.effect("titles are one clean line, whatever stands in them", () =>
    Effect.gen(function* () {
      const title = (xml: string) => Effect.map(readItem(`<title>${xml}</title>`), (item) => item.title)
      assert.strictEqual(
        yield* title("Fish &amp;amp; &lt;b&gt;chips&lt;/b&gt;\n\t today"),
        "Fish & chips today"
      )
      assert.strictEqual(yield* title("<![CDATA[It&#8217;s &eacute;]]>"), "It’s é")
      assert.strictEqual(yield* title("caf&eacute;\u0000\u0007"), "café")
      assert.lengthOf(yield* title("x".repeat(1_000_000)), 1_000)
    })
  )

  it.effect("Atom says whether a text is plain, HTML or XHTML", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* atomEntry("<title>1 &lt; 2 &lt;b&gt;</title>")).title, "1 < 2 <b>")
      assert.strictEqual(
        (yield* atomEntry(`<title type="html">1 &amp;lt; 2 &lt;b&gt;x&lt;/b&gt;</title>`)).title,
        "1 < 2 x"
      )
      const xhtml = `<id>1</id><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p class="a">1 &lt; 2<br/><img src="/i.png"/></p></div></content>`
      assert.strictEqual(
        (yield* atomEntry(xhtml, `xml:base="https://a.example/"`)).body,
        `<p class="a">1 &lt; 2<br><img src="https://a.example/i.png"></p>`
      )
      assert.strictEqual(
        (yield* atomEntry("<id>1</id><summary>1 &lt; 2 &amp; 3</summary>")).body,
        "1 &lt; 2 &amp; 3"
      )
      assert.strictEqual(
        (yield* atomEntry(`<id>1</id><content type="image/png">iVBORw0KGgo=</content><summary>s</summary>`))
          .body,
        "s"
      )
      assert.strictEqual(
        (yield* atomEntry(`<id>1</id><content src="https://a.example/1.mp4"/><summary>s</summary>`)).body,
        "s"
      )
    })
  )

  it.effect("Atom 0.3's base64 is decoded, and its garbage does no harm", () =>
    Effect.gen(function* () {
      const atom03 = (content: string) =>
        read(
          `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>x</title>${content}</entry></feed>`
        )
      const item = onlyItem(yield* atom03(`<content type="text/html" mode="base64">PGI+aGk8L2I+</content>`))
      assert.strictEqual(item.body, "<b>hi</b>")
      yield* atom03(`<content mode="base64">%%%\u0000%%%</content>`)
    })
  )

  it.effect("the full content goes before the description; markup without CDATA is kept", () =>
    Effect.gen(function* () {
      const both = yield* readItem(
        `<description>short</description><content:encoded>&lt;p&gt;long&lt;/p&gt;</content:encoded>`.concat(
          "<guid>1</guid>"
        )
      )
      assert.strictEqual(both.body, "<p>long</p>")
      const naked = yield* readItem(`<guid>1</guid><description>a <b>b</b> c</description>`)
      assert.strictEqual(naked.body, "a <b>b</b> c")
    })
  )

  it.effect("a body is cut to its length, never in the middle of an emoji", () =>
    Effect.gen(function* () {
      const { body } = yield* readItem(`<guid>1</guid><description>a${"😀".repeat(20_000)}</description>`)
      assert.strictEqual(body.length, maxBodyLength - 1)
      assert.isFalse(/\p{Surrogate}/u.test(body))
    })
  )
})

describe("dates, people, pictures, categories", () => {
  it.effect("the date of publication goes before that of the last change; nonsense gives none", () =>
    Effect.gen(function* () {
      const item = yield* atomEntry(
        "<id>1</id><updated>2024-02-01T00:00:00Z</updated><published>2024-01-01T00:00:00Z</published>"
      )
      assert.strictEqual(item.publishedAt, Date.UTC(2024, 0, 1))
      assert.notProperty(yield* readItem("<guid>1</guid><pubDate>soon</pubDate>"), "publishedAt")
      const second = yield* readItem("<guid>1</guid><pubDate>soon</pubDate><dc:date>2024-01-01</dc:date>")
      assert.strictEqual(second.publishedAt, Date.UTC(2024, 0, 1))
    })
  )

  it.effect("authors are names, not addresses, where a name is given", () =>
    Effect.gen(function* () {
      const author = (xml: string) => Effect.map(readItem(`<guid>1</guid>${xml}`), (item) => item.author)
      assert.strictEqual(yield* author("<author>jo@a.example (Jo Doe)</author>"), "Jo Doe")
      assert.strictEqual(yield* author("<dc:creator>Jo Doe</dc:creator>"), "Jo Doe")
      assert.strictEqual(
        (yield* atomEntry("<author><name>Jo</name><email>j@a.example</email></author><id>1</id>")).author,
        "Jo"
      )
    })
  )

  it.effect("pictures come from media, enclosures or the text, without repetition", () =>
    Effect.gen(function* () {
      const media = yield* readItem(
        `<guid>1</guid><enclosure url="/e.jpg" type="image/jpeg"/><enclosure url="/e.mp3" type="audio/mpeg"/>` +
          `<media:group><media:content url="/m.jpg" medium="image"/><media:content url="/m.mp4" type="video/mp4"/></media:group>` +
          `<media:content url="/m.jpg" type="image/jpeg"/><description>&lt;img src="/d.jpg"&gt;</description>`,
        `xmlns:media="http://search.yahoo.com/mrss/"`
      )
      assert.deepStrictEqual(media.images, ["https://feed.example/m.jpg", "https://feed.example/e.jpg"])
      const text = yield* readItem(
        `<guid>1</guid><description>&lt;img src="https://e.example/pixel.gif" width="1"&gt;&lt;img src="/d.jpg"&gt;</description>`
      )
      assert.deepStrictEqual(text.images, ["https://feed.example/d.jpg"])
    })
  )

  it.effect("categories are lines, each once", () =>
    Effect.gen(function* () {
      const { categories } = yield* readItem(
        "<guid>1</guid><category>A &amp;amp; B</category><category> </category><category>C</category><category>C</category>"
      )
      assert.deepStrictEqual(categories, ["A & B", "C"])
    })
  )
})

describe("the document", () => {
  it.effect("says how often it wants to be asked", () =>
    Effect.gen(function* () {
      const ttl = (channel: string) => Effect.map(read(rssWith(channel)), (found) => found.ttlMs)
      assert.strictEqual(yield* ttl("<ttl>90</ttl>"), 5_400_000)
      const sy = `<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>`
      assert.strictEqual(yield* ttl(sy), 21_600_000)
      assert.isUndefined(yield* ttl("<ttl>soon</ttl><sy:updateFrequency>0</sy:updateFrequency>"))
    })
  )

  it.effect("items without link, guid and title are left out and counted; the others arrive", () =>
    Effect.gen(function* () {
      const found = yield* read(
        rssWith(
          "<item><description>a</description></item><item><title>b</title></item><item/><item><guid>c</guid></item>"
        )
      )
      assert.lengthOf(found.items, 2)
      assert.deepStrictEqual(found.faults, ["2 items without link, guid and title"])
      assert.isTrue(found.complete)
    })
  )

  it.effect("no more items than the source allows; then it is not complete, and says so", () =>
    Effect.gen(function* () {
      const items = (count: number) =>
        rssWith(Array.from({ length: count }, (_, n) => `<item><guid>${n}</guid></item>`).join(""))
      const more = yield* read(items(6), { maxItems: 5 })
      assert.lengthOf(more.items, 5)
      assert.isFalse(more.complete)
      assert.deepStrictEqual(more.faults, ["items beyond the first 5"])
      const exact = yield* read(items(5), { maxItems: 5 })
      assert.isTrue(exact.complete)
      assert.deepStrictEqual(exact.faults, [])
    })
  )

  it.effect("cut off, it gives its finished items and is not complete", () =>
    Effect.gen(function* () {
      const whole = rssWith(`<item><title>one</title></item><item><title>two</title></item>`)
      for (let length = whole.indexOf("<item>"); length < whole.length; length++) {
        const found = yield* read(whole.slice(0, length))
        assert.strictEqual(found.complete, length >= whole.length)
        assert.isTrue(found.items.every(({ title }) => title === "one" || title === "two"))
      }
    })
  )

  it.effect("nested too deeply, it is unreadable at once; items before that point still arrive", () =>
    Effect.gen(function* () {
      const nest = "<a>".repeat(200_000)
      const error = yield* Effect.flip(read(rssWith(`<item>${nest}`)))
      assert.match(error.message, /nest deeper/)
      const found = yield* read(rssWith(`<item><title>one</title></item><item>${nest}`))
      assert.lengthOf(found.items, 1)
      assert.isFalse(found.complete)
      assert.lengthOf(found.faults, 1)
    })
  )

  it.effect("NUL bytes and control characters do no harm", () =>
    Effect.gen(function* () {
      const item = yield* readItem("<title>a\0b\u0001</title><guid>g\0</guid><description>c\0d</description>")
      assert.deepInclude(item, { title: "ab", guid: "g", body: "cd" })
    })
  )
})
