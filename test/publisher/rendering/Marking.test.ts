// The marker in a post: every reader finds it, in a text, a caption and an album's caption, after any cut, edited or forwarded; nobody sees it.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import type { Item } from "../../../src/domain/Item.ts"
import { markerIn, markerOf } from "../../../src/domain/Marker.ts"
import type { Post } from "../../../src/domain/Post.ts"
import { type Form, render } from "../../../src/publisher/rendering/Render.ts"
import { sandboxToken } from "../../../src/sandbox/Machine.ts"
import { linksOf } from "../../../src/sandbox/Messages.ts"
import { formatted } from "../../../src/sandbox/text/Formatting.ts"
import { parseHtml } from "../../../src/sandbox/text/HtmlParser.ts"
import { emulated, photos } from "../../telegram/emulated.ts"
import { accepted, anyItem, compiled, photo, plain, templates } from "./wild.ts"

const marker = markerOf([7, 20, 51, 3, 59, 26, 2, 41, 21, 58])
const album: Form = { _tag: "Album", urls: ["https://shop.example/1.jpg", "https://shop.example/2.jpg"] }
const places = ["link", "hidden"] as const
const titleIsLink = compiled("<a href='{{ link }}'>{{ title }}</a>\n{{ body }}")
const looks = [...templates, titleIsLink]

const anyPost = fc.record({
  item: anyItem,
  template: fc.constantFrom(...looks),
  form: fc.constantFrom<Form>(photo, plain, album),
  place: fc.constantFrom(...places),
  revision: fc.constantFrom(0, 1, 250)
})
type Given = typeof anyPost extends fc.Arbitrary<infer A> ? A : never

const bare = ({ template, item, form }: Given) =>
  render(template, { item, event: "new" }, form, { silent: false }).post
const marked = ({ template, item, form, place, revision }: Given): Post =>
  render(template, { item, event: "new" }, form, { silent: false, marking: { marker, revision, place } }).post

/** A caption has the photo's limit, also under an album. */
const asJudged = (form: Form): Form => (form._tag === "Album" ? photo : form)

const linksIn = (html: string): ReadonlyArray<string> =>
  Either.getOrThrow(parseHtml(html)).entities.flatMap((entity) =>
    "url" in entity && typeof entity.url === "string" ? [entity.url] : []
  )
const markersIn = (links: ReadonlyArray<string>) => links.flatMap((link) => markerIn(link) ?? [])

describe("a marked post", () => {
  it("is one that Telegram takes, and holds its marker once, whatever was cut", () => {
    fc.assert(
      fc.property(anyPost, (given) => {
        const post = marked(given)
        accepted(post, asJudged(given.form))
        assert.deepStrictEqual(markersIn(linksIn(post.html)), [marker])
      }),
      { numRuns: 300, endOnFailure: true }
    )
  })

  it("looks the same as without it", () => {
    fc.assert(
      fc.property(anyPost, (given) => {
        const [with_, without] = [marked(given), bare(given)].map((post) =>
          accepted(post, asJudged(given.form))
        )
        // What fills its limit gives one character of the part that is cut for the hidden link.
        fc.pre(![with_, without].some((one) => one?.includes("…")))
        assert.strictEqual(with_?.replace(/^\u200b/, ""), without)
      }),
      { numRuns: 300, endOnFailure: true }
    )
  })

  it("leaves every link that readers follow as it is, where it is told to hide the marker", () => {
    fc.assert(
      fc.property(anyPost, (any) => {
        const given = { ...any, place: "hidden" as const }
        const [first = "", ...others] = linksIn(marked(given).html)
        assert.strictEqual(markerIn(first), marker)
        fc.pre(![marked(given), bare(given)].some(({ html }) => html.includes("…")))
        assert.deepStrictEqual(others, [...linksIn(bare(given).html)])
        assert.deepStrictEqual(marked(given).buttons, bare(given).buttons)
      }),
      { numRuns: 100, endOnFailure: true }
    )
  })

  it("is found where its item's link is one that Telegram drops without a word", () => {
    const item: Item = {
      title: "Kettle",
      body: "",
      images: [],
      categories: [],
      link: "http://intranet/kettle"
    }
    for (const place of places)
      assert.deepStrictEqual(
        markersIn(linksIn(marked({ template: titleIsLink, item, form: plain, place, revision: 0 }).html)),
        [marker]
      )
  })

  it("is found where the first link to its item lost its whole text to a cut", () => {
    const long = { title: "a ".repeat(750), author: "b ".repeat(550), body: "", images: [], categories: [] }
    const item: Item = { ...long, link: "https://shop.example/kettle" }
    for (const template of looks) {
      const { html } = marked({ template, item, form: photo, place: "link", revision: 0 })
      assert.deepStrictEqual(markersIn(linksIn(html)), [marker])
    }
  })

  it("has no hidden link where its own link can carry the marker", () => {
    const item: Item = {
      ...{ title: "Kettle", body: "", images: [], categories: [] },
      link: "https://shop.example/kettle?a=1#b"
    }
    const { html } = marked({ template: titleIsLink, item, form: plain, place: "link", revision: 2 })
    assert.notInclude(html, "\u200b")
    assert.deepStrictEqual(linksIn(html), [`https://shop.example/kettle?a=1&oncecast=${marker}.2#b`])
  })
})

