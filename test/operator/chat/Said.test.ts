// What the chat says fits into a message, however much there is to say.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { html } from "../../../src/domain/Html.ts"
import { ChannelId } from "../../../src/domain/Names.ts"
import { decisionsView } from "../../../src/operator/chat/DecisionsView.ts"
import { lines, sentence } from "../../../src/operator/chat/Said.ts"
import { snapshot } from "../../../src/operator/Status.ts"
import { catalog, live, store } from "../operating.ts"

const read = (markup: string) => markup.replace(/<[^>]*>/g, "").replace(/&[#\w]+;/g, "x")

describe("a message of the chat", () => {
  it("holds as many whole lines as Telegram takes, and says how many are left out", () => {
    const { markup } = lines(...Array.from({ length: 60 }, () => html`<b>${"<&>".repeat(60)}</b>`))
    assert.isAtMost(read(markup).length, 4096)
    assert.isAbove(read(markup).length, 3_500, "what markup takes does not count")
    assert.strictEqual(markup.match(/<b>/g)?.length, markup.match(/<\/b>/g)?.length)
    assert.match(markup, /… 39 more$/)
  })

  it("loses nothing that fits", () => {
    assert.strictEqual(lines("a", undefined, html`<b>b</b>`).markup, "a\n<b>b</b>")
    const long = `${"a".repeat(1_899)}\n${"b".repeat(1_900)}`
    assert.strictEqual(sentence(long).text.markup, long)
  })

  it.scoped("asks about few of many channels after a restore, for a message takes 100 buttons", () =>
    Effect.gen(function* () {
      const status = yield* Effect.provide(snapshot(catalog, ""), live(new Map()))
      const ids = Array.from({ length: 80 }, (_, at) => ChannelId.make(`channel-${at}-${"x".repeat(50)}`))
      const [one] = status.channels
      assert.isDefined(one)
      const stuck = { is: "failing", why: "a backup was restored", until: null } as const
      const view = decisionsView({
        ...status,
        channels: ids.flatMap((id) => (one === undefined ? [] : [{ ...one, id, activity: stuck }])),
        restored: ids.map((channel) => ({ channel, at: 0 }))
      })
      assert.isAtMost(view.buttons.flat().length, 100)
      assert.isAtMost(read(view.text.markup).length, 4096)
      assert.include(view.text.markup, "and 75 more channels")
    }).pipe(Effect.provide(store))
  )
})
