// The page of a preview: what readers would see, in one file that loads nothing and runs nothing.
import { assert, describe, it } from "@effect/vitest"
import { previewPage } from "../../src/sandbox/page/PreviewPage.ts"
import { picture } from "../publisher/stage.ts"

const post = {
  html: `<b>Kettle</b> &lt;script&gt; <a href="https://go.example/?a=1&amp;b=2">here</a>\n\nAdvertisement`,
  photoUrls: ["https://shop.example/1.png", "https://shop.example/2.png"],
  buttons: [],
  silent: false
}
const page = (html: string, pictures: ReadonlyArray<Uint8Array> = []) =>
  previewPage({
    title: "deals <&>",
    summary: "2 items",
    posts: [{ post: { ...post, html }, pictures, note: "template product" }],
    left: [`not taken: "used" <b>`],
    at: 0
  })

describe("the page of a preview", () => {
  it("shows the text as Telegram would, every picture, the note, and what is not taken", () => {
    const shown = page(post.html, [picture(), picture()])
    assert.include(shown, '<b>Kettle</b> &lt;script&gt; <a href="https://go.example/?a=1&amp;b=2"')
    assert.lengthOf([...shown.matchAll(/<img [^>]*src="data:image\/png;base64,/g)], 2)
    assert.include(shown, "template product")
    assert.include(shown, "not taken: &quot;used&quot; &lt;b&gt;")
  })

  it("loads nothing and runs nothing, whatever the post says", () => {
    const shown = page(`&lt;img src=x onerror=alert(1)&gt; <a href="javascript:alert(1)">x</a>`, [picture()])
    assert.notMatch(shown, /<script|<link|src="(?!data:)|href="(?!https?:)/)
    assert.include(shown, "default-src 'none'")
  })

  it("says so when Telegram would refuse the text", () => {
    assert.include(page("<nonsense>"), "Telegram would refuse this text")
  })
})