const bodyFirst = compiled("{{ author }} {{ body }}\n<a href='{{ link }}'>{{ title }}</a>")
const codeInLink = compiled("<a href='{{ link }}'><code>{{ title }}</code></a>")
const kettle: Item = {
  ...{ title: "Kettle", body: "", images: [], categories: [] },
  link: "https://shop.example/kettle"
}
const foreign = "https://other.example/?a=1&oncecast=AAAAAAAAAA"

/** The first marker that a reader finds in what Telegram makes of the post, its own entities included. */
const foundFirst = (html: string) => {
  const { text, entities } = Either.getOrThrow(
    formatted({ text: html, parseMode: "HTML", entities: undefined })
  )
  const links = entities.map(({ url, offset, length }) => url ?? text.slice(offset, offset + length))
  return markersIn(links)[0]
}

describe("readers find the marker of the post", () => {
  for (const [what, template, item] of [
    [
      "before that of another post whose link its text has, written as WordPress does",
      bodyFirst,
      { body: `<a href="${foreign.replace("&", "&#038;")}">another</a>` }
    ],
    ["before one in an address that Telegram recognises by itself", bodyFirst, { author: foreign }],
    ["where its link is shown as code", codeInLink, {}],
    [
      "where its text has its own link as code",
      bodyFirst,
      { body: `<a href="${kettle.link}"><kbd>x</kbd></a>` }
    ],
    [
      "behind more tags than Telegram keeps entities",
      bodyFirst,
      { body: Array.from({ length: 130 }, (_, index) => `#tag${index}`).join(" ") }
    ],
    [
      "where its host is a placeholder that nobody has filled in",
      bodyFirst,
      { link: "http://{{shop}}.example/a" }
    ],
    ["where its host has an empty label", bodyFirst, { link: "http://a..shop.example/a" }]
  ] as ReadonlyArray<readonly [string, typeof bodyFirst, Partial<Item>]>) {
    it(what, () => {
      const given = {
        template,
        item: { ...kettle, ...item },
        form: plain,
        place: "link" as const,
        revision: 0
      }
      assert.strictEqual(foundFirst(marked(given).html), marker)
    })
  }
})

const sendable = fc.sample(anyPost, { numRuns: 30, seed: 3 })

describe("Telegram keeps the marker", () => {
  it.scoped("under a text, a photo and an album, through an edit and a forward", () =>
    Effect.gen(function* () {
      const { telegram, control, call, log } = yield* emulated({ switches: { pacing: false } })
      const found = (wanted: number) =>
        Effect.map(control.history("@deals"), (all) =>
          all.filter(({ id }) => id === wanted).flatMap((message) => markersIn(linksOf(message)))
        )
      for (const given of sendable) {
        const post = marked({ ...given, revision: 0 })
        const { messageIds } = yield* telegram.send("@deals", post, photos(post.photoUrls.length))
        const [id = 0] = messageIds
        assert.include(yield* found(id), marker)
        yield* telegram.edit("@deals", id, marked({ ...given, revision: 7 }))
        assert.include(yield* found(id), marker)
        yield* call(sandboxToken, "forwardMessage", { chat_id: log, from_chat_id: "@deals", message_id: id })
      }
      const copies = yield* control.history(`${log}`)
      assert.lengthOf(copies, sendable.length)
      for (const copy of copies) assert.include(markersIn(linksOf(copy)), marker)
    })
  )
})
