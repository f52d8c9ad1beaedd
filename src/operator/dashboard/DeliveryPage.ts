// A delivery: its whole life, from the item that it is about to what stands in the channel now, with every try and every receipt.
import { Option } from "effect"
import { type Html, html, type Value } from "../../domain/Html.ts"
import type { Item } from "../../domain/Item.ts"
import type { AttemptRow, DeliveryLife } from "../../outbox/Views.ts"
import { postText } from "../PostText.ts"
import type { Status } from "../Status.ts"
import { span } from "../Wording.ts"
import { commandsOf } from "./DeliveryCommands.ts"
import type { Page } from "./Layout.ts"
import { messageLink } from "./MessageLink.ts"
import {
  channelPath,
  deliveryPath,
  due,
  facts,
  lines,
  linkTo,
  said,
  section,
  sourceLink,
  stateBadge,
  table,
  webLink,
  when
} from "./Parts.ts"
import type { Visit } from "./Visit.ts"

export interface DeliveryView {
  readonly visit: Visit
  readonly status: Status
  readonly life: DeliveryLife
}

const chatOf = ({ life, status }: DeliveryView): string =>
  life.standing?.chat ?? status.channels.find(({ id }) => id === life.row.channel)?.chat ?? ""

const messages = (view: DeliveryView, ids: ReadonlyArray<number>): Value =>
  ids.map(
    (id, at) => html`${at > 0 ? ", " : undefined}${messageLink(view.status.publishesTo, chatOf(view), id)}`
  )

interface Step {
  readonly at: number
  readonly what: Value
}

const attemptSteps = (
  view: DeliveryView,
  { startedAt, endedAt, outcome, number, detail, messageIds }: AttemptRow
): ReadonlyArray<Step> => [
  { at: startedAt, what: `Try ${number} began` },
  ...(endedAt === null
    ? []
    : [
        {
          at: endedAt,
          what: html`Try ${number} ended: ${outcome ?? undefined}${messageIds.length === 0 ? undefined : html`, ${messages(view, messageIds)}`}${detail === null ? undefined : html`<small>${said(detail)}</small>`}`
        }
      ])
]

const ways: Readonly<Record<string, string>> = {
  answer: "in Telegram's answer",
  discussion: "in the discussion group",
  witness: "by the witness",
  profile: "on the profile of a user",
  copy: "in a copy",
  probe: "by an edit that only our own post answers so",
  check: "by a check"
}

const waysOf = (via: string): string =>
  via
    .split(" ")
    .map((word) => ways[word] ?? said(word))
    .join(", ")

/** Everything that happened, oldest first. */
const steps = (view: DeliveryView): ReadonlyArray<Step> => {
  const { row, attempts, standing, receipts, strays, firstSeenAt, absentAt } = view.life
  return [
    { at: firstSeenAt, what: html`The item was first seen in ${sourceLink(view.status, row.source)}` },
    { at: row.queuedAt, what: html`Queued for ${linkTo(channelPath(row.channel), row.channel)}` },
    ...attempts.flatMap((attempt) => attemptSteps(view, attempt)),
    ...receipts.map(({ at, via, messageId }) => ({
      at,
      what: html`Seen in the channel as ${messageLink(view.status.publishesTo, chatOf(view), messageId)}<small>${waysOf(via)}</small>`
    })),
    ...strays.map(({ foundAt, messageIds, reason, fate }) => ({
      at: foundAt,
      what: html`A post in excess, ${messages(view, messageIds)}: ${fate ?? "to be taken away"}<small>${said(reason)}</small>`
    })),
    ...(standing === null || standing.editedAt === null
      ? []
      : [{ at: standing.editedAt, what: `Edited (${standing.edits} in all)` }]),
    ...(absentAt === null ? [] : [{ at: absentAt, what: "Its source lists the item no longer" }]),
    {
      at: row.stateAt,
      what: html`${stateBadge(row.state)} since then${row.reason === null ? undefined : html`<small>${said(row.reason)}</small>`}`
    }
  ].toSorted((a, b) => a.at - b.at)
}

const timeline = (view: DeliveryView): Html =>
  html`<ol class="timeline">${steps(view).map(
    ({ at, what }) => html`<li>${when(at, view.status.at)}<div>${what}</div></li>`
  )}</ol>`

const priceOf = (item: Item): string | undefined =>
  item.offer?.price === undefined ? undefined : `${item.offer.price.amount} ${item.offer.price.currency}`

