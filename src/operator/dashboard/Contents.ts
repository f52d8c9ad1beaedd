// What each page needs to know, asked of the store and of the running process: a page of rows at most, along an index.
import { Effect, Option } from "effect"
import { type DeliveryState, DeliveryState as States } from "../../domain/Delivery.ts"
import { ChannelId, DeliveryId, SourceId } from "../../domain/Names.ts"
import { AuditLog } from "../../outbox/AuditLog.ts"
import { Ledger } from "../../outbox/Ledger.ts"
import { Samples } from "../../outbox/Samples.ts"
import { Views } from "../../outbox/Views.ts"
import { traced } from "../../Spans.ts"
import { LiveState } from "../LiveState.ts"
import { NotFound } from "../NotDone.ts"
import { nextPostAt, type Status } from "../Status.ts"
import { withWaits } from "../Waits.ts"
import { auditPage, auditRows } from "./AuditPage.ts"
import { channelPage, channelRows } from "./ChannelPage.ts"
import { chartsPage, spanMsOf, spans } from "./ChartsPage.ts"
import { deliveriesPage, deliveryRows } from "./DeliveriesPage.ts"
import { deliveryPage } from "./DeliveryPage.ts"
import { overviewPage } from "./OverviewPage.ts"
import { type Preview, sourcePage } from "./SourcePage.ts"
import { numberIn, type Visit } from "./Visit.ts"

/** Channels whose next post the overview names. */
const heads = 8
const dayMs = 86_400_000
/** Of each point of the overview's small lines. */
const halfHourMs = 1_800_000

export const overview = traced("Dashboard.overview")(function* (_: Visit, status: Status) {
  const [views, ledger, samples] = yield* Effect.all([Views, Ledger, Samples])
  const soonest = status.channels
    .filter(({ ledger }) => (ledger?.counts.queued ?? 0) > 0)
    .map((channel) => ({ channel, at: nextPostAt({ activity: channel.activity, at: status.at }) }))
    .toSorted((a, b) => (a.at ?? Number.MAX_VALUE) - (b.at ?? Number.MAX_VALUE))
    .slice(0, heads)
  const next = yield* Effect.forEach(soonest, ({ channel, at }) =>
    Effect.map(views.queue(channel.id, 0, 1), (rows) =>
      rows.map((row) => ({ row, at: at === undefined ? undefined : Math.max(at, row.dueAt) }))
    )
  )
  return overviewPage({
    status,
    next: next.flat(),
    sent: yield* ledger.deliveries({ state: "sent", limit: heads }),
    samples: yield* samples.since(status.at - dayMs, halfHourMs)
  })
})

export const channel = traced("Dashboard.channel")(function* (visit: Visit, status: Status, id: string) {
  const views = yield* Views
  const known = status.channels.find((one) => one.id === id)
  if (known === undefined) return yield* new NotFound({ what: `There is no channel "${id}".` })
  const catalog = yield* Effect.flatMap(LiveState, (live) => live.catalog)
  const from = numberIn(visit, "from", 0)
  const before = { sentAt: numberIn(visit, "sent", 0), id: DeliveryId.make(numberIn(visit, "id", 0)) }
  return channelPage({
    visit,
    status,
    channel: known,
    entry: Option.fromNullable(catalog.channels.get(known.id)),
    from,
    queue: yield* withWaits(catalog, yield* views.queue(known.id, from, channelRows)),
    sent: yield* views.sent(known.id, before.sentAt === 0 ? Option.none() : Option.some(before), channelRows)
  })
})

export const source = (preview: Option.Option<Preview | { readonly failed: string }>) =>
  traced("Dashboard.source")(function* (visit: Visit, status: Status, id: string) {
    const views = yield* Views
    const catalog = yield* Effect.flatMap(LiveState, (live) => live.catalog)
    const known = status.sources.find((one) => one.id === id)
    const entry = [...catalog.sources.values()].find((one) => one.id === id)
    if (known === undefined || entry === undefined) {
      return yield* new NotFound({ what: `There is no source "${id}" in the catalog.` })
    }
    return sourcePage({
      visit,
      status,
      source: known,
      entry,
      polls: yield* views.polls(SourceId.make(id), 20),
      items: yield* views.items(SourceId.make(id), 25),
      preview
    })
  })

export const delivery = traced("Dashboard.delivery")(function* (visit: Visit, status: Status, id: string) {
  const views = yield* Views
  const found = /^\d{1,15}$/.test(id) ? yield* views.delivery(DeliveryId.make(Number(id))) : Option.none()
  return yield* Option.match(found, {
    onNone: () => new NotFound({ what: `There is no delivery "${id}".` }),
    onSome: (life) => Effect.succeed(deliveryPage({ visit, status, life }))
  })
})

const stateIn = ({ query }: Visit): DeliveryState | undefined =>
  States.literals.find((state) => state === query.get("state"))

export const deliveries = traced("Dashboard.deliveries")(function* (visit: Visit, status: Status) {
  const ledger = yield* Ledger
  const state = stateIn(visit)
  const channel = status.channels.find(({ id }) => id === visit.query.get("channel"))?.id
  const at = numberIn(visit, "at", 0)
  const rows = yield* ledger.deliveries({
    limit: deliveryRows,
    ...(state === undefined ? {} : { state }),
    ...(channel === undefined ? {} : { channel: ChannelId.make(channel) }),
    ...(at === 0 ? {} : { before: { stateAt: at, id: DeliveryId.make(numberIn(visit, "id", 0)) } })
  })
  return deliveriesPage(visit, status, rows)
})

export const charts = traced("Dashboard.charts")(function* (visit: Visit, status: Status) {
  const samples = yield* Samples
  const [hours] = spans.find(([of]) => of === numberIn(visit, "hours", 24)) ?? [24]
  return chartsPage(hours, yield* samples.since(status.at - hours * 3_600_000, spanMsOf(hours)))
})

export const audit = traced("Dashboard.audit")(function* (visit: Visit, status: Status) {
  const log = yield* AuditLog
  const before = numberIn(visit, "before", 0)
  return auditPage(yield* log.entries({ limit: auditRows, ...(before === 0 ? {} : { before }) }), status.at)
})
