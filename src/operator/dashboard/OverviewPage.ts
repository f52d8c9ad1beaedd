// The page at `/`: whether all is well, what waits for what and why, what goes out next.
import { type Html, html, type Value } from "../../domain/Html.ts"
import type { DeliveryRow } from "../../outbox/Ledger.ts"
import type { Sample } from "../../outbox/Samples.ts"
import type { ChannelStatus, SourceStatus, Status } from "../Status.ts"
import { decisionsIn, type Incident, toneOf, verdictOf } from "../Verdict.ts"
import { count, span } from "../Wording.ts"
import type { Page } from "./Layout.ts"
import {
  activity,
  badge,
  channelPath,
  deliveryPath,
  due,
  linkTo,
  said,
  section,
  sourcePath,
  table,
  when
} from "./Parts.ts"
import { sparkline } from "./Sparkline.ts"

/** A delivery that is at the head of its queue, and about when it goes out. */
export interface Next {
  readonly row: DeliveryRow
  /** None while a person or an outcome is waited for. */
  readonly at: number | undefined
}

export interface Overview {
  readonly status: Status
  /** The soonest first. */
  readonly next: ReadonlyArray<Next>
  readonly sent: ReadonlyArray<DeliveryRow>
  /** Of the last 24 hours. */
  readonly samples: ReadonlyArray<Sample>
}

/** Rows of a table here; all of them are on the table's own page. */
const shown = 12

const incident = ({ tone, about, is, why, until }: Incident, now: number): Html => {
  const [kind, id = ""] = about.split("/")
  const path = kind === "channel" ? channelPath(id) : kind === "source" ? sourcePath(id) : undefined
  return html`<li class="${tone}" data-key="${about}"><strong>${path === undefined ? about : linkTo(path, `${kind} ${id}`)}</strong> ${badge(is, tone)}
<span>${said(why)}${until === null ? undefined : html` (${due(until, now)})`}</span></li>`
}

const incidents = (status: Status): Html | undefined => {
  const all = verdictOf(status).incidents
  if (all.length === 0) return undefined
  const rest = all.length - shown
  return section(
    "Incidents",
    html`<ul class="incidents">${all.slice(0, shown).map((one) => incident(one, status.at))}</ul>${rest > 0 ? html`<p class="hint">and ${rest} more</p>` : undefined}`
  )
}

const decisions = (status: Status): Html | undefined => {
  const { channels, floods, posts } = decisionsIn(status)
  const parts = [
    ...(posts === 0
      ? []
      : [
          count(
            posts,
            "post of which nobody knows whether it arrived",
            "posts of which nobody knows whether they arrived"
          )
        ]),
    ...(floods === 0 ? [] : [count(floods, "held flood of new items", "held floods of new items")]),
    ...(channels === 0
      ? []
      : [count(channels, "channel that waits after a restore", "channels that wait after a restore")])
  ]
  return parts.length === 0
    ? undefined
    : html`<p class="ask"><a class="button" href="decisions">Decide</a><span>${parts.join("; ")}.</span></p>`
}

const sum = (channels: ReadonlyArray<ChannelStatus>, of: (channel: ChannelStatus) => number): number =>
  channels.reduce((total, channel) => total + of(channel), 0)

const tile = (name: string, value: Value, note: Value, more?: Html): Html =>
  html`<div class="tile" data-key="${name}"><h2>${name}</h2><p class="figure">${value}</p><p class="note">${note}</p>${more}</div>`

const states = (sources: ReadonlyArray<SourceStatus>): ReadonlyArray<readonly [string, number]> => {
  const counts = new Map<string, number>()
  for (const { activity } of sources) counts.set(activity.is, (counts.get(activity.is) ?? 0) + 1)
  return [...counts].toSorted(([, a], [, b]) => b - a)
}

const throttle = ({ channels, limits }: Status): Html => {
  const busiest = channels.reduce(
    (most, { ledger, perMinute }) =>
      Math.max(most, perMinute === 0 ? 0 : (ledger?.callsLastMinute ?? 0) / perMinute),
    0
  )
  const kept =
    limits?.kept === "redis"
      ? "shared in Redis"
      : limits?.kept === "memory"
        ? "kept here"
        : "kept here, at a safe share"
  const percent = Math.round(busiest * 100)
  return tile(
    "Pace used",
    html`${percent}<small>%</small>`,
    `by the busiest channel in the last minute; limits ${kept}`,
    html`<meter min="0" max="100" value="${Math.min(100, percent)}" aria-label="Pace used by the busiest channel">${percent} %</meter>`
  )
}