const itemFacts = ({ item, revision, firstSeenAt, lastSeenAt }: DeliveryLife, now: number): Html =>
  facts([
    ["Title", said(item.title) || "(none)"],
    ["Link", item.link === undefined ? undefined : webLink(item.link)],
    ["Price", priceOf(item)],
    ["Availability", item.offer?.availability],
    ["Author", item.author === undefined ? undefined : said(item.author)],
    ["Categories", item.categories.length === 0 ? undefined : said(item.categories.join(", "))],
    [
      "Pictures",
      item.images.length === 0
        ? undefined
        : item.images.slice(0, 3).map((url) => html`<div>${webLink(url)}</div>`)
    ],
    ["First seen", when(firstSeenAt, now)],
    ["Last seen", when(lastSeenAt, now)],
    ["Revision", revision]
  ])

/** What the item is recognised by. */
const keys = ({ guid, link, offer }: Item): Html =>
  facts([
    ["Guid", guid === undefined ? undefined : said(guid)],
    ["Address", link === undefined ? undefined : said(link)],
    ["Offer id", offer?.id === undefined ? undefined : said(offer.id)],
    ["Group", offer?.group === undefined ? undefined : said(offer.group)],
    ["GTIN", offer?.gtin === undefined ? undefined : said(offer.gtin)],
    [
      "Brand and part number",
      offer?.mpn === undefined ? undefined : said(`${offer.brand ?? ""} ${offer.mpn}`)
    ]
  ])

const attempts = (view: DeliveryView): Html =>
  table(
    "Attempts",
    [
      { name: "Try" },
      { name: "Began" },
      { name: "Took", number: true },
      { name: "Outcome" },
      { name: "Messages" },
      { name: "Marker", wide: true }
    ],
    view.life.attempts.map(({ number, startedAt, endedAt, outcome, detail, messageIds, marker }) => ({
      key: number,
      cells: [
        number,
        when(startedAt, view.status.at),
        endedAt === null
          ? "under way"
          : endedAt - startedAt < 10_000
            ? `${endedAt - startedAt} ms`
            : span(endedAt - startedAt),
        html`${outcome ?? "not known yet"}${detail === null ? undefined : html`<small>${said(detail)}</small>`}`,
        messages(view, messageIds),
        html`<code>${marker}</code>`
      ]
    })),
    "Not tried yet."
  )

const standing = ({ life, status }: DeliveryView): Html => {
  const last = life.attempts.at(-1)
  const shown = life.standing?.post ?? last?.post
  const { standing } = life
  return html`${shown === undefined ? html`<p class="empty">Nothing yet.</p>` : html`<article class="post"><div class="text">${lines(postText(shown.html))}</div></article>`}${
    standing === null
      ? undefined
      : facts([
          ["Edits", standing.edits],
          [
            "Next change",
            standing.dueAt === null ? "none is due" : html`${standing.wish} ${due(standing.dueAt, status.at)}`
          ],
          ["Note", standing.note === null ? undefined : said(standing.note)]
        ])
  }`
}

const siblings = ({ siblings }: DeliveryLife): Html | undefined =>
  siblings.length === 0
    ? undefined
    : section(
        "Of the same item",
        html`<ul class="bare">${siblings.map(({ id, channel, event, state }) => html`<li>${linkTo(deliveryPath(id), `${channel}, ${event}`)} ${stateBadge(state)}</li>`)}</ul>`
      )

export const deliveryPage = (view: DeliveryView): Page => {
  const { life, status, visit } = view
  const { row } = life
  return {
    title: `Delivery ${row.id}`,
    main: html`<div class="title"><h1>${said(row.title, 140) || "(no title)"}</h1><span class="sub">delivery ${row.id} · ${row.event} · ${sourceLink(status, row.source)} to ${linkTo(channelPath(row.channel), row.channel)}</span></div>
<p class="now">${stateBadge(row.state)}${row.reason === null ? undefined : html`<small>${said(row.reason)}</small>`}</p>
${commandsOf(visit, row, Option.none())}
${section("What happened", timeline(view))}
<div class="two">${section("The post", standing(view))}${section("The item", html`${itemFacts(life, status.at)}<h3>Known by</h3>${keys(life.item)}`)}</div>
${section("Attempts", attempts(view))}${siblings(life)}`
  }
}
