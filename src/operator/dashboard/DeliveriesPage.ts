// The outbox as a list, newest change first, by state and channel.

import { DeliveryState } from "../../domain/Delivery.ts"
import { type Html, html } from "../../domain/Html.ts"
import type { DeliveryRow } from "../../outbox/Ledger.ts"
import type { Status } from "../Status.ts"
import type { Page } from "./Layout.ts"
import {
  channelPath,
  deliveryPath,
  linkTo,
  pager,
  said,
  sourceLink,
  stateBadge,
  table,
  webLink,
  when
} from "./Parts.ts"
import type { Visit } from "./Visit.ts"

export const deliveryRows = 50

const options = (name: string, values: ReadonlyArray<string>, chosen: string | null): Html =>
  html`<label>${name} <select name="${name}"><option value="">all</option>${values.map(
    (value) => html`<option${value === chosen ? html` selected` : undefined}>${value}</option>`
  )}</select></label>`

const filter = ({ query }: Visit, { channels }: Status): Html =>
  html`<form method="get" action="deliveries" class="filter">${options("state", DeliveryState.literals, query.get("state"))}${options(
    "channel",
    channels.map(({ id }) => id),
    query.get("channel")
  )}<button class="plain">Show</button></form>`

const older = ({ query }: Visit, rows: ReadonlyArray<DeliveryRow>): string | undefined => {
  const last = rows.at(-1)
  if (last === undefined || rows.length < deliveryRows) return undefined
  const next = new URLSearchParams(query)
  next.set("at", `${last.stateAt}`)
  next.set("id", `${last.id}`)
  return `deliveries?${next}`
}

export const deliveriesPage = (visit: Visit, status: Status, rows: ReadonlyArray<DeliveryRow>): Page => ({
  title: "Deliveries",
  main: html`<h1>Deliveries</h1>${filter(visit, status)}${table(
    "Deliveries",
    [
      { name: "Post" },
      { name: "State" },
      { name: "Since" },
      { name: "Channel", wide: true },
      { name: "Source", wide: true },
      { name: "Tries", number: true, wide: true },
      { name: "Link", wide: true }
    ],
    rows.map((row) => ({
      key: row.id,
      cells: [
        linkTo(deliveryPath(row.id), said(row.title, 90) || "(no title)"),
        html`${stateBadge(row.state)}${row.reason === null ? undefined : html`<small>${said(row.reason, 160)}</small>`}`,
        when(row.stateAt, status.at),
        linkTo(channelPath(row.channel), row.channel),
        sourceLink(status, row.source),
        row.attempts,
        webLink(row.link)
      ]
    })),
    "None."
  )}${pager(older(visit, rows))}`
})
