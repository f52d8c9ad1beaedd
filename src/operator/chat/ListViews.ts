// /channels and /sources: what each does or waits for, and a button that pauses it or lets it go on.
import type { Html } from "../../domain/Html.ts"
import { html } from "../../domain/Html.ts"
import type { Target } from "../../outbox/Steering.ts"
import type { CallbackButton } from "../../telegram/Conversation.ts"
import { said } from "../dashboard/Parts.ts"
import type { Activity, ChannelStatus, SourceStatus, Status } from "../Status.ts"
import { toneOf } from "../Verdict.ts"
import { activityText, count, relative } from "../Wording.ts"
import { dataOf, keyOf } from "./ButtonData.ts"
import { button, lines, pager, type Said, saying } from "./Said.ts"

const perPage = 6

interface Row {
  readonly target: Target
  readonly activity: Activity
  readonly text: Html
}

const steer = ({ target, activity }: Row): CallbackButton => {
  const key = keyOf(target)
  if (activity.is === "paused") return button(`▶ Resume ${target.id}`, dataOf("resume", key))
  // What failed is tried again at once.
  return toneOf(activity.is) === "failing"
    ? button(`↻ Try ${target.id} again`, dataOf("resume", key))
    : button(`⏸ Pause ${target.id}`, dataOf("pause", key))
}

const channelRow = (one: ChannelStatus, now: number): Row => ({
  target: { kind: "channel", id: one.id },
  activity: one.activity,
  text: html`<b>${said(one.id)}</b> ${said(one.chat)}: ${said(activityText(one.activity, now), 200)}; ${one.ledger?.counts.queued ?? 0} of ${one.capacity} queued`
})

const sourceRow = (one: SourceStatus, now: number): Row => ({
  target: { kind: "source", id: one.id },
  activity: one.activity,
  text: html`<b>${said(one.id)}</b> → ${said(one.to.join(", "), 100)}: ${said(activityText(one.activity, now), 200)}; ${count(one.items, "item")}${one.lastPoll === null ? "" : `; ${relative(one.lastPoll.at, now)}: ${said(one.lastPoll.note, 120)}`}`
})

const listView = (word: string, title: string, rows: ReadonlyArray<Row>, from: number): Said => {
  const shown = rows.slice(from, from + perPage)
  if (shown.length === 0) return saying(`There are no ${word}${from > 0 ? " further on" : ""}.`)
  return {
    text: lines(
      html`<b>${title}</b> ${from + 1}–${from + shown.length} of ${rows.length}`,
      ...shown.map(({ text }) => text)
    ),
    buttons: [
      ...shown.map((row) => [steer(row)]),
      ...pager(from, perPage, from + perPage < rows.length, (at) => dataOf(word, at))
    ]
  }
}

export const channelsView = ({ channels, at }: Status, from: number): Said =>
  listView(
    "channels",
    "Channels",
    channels.map((one) => channelRow(one, at)),
    from
  )

/** Those that need a look first. */
export const sourcesView = ({ sources, at }: Status, from: number): Said => {
  const rank = ({ activity }: SourceStatus) => (toneOf(activity.is) === "well" ? 1 : 0)
  const ordered = sources.toSorted((one, other) => rank(one) - rank(other))
  return listView(
    "sources",
    "Sources",
    ordered.map((one) => sourceRow(one, at)),
    from
  )
}
