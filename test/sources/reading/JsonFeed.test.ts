// JSON Feed: the fields of both versions, and how much a bad item may spoil.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { onlyItem, read } from "./read.ts"

const feed = (items: ReadonlyArray<unknown>) =>
  JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: "News & more",
    home_page_url: "https://site.example/",
    items
  })

describe("JSON Feed", () => {
  it.effect("all fields are read", () =>
    Effect.gen(function* () {
      const found = yield* read(
        feed([
          {
            id: 17,
            url: "post/1",
            title: "1 < 2 <b>",
            content_html: `<p>Hi <a href="/x">x</a></p>`,
            image: "/i.jpg",
            date_published: "2024-01-05T10:00:00+01:00",
            authors: [{ name: "Jo" }],
            tags: ["a", "b", "a"]
          }
        ])
      )
      assert.strictEqual(found.title, "News & more")
      assert.deepStrictEqual(onlyItem(found), {
        guid: "17",
        link: "https://site.example/post/1",
        title: "1 < 2 <b>",
        body: `<p>Hi <a href="https://site.example/x">x</a></p>`,
        author: "Jo",
        publishedAt: Date.UTC(2024, 0, 5, 9),
        images: ["https://site.example/i.jpg"],
        categories: ["a", "b"]
      })
    })
  )

  it.effect("plain text arrives escaped, with its lines", () =>
    Effect.gen(function* () {
      const item = onlyItem(yield* read(feed([{ id: "1", content_text: "1 < 2\nthen & now" }])))
      assert.strictEqual(item.body, "1 &lt; 2<br>\nthen &amp; now")
    })
  )

  it.effect("an id that is an address stands in for a missing one", () =>
    Effect.gen(function* () {
      const item = onlyItem(yield* read(feed([{ id: "https://a.example/1", url: null, external_url: "" }])))
      assert.strictEqual(item.link, "https://a.example/1")
    })
  )

  it.effect("misshapen and nameless items are counted, the others arrive", () =>
    Effect.gen(function* () {
      const found = yield* read(feed([{ id: "1" }, "two", { id: { no: 1 } }, {}, { title: "five" }]))
      assert.lengthOf(found.items, 2)
      assert.deepStrictEqual(found.faults, [
        "1 item without link, guid and title",
        "2 items not shaped like a JSON Feed item"
      ])
    })
  )

  it.effect("a byte order mark before it does no harm", () =>
    Effect.gen(function* () {
      assert.lengthOf((yield* read(`\ufeff \n${feed([{ id: "1" }])}`)).items, 1)
    })
  )
})
