// /decisions: held floods with their three answers; parked deliveries are asked about anew, each as it was.
import { html } from "../../domain/Html.ts"
import { said } from "../dashboard/Parts.ts"
import type { Status } from "../Status.ts"
import { blindIn } from "../Verdict.ts"
import { count, relative } from "../Wording.ts"
import { dataOf, keyOf } from "./ButtonData.ts"
import { button, lines, type Said, saying } from "./Said.ts"

/** What one message has room for. */
const mostBursts = 5
const mostChannels = 5
export const newestOfBurst = 10

/** What waits there is sent, or counts as posted. */
const restored = (channel: string) => {
  const key = keyOf({ kind: "channel", id: channel })
  return [
    button(`${channel}: send what waits`, dataOf("restored", key, "send")),
    button("It was posted: skip", dataOf("restored", key, "skip"))
  ]
}

export const decisionsView = (status: Status): Said => {
  const { at, bursts, parked } = status
  const held = bursts.filter(({ state }) => state === "held")
  const channels = blindIn(status)
  if (held.length + parked.length + channels.length === 0) return saying("Nothing waits for a decision.")
  const asked = channels.slice(0, mostChannels)
  const shown = held.slice(0, mostBursts)
  const answer = (one: (typeof shown)[number], word: string, label: string) =>
    button(label, dataOf("burst", keyOf({ kind: "source", id: one.source }), one.id, word))
  return {
    text: lines(
      ...asked.map(
        ({ channel }) =>
          html`A backup was restored, and what was posted into <b>${said(channel)}</b> since cannot be seen. Look there: was what waits posted?`
      ),
      channels.length > mostChannels ? `… and ${channels.length - mostChannels} more channels` : undefined,
      ...(held.length === 0 ? [] : [html`<b>Held floods</b>`]),
      ...shown.map(
        (one) =>
          html`<b>${said(one.source)}</b> brought ${count(one.items, "apparently new item")} at once, of ${one.documentItems} in its document, ${relative(one.at, at)}.`
      ),
      held.length > mostBursts ? `… and ${held.length - mostBursts} more` : undefined,
      parked.length === 0
        ? undefined
        : `${count(parked.length, "post")} of which nobody knows whether they arrived; look into the channel and answer below.`
    ),
    buttons: [
      ...asked.map(({ channel }) => restored(channel)),
      ...shown.flatMap((one) => [
        [button(`${one.source}:`, dataOf("decisions"))],
        [
          answer(one, "all", `Post all ${one.items}`),
          answer(one, "newest", `Newest ${newestOfBurst}`),
          answer(one, "none", "None")
        ]
      ])
    ]
  }
}
