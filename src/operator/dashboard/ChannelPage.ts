// A channel: what waits in it, why and until when; what was sent; what limits it; and the commands.
import { Option } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import { type Html, html } from "../../domain/Html.ts"
import type { DeliveryRow } from "../../outbox/Ledger.ts"
import { type ChannelStatus, nextPostAt, postMs, type Status } from "../Status.ts"
import type { WaitingRow } from "../Waits.ts"
import { count, span } from "../Wording.ts"
import { entryPath } from "./CatalogPage.ts"
import type { Page } from "./Layout.ts"
import { messageLink } from "./MessageLink.ts"
import {
  action,
  activity,
  channelPath,
  deliveryPath,
  due,
  facts,
  linkTo,
  pager,
  readOnly,
  said,
  section,
  sourceLink,
  stateBadge,
  table,
  webLink,
  when
} from "./Parts.ts"
import { restoredChannel } from "./RestoredChannel.ts"
import type { Visit } from "./Visit.ts"

export interface ChannelView {
  readonly visit: Visit
  readonly status: Status
  readonly channel: ChannelStatus
  /** As the catalog has it; none when it left the catalog. */
  readonly entry: Option.Option<Channel>
  /** Place of the first row of `queue` in the queue. */
  readonly from: number
  readonly queue: ReadonlyArray<WaitingRow>
  readonly sent: ReadonlyArray<DeliveryRow & { readonly sentAt: number }>
}

/** Rows of each table on one page. */
export const channelRows = 25

const clock = (minutes: number) =>
  `${`${Math.floor(minutes / 60)}`.padStart(2, "0")}:${`${minutes % 60}`.padStart(2, "0")}`

/** When the delivery at a place of the queue goes out, if it does by itself. */
const goesOutAt = (
  status: ChannelStatus,
  entry: Channel | undefined,
  row: WaitingRow,
  place: number,
  now: number
): number | undefined => {
  const next = nextPostAt({ activity: status.activity, at: now })
  return next === undefined || entry === undefined
    ? undefined
    : Math.max(row.dueAt, row.waits?.until ?? 0, next + place * postMs(entry))
}

/** What keeps it back; for the first in line without a reason of its own, what the channel does. */
const why = ({ channel, status }: ChannelView, row: WaitingRow, place: number): Html => {
  const { is, why } = channel.activity
  const behind = place > 0 ? html`behind ${count(place, "other")}` : undefined
  if (row.waits !== null && row.waits.why !== "its turn") {
    const until = row.waits.until === null ? undefined : html`, ${due(row.waits.until, status.at)}`
    return html`${said(row.waits.why)}${until}${behind === undefined ? undefined : html`<small>${behind}</small>`}`
  }
  return (
    behind ??
    html`${is === "running" ? "its turn" : `the channel is ${is}`}${why === "" ? undefined : html`<small>${said(why)}</small>`}`
  )
}

const moves = (view: ChannelView, { id }: DeliveryRow): Html => {
  const move = (place: string, label: string) => action(view.visit, "reorder", { delivery: id, place }, label)
  return html`<span class="actions">${move("first", "Post now")}${move("last", "Last")}</span>`
}

const queue = (view: ChannelView): Html => {
  const { channel, entry, from, status, visit } = view
  const waiting = channel.ledger?.counts.queued ?? 0
  const goes = (row: WaitingRow, place: number) => {
    const at = goesOutAt(channel, Option.getOrUndefined(entry), row, place, status.at)
    return at === undefined ? "not by itself" : due(at, status.at)
  }
  return html`${table(
    `Queue of ${channel.id}`,
    [
      { name: "Post" },
      { name: "Goes out", number: true },
      { name: "Waits for" },
      { name: "Source", wide: true },
      { name: "Queued", wide: true },
      ...(Option.isSome(visit.session) ? [{ name: "Order" }] : [])
    ],
    view.queue.map((row, at) => ({
      key: row.id,
      cells: [
        linkTo(deliveryPath(row.id), said(row.title, 90) || "(no title)"),
        goes(row, from + at),
        why(view, row, from + at),
        sourceLink(status, row.source),
        when(row.queuedAt, status.at),
        ...(Option.isSome(visit.session) ? [moves(view, row)] : [])
      ]
    })),
    "Nothing waits."
  )}${pager(from + view.queue.length < waiting && view.queue.length > 0 ? `${channelPath(channel.id)}?from=${from + view.queue.length}` : undefined, "Further back in the queue")}`
}