const tiles = ({ status, samples }: Overview): Html => {
  const { channels, sources, at } = status
  const queued = sum(channels, ({ ledger }) => ledger?.counts.queued ?? 0)
  const empty = channels.flatMap(({ emptyAt }) => emptyAt ?? [])
  const memory = samples.at(-1)?.memoryBytes
  return html`<div class="tiles">
${tile(
  "Posts in 24 h",
  sum(channels, ({ ledger }) => ledger?.sentLastDay ?? 0),
  `${sum(channels, ({ ledger }) => ledger?.sentLastHour ?? 0)} in the last hour`,
  sparkline(
    samples.map(({ posts }) => posts),
    "Posts over the last 24 hours"
  )
)}
${tile(
  "Waiting",
  queued,
  empty.length === 0
    ? queued === 0
      ? "nothing is queued"
      : "until somebody lets them go"
    : `takes about ${span(Math.max(...empty) - at)}`,
  sparkline(
    samples.map(({ queued }) => queued),
    "Posts waiting over the last 24 hours"
  )
)}
${tile(
  "Sources",
  sources.length,
  html`<span class="states">${states(sources).map(([is, of]) => html`<a href="sources?state=${is}">${badge(`${of} ${is}`, toneOf(is))}</a>`)}</span>`
)}
${throttle(status)}
${
  memory === undefined
    ? undefined
    : tile(
        "Memory",
        html`${Math.round(memory / 1_048_576)}<small>MB</small>`,
        `up ${span(at - (status.startedAt ?? at))}`,
        sparkline(
          samples.map(({ memoryBytes }) => memoryBytes),
          "Memory over the last 24 hours"
        )
      )
}
</div>`
}

const channels = ({ channels, at }: Status): Html =>
  table(
    "Channels",
    [
      { name: "Channel" },
      { name: "Does" },
      { name: "Queued", number: true },
      { name: "Empty", wide: true },
      { name: "Sent in 1 h", number: true },
      { name: "24 h", number: true, wide: true },
      { name: "Pace used", number: true, wide: true },
      { name: "Not sent", number: true, wide: true },
      { name: "Last post", wide: true }
    ],
    channels.map((channel) => {
      const { id, chat, activity: does, ledger, emptyAt, perMinute } = channel
      const counts = ledger?.counts ?? {}
      const queued = counts.queued ?? 0
      return {
        key: id,
        cells: [
          html`${linkTo(channelPath(id), id)}<small>${chat}</small>`,
          activity(does, at),
          queued,
          emptyAt === null ? (queued === 0 ? "–" : "not by itself") : due(emptyAt, at),
          ledger?.sentLastHour ?? 0,
          ledger?.sentLastDay ?? 0,
          perMinute === 0 ? "–" : `${ledger?.callsLastMinute ?? 0} of ${perMinute} a min`,
          (counts.refused ?? 0) + (counts.expired ?? 0),
          ledger === null || ledger.lastSentAt === null ? "never" : when(ledger.lastSentAt, at)
        ]
      }
    }),
    "No channels: the catalog is empty."
  )

const next = (next: Overview["next"], now: number): Html =>
  table(
    "Next posts",
    [{ name: "Post" }, { name: "Channel" }, { name: "Goes out" }],
    next.map(({ row, at }) => ({
      key: row.id,
      cells: [
        linkTo(deliveryPath(row.id), said(row.title, 90) || "(no title)"),
        linkTo(channelPath(row.channel), row.channel),
        at === undefined ? "not by itself" : due(at, now)
      ]
    })),
    "Nothing waits."
  )

const sent = (rows: Overview["sent"], now: number): Html =>
  table(
    "Last posts",
    [{ name: "Post" }, { name: "Channel" }, { name: "Sent" }],
    rows.map((row) => ({
      key: row.id,
      cells: [
        linkTo(deliveryPath(row.id), said(row.title, 90) || "(no title)"),
        linkTo(channelPath(row.channel), row.channel),
        when(row.stateAt, now)
      ]
    })),
    "Nothing was posted yet."
  )

export const overviewPage = (overview: Overview): Page => {
  const { status } = overview
  return {
    title: "Overview",
    main: html`<h1 class="hidden">Overview</h1>
${decisions(status)}${incidents(status)}${tiles(overview)}
${section("Channels", channels(status))}
<div class="two">${section("Next posts", next(overview.next, status.at))}${section("Last posts", sent(overview.sent, status.at), html`<a href="deliveries?state=sent">All</a>`)}</div>`
  }
}
