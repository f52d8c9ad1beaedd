// A source: how its last polls went, what they brought, what became of each item and why, and what would be posted now.
import { Option } from "effect"
import { type Html, html } from "../../domain/Html.ts"
import type { PollRecord } from "../../domain/Poll.ts"
import type { Post } from "../../domain/Post.ts"
import type { Source } from "../../domain/Source.ts"
import { passes } from "../../outbox/Routing.ts"
import type { SourceItem } from "../../outbox/Views.ts"
import { postText } from "../PostText.ts"
import type { SourceStatus, Status } from "../Status.ts"
import type { Tone } from "../Verdict.ts"
import { count, span } from "../Wording.ts"
import { entryPath } from "./CatalogPage.ts"
import type { Page } from "./Layout.ts"
import {
  action,
  activity,
  badge,
  channelPath,
  deliveryPath,
  due,
  facts,
  lines,
  linkTo,
  readOnly,
  said,
  section,
  stateBadge,
  table,
  webLink,
  when
} from "./Parts.ts"
import { sparkline } from "./Sparkline.ts"
import type { Visit } from "./Visit.ts"

/** What would be posted of a source right now. */
export interface Preview {
  readonly channel: string
  readonly items: number
  /** Of them, those that pass the filter. */
  readonly passing: number
  /** The newest few, as they would look. */
  readonly posts: ReadonlyArray<Post>
}

export interface SourceView {
  readonly visit: Visit
  readonly status: Status
  readonly source: SourceStatus
  readonly entry: Source
  /** Newest first. */
  readonly polls: ReadonlyArray<PollRecord>
  readonly items: ReadonlyArray<SourceItem>
  /** What was asked for, or why it cannot be had. */
  readonly preview: Option.Option<Preview | { readonly failed: string }>
}

const outcomeTones: Readonly<Record<PollRecord["outcome"], Tone>> = {
  new: "well",
  "nothing-new": "well",
  "not-modified": "well",
  unchanged: "well",
  held: "decide",
  deferred: "notice",
  failed: "failing"
}

const polls = ({ polls, status }: SourceView): Html =>
  table(
    "Last polls",
    [
      { name: "When" },
      { name: "Came of it" },
      { name: "New", number: true },
      { name: "Took", number: true },
      { name: "In words" }
    ],
    polls.map((poll) => ({
      key: poll.at,
      cells: [
        when(poll.at, status.at),
        badge(poll.outcome.replace("-", " "), outcomeTones[poll.outcome]),
        poll.fresh,
        `${Math.round(poll.tookMs)} ms`,
        said(poll.note)
      ]
    })),
    "Not polled yet."
  )

/** What became of an item, or why nothing did. */
const fate = ({ item, held, deliveries }: SourceItem, { where }: Source): Html => {
  if (held) return html`${badge("held", "decide")} <small>waits for your decision about a flood</small>`
  if (deliveries.length > 0) {
    return html`${deliveries.map(
      ({ id, channel, event, state }) =>
        html`<div><a href="${deliveryPath(id)}">${channel}</a> ${stateBadge(state)}${event === "new" ? undefined : html` ${event}`}</div>`
    )}`
  }
  const passage = passes(where, item)
  return passage === "pass"
    ? html`<span>not posted</span><small>it was there at first sight, or another source had it first</small>`
    : html`<span>kept out</span><small>${said(passage.rule)}</small>`
}

const items = ({ items, entry, status }: SourceView): Html =>
  table(
    "Newest items",
    [{ name: "Item" }, { name: "First seen" }, { name: "What became of it" }, { name: "Link", wide: true }],
    items.map((one, at) => ({
      key: `${one.firstSeenAt}-${at}`,
      cells: [
        said(one.item.title, 90) || "(no title)",
        when(one.firstSeenAt, status.at),
        fate(one, entry),
        webLink(one.item.link ?? null)
      ]
    })),
    "No items are known."
  )

const post = ({ html: markup, photoUrls, buttons }: Post): Html =>
  html`<article class="post">${photoUrls.map((url) => html`<p class="photo">Photo ${webLink(url)}</p>`)}<div class="text">${lines(postText(markup))}</div>${buttons.flat().map(({ text, url }) => html`<p class="photo">Button ${webLink(url, text)}</p>`)}</article>`

const preview = ({ preview, visit, source }: SourceView): Html =>
  html`${Option.match(preview, {
    onNone: () => undefined,
    onSome: (found) =>
      "failed" in found
        ? html`<p class="failing note">${said(found.failed)}</p>`
        : html`<p>${count(found.items, "item")}, ${found.passing} of which pass the filter of the route to ${linkTo(channelPath(found.channel), found.channel)}; the newest would look like this:</p><div class="posts">${found.posts.map(post)}</div>`
  })}${action(visit, "preview", { source: source.id }, "Look what would be posted now") ?? readOnly(visit)}`

/** As the catalog has it: "price min 500, exclude used". */
const filterText = (where: Source["where"]): string => {
  const rules = Object.entries(where).map(([name, rule]) => {
    const parts = Array.isArray(rule) ? rule : typeof rule === "object" ? Object.entries(rule).flat() : [rule]
    return `${name} ${parts.join(" ")}`
  })
  return rules.length === 0 ? "none" : said(rules.join(", "))
}

const rules = ({ source, entry }: SourceView): Html =>
  facts([
    ["Kind", entry.kind],
    ["Address", said(source.url)],
    ["Polled every", span(entry.everyMs)],
    ["To", entry.to.map((id, at) => html`${at > 0 ? ", " : undefined}${linkTo(channelPath(id), id)}`)],
    ["Filter", filterText(entry.where)],
    ["At first sight, posts", typeof entry.start === "number" ? `the newest ${entry.start}` : entry.start],
    [
      "Flood guard",
      entry.burst === false
        ? "off"
        : `from ${entry.burst.items} items and ${Math.round(entry.burst.share * 100)} % of the document`
    ]
  ])

const circuit = ({ source, polls, status }: SourceView): Html => {
  const [last] = polls
  return facts([
    ["Failures in a row", last?.failures ?? 0],
    ["Next try", last === undefined ? "soon" : due(last.nextAt, status.at)],
    ["Items known", source.items],
    [
      "Median poll",
      polls.length === 0
        ? undefined
        : `${Math.round(polls.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)[polls.length >> 1] ?? 0)} ms`
    ]
  ])
}

export const sourcePage = (view: SourceView): Page => {
  const { source, status, visit } = view
  const { id } = source
  const paused = source.activity.is === "paused"
  return {
    title: `Source ${id}`,
    main: html`<div class="title"><h1>${id}</h1><span class="sub">${said(source.url, 120)}</span><div class="actions">${action(visit, paused ? "resume" : "pause", { name: `source/${id}` }, paused ? "Resume" : "Pause", "main")}${Option.isSome(visit.session) ? html`<a class="quiet" href="${entryPath("sources", id)}">Change…</a>` : undefined}${readOnly(visit)}</div></div>
<p class="now">${activity(source.activity, status.at)}</p>
${circuit(view)}
${section("Last polls", polls(view), sparkline(view.polls.map(({ tookMs }) => tookMs).toReversed(), "How long each of them took"))}
${section("Newest items", items(view))}
${section("Preview", preview(view))}
${section("Rules", rules(view))}`
  }
}