const sent = ({ channel, sent, status }: ChannelView): Html => {
  const last = sent.at(-1)
  return html`${table(
    `Posts in ${channel.id}`,
    [{ name: "Post" }, { name: "State" }, { name: "Sent" }, { name: "Where" }, { name: "Link", wide: true }],
    sent.map((row) => ({
      key: row.id,
      cells: [
        linkTo(deliveryPath(row.id), said(row.title, 90) || "(no title)"),
        stateBadge(row.state),
        when(row.sentAt, status.at),
        row.messageIds.slice(0, 1).map((id) => messageLink(status.publishesTo, channel.chat, id)),
        webLink(row.link)
      ]
    })),
    "Nothing was posted yet."
  )}${pager(last === undefined || sent.length < channelRows ? undefined : `${channelPath(channel.id)}?sent=${last.sentAt}&id=${last.id}`)}`
}

const limits = ({ channel, entry }: ChannelView): Html =>
  facts(
    Option.match(entry, {
      onNone: () => [["Catalog", "not in it any more"]],
      onSome: ({ pace, quiet, capacity, overflow, onUnknown, onGone, photos, followMs }) => [
        [
          "Pace",
          `${pace.perMinute} a minute, ${span(pace.gapMs)} apart; ${channel.ledger?.callsLastMinute ?? 0} in the last minute`
        ],
        [
          "Quiet hours",
          quiet === undefined
            ? "none"
            : `${clock(quiet.from)} to ${clock(quiet.to)} ${quiet.zone}, ${quiet.mode === "hold" ? "nothing is posted" : "posts make no sound"}`
        ],
        ["Capacity", `${capacity}; when full: ${overflow}`],
        ["Unknown outcome", onUnknown],
        ["Item gone", onGone],
        ["Follows its items", followMs === 0 ? "no" : `for ${span(followMs)}`],
        ["Photos", photos],
        ["Lease", channel.ledger?.owner ?? "free until something is to be posted"]
      ]
    })
  )

const address = html`<label for="post-url">Page</label> <input id="post-url" name="url" type="url" required placeholder="https://…" size="24">`

const commands = ({ channel, visit }: ChannelView): Html =>
  html`<div class="actions">${channel.ledger?.paused ? action(visit, "resume", { name: `channel/${channel.id}` }, "Resume", "main") : action(visit, "pause", { name: `channel/${channel.id}` }, "Pause", "main")}${Option.isSome(visit.session) && channel.capacity > 0 ? html`<a class="quiet" href="${entryPath("channels", channel.id)}">Change…</a>` : undefined}${channel.capacity > 0 ? action(visit, "post", { channel: channel.id }, "Post it here", "plain", address) : undefined}${readOnly(visit)}</div>`

export const channelPage = (view: ChannelView): Page => {
  const { channel, status } = view
  const { id, chat, ledger, emptyAt } = channel
  const queued = ledger?.counts.queued ?? 0
  return {
    title: `Channel ${id}`,
    main: html`<div class="title"><h1>${id}</h1><span class="sub">${chat}</span>${commands(view)}</div>
<p class="now">${activity(channel.activity, status.at)}</p>
${restoredChannel(view.visit, status, id)}
${section(
  `Queue`,
  queue(view),
  html`<span class="note">${count(queued, "post")}${emptyAt === null ? undefined : html`, empty ${due(emptyAt, status.at)}`}</span>`
)}
${section("Sent", sent(view), html`<a href="deliveries?channel=${encodeURIComponent(id)}">All deliveries</a>`)}
${section("Limits and rules", limits(view))}`
  }
}
