import { assert, describe, it } from "@effect/vitest"
import { readSubscriptions } from "../../src/App/importing/Subscriptions.ts"

const read = (text: string) => {
  const { form, subscriptions, faults, notes } = readSubscriptions(text)
  return {
    form,
    feeds: subscriptions.map(({ line, url, title, to }) => [line, url, title, ...to]),
    faults: faults.map(({ line, message }) => `${line}: ${message}`),
    notes: notes.map(({ line, message }) => `${line}: ${message}`)
  }
}

describe("OPML", () => {
  it("gives every outline with an xmlUrl, however deep, by its text or else its title", () => {
    const found = read(`<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="World">
  <outline type="rss" text="A &amp; B" title="other" xmlUrl="https://a.example/feed?x=1&amp;y=2" htmlUrl="https://a.example"/>
</outline></outline>
<!-- <outline xmlUrl="https://commented.example/"/> -->
<outline TITLE='Upper' XMLURL='feed://b.example/rss'></outline>
</body></opml>`)
    assert.deepStrictEqual(found.feeds, [
      [4, "https://a.example/feed?x=1&y=2", "A & B"],
      [7, "http://b.example/rss", "Upper"]
    ])
    assert.deepStrictEqual(found.faults, [])
  })

  it("reads the export of RSS-to-Telegram-Bot: the user's own title is its text", () => {
    const found = read(`\uFEFF<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
 <head>
  <title>Exported subscriptions from RSS to Telegram Bot (RSStT)</title>
  <dateCreated>Sun, 05 May 2024 10:00:00 UTC</dateCreated>
 </head>
 <body>
  <outline text="My name for it" title="Its own name" type="rss" xmlUrl="https://a.example/feed"/>
 </body>
</opml>`)
    assert.deepStrictEqual(found.feeds, [[8, "https://a.example/feed", "My name for it"]])
  })

  it("names each outline that is no feed and takes the rest, also of XML that is broken or breaks off", () => {
    const found = read(`<opml><body>
<outline text="Cats & dogs" xmlUrl="https://a.example/?a=1&b=2">
<outline text="No address" type="rss"/>
<outline text="Local" xmlUrl="ftp://files.example/feed"/>
<outline text="Page" htmlUrl="https://page.example"/>
<outline text="More" type="include" url="https://b.example/more.opml"/>
<outline xmlUrl="https://c.example/feed"/>
<outline text="Cut" xmlUrl="https://d.exam`)
    assert.deepStrictEqual(
      found.feeds.map(([, url]) => url),
      ["https://a.example/?a=1&b=2", "https://c.example/feed"]
    )
    assert.deepStrictEqual(found.faults, [
      `3: "No address" has no xmlUrl`,
      `4: "Local": xmlUrl "ftp://files.example/feed" is not an http or https URL`,
      `5: "Page" names only a web page (htmlUrl), no feed`,
      `6: "More" is a reference to another list; import that list as well`,
      "8: the document breaks off here; what should follow is missing"
    ])
  })
})

describe("rss.yaml of FR2T", () => {
  const text = `template:
  T: &T
    text: "{{ title }}"
rss:
  - name: Videos
    url:
      - https://v.example/1
      - https://v.example/2
    sendTo: [deals, news]
    filters:
      - { obj: title, type: out, matcher: x }
  - name: 少数派
    url: https://sspai.example/feed
    sendTo: default
    <<: *T
  - name: broken
    sendTo: default
  - just text
  - name: local
    url: /feed
`
  it("gives each address of each feed, with the places that it names", () => {
    const found = read(text)
    assert.strictEqual(found.form, "rss.yaml of FR2T")
    assert.deepStrictEqual(found.feeds, [
      [5, "https://v.example/1", "Videos", "deals", "news"],
      [5, "https://v.example/2", "Videos", "deals", "news"],
      [12, "https://sspai.example/feed", "少数派", "default"]
    ])
  })

  it("names what it cannot take over, and each entry that is wrong", () => {
    const found = read(text)
    assert.deepStrictEqual(found.faults, [
      `16: "broken" has no url`,
      "18: is not a feed with name and url",
      `19: "local": url "/feed" is not an http or https URL`
    ])
    assert.strictEqual(
      found.notes[0],
      `5: "Videos": not taken over: filters (here: \`where\` (include, exclude, pattern))`
    )
    assert.match(found.notes[1] ?? "", /^12: "少数派": not taken over: text/)
  })

  it("takes what stands before a mistake in the YAML, and says where that is", () => {
    const found = read(
      "rss:\n  - name: a\n    url: https://a.example/\n  - name: 'b\n    url: https://b.example/\n"
    )
    assert.deepStrictEqual(found.feeds[0], [2, "https://a.example/", "a"])
    assert.isAtLeast(found.faults.length, 1)
  })
})

describe("a list of addresses", () => {
  it("passes over comments and blank lines, keeps # inside an address, and takes a title behind it", () => {
    const found = read(`# my feeds\r
\r
https://a.example/feed#top   # the first
https://b.example/feed "~Second feed"
\thttps://c.example/feed A third one
nonsense
`)
    assert.deepStrictEqual(found.feeds, [
      [3, "https://a.example/feed#top", ""],
      [4, "https://b.example/feed", "Second feed"],
      [5, "https://c.example/feed", "A third one"]
    ])
    assert.deepStrictEqual(found.faults, [`6: "nonsense" is not an http or https URL`])
  })
})
