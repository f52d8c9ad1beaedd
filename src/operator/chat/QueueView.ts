// /queue: what waits in a channel, in the order in which it goes out, and why; buttons that let one go first or last.
import { Effect } from "effect"
import type { Catalog } from "../../config/Catalog.ts"
import type { Channel } from "../../domain/Channel.ts"
import { html } from "../../domain/Html.ts"
import { Views } from "../../outbox/Views.ts"
import { said } from "../dashboard/Parts.ts"
import type { ChannelStatus, Status } from "../Status.ts"
import { type WaitingRow, withWaits } from "../Waits.ts"
import { due } from "../Wording.ts"
import { dataOf, keyOf } from "./ButtonData.ts"
import { button, lines, pager, type Said, saying } from "./Said.ts"

const perPage = 5

const keyOfChannel = (id: string) => keyOf({ kind: "channel", id })

const row = ({ id, title, waits }: WaitingRow, now: number) => {
  const until = waits === null || waits.until === null ? "" : ` (${due(waits.until, now)})`
  return html`<b>${id}</b> ${said(title, 150) || "(no title)"}: ${said(waits?.why ?? "", 200)}${until}`
}

export const queueView = (catalog: Catalog, { id }: Pick<Channel, "id">, from: number, now: number) =>
  Effect.gen(function* () {
    const views = yield* Views
    const found = yield* views.queue(id, from, perPage + 1)
    const shown = yield* withWaits(catalog, found.slice(0, perPage))
    if (shown.length === 0) return saying(html`Nothing waits in <b>${said(id)}</b>.`)
    return {
      text: lines(html`<b>Queue of ${said(id)}</b>, next first`, ...shown.map((one) => row(one, now))),
      buttons: [
        ...shown.map((one) => [
          button(`⤒ ${one.id} first`, dataOf("first", one.id)),
          button(`⤓ ${one.id} last`, dataOf("last", one.id))
        ]),
        ...pager(from, perPage, found.length > perPage, (at) => dataOf("queue", keyOfChannel(id), at))
      ]
    } satisfies Said
  })

const mostChannels = 20

/** Of which channel? */
export const queuesView = ({ channels }: Status): Said => {
  const queued = ({ ledger }: ChannelStatus) => ledger?.counts.queued ?? 0
  const shown = channels.toSorted((one, other) => queued(other) - queued(one)).slice(0, mostChannels)
  return {
    text: lines(
      html`<b>Queues</b>`,
      ...shown.map((one) => html`${said(one.id)}: ${queued(one)} of ${one.capacity}`)
    ),
    buttons: shown.map((one) => [
      button(`${one.id} (${queued(one)})`, dataOf("queue", keyOfChannel(one.id), 0))
    ])
  }
}
