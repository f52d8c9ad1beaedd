// Tells channels what happened to offers: those that changed, and those whose time has come, are judged, and what is worth a word is queued.
// Promises: what was told and its delivery are one transaction, and the delivery's identity follows from what was told before, so that a
// crash or a repeated look tells nothing twice; what finds no room in a channel, or is not settled, is judged again as it is by then; what
// is not true any more when its turn comes is called off. Never: tells of what a channel has from another source.
import { Effect, Option } from "effect"
import { eventKey, type OfferEvent } from "../domain/Event.ts"
import type { ChannelId, DeliveryId, ItemId, Millis } from "../domain/Names.ts"
import { type KeyKind, listsAll, type Source } from "../domain/Source.ts"
import { keysOf } from "../identity/Keys.ts"
import { fitInto, viewOf } from "./Fitting.ts"
import type { PolledDocument, Route } from "./Intake.ts"
import type { IntakeRows, IntakeStore } from "./IntakeStore.ts"
import { breathe } from "./Paced.ts"
import type { Writes } from "./Pieces.ts"
import { judge, type Observation, type PricePoint, type PriceVerdict } from "./PriceEvents.ts"
import { announce, announceCalledOff, enqueue } from "./Queueing.ts"
import { passes } from "./Routing.ts"
import type { Signals } from "./Signals.ts"
import { add, type Counts, countEach, nothing, type Tally } from "./Tally.ts"
import type { Due, Remembered } from "./TellingRows.ts"
import { asWaiting } from "./Waiting.ts"

/** Offers judged in one transaction. */
const offersPerStep = 100

/** What cannot be judged now is looked at again after this. */
const laterMs = 60_000

/** Where the source leads to the channel no more it is looked at again now and then: once it does again, what went meanwhile is not for sale. */
const withoutRouteMs = 3_600_000

const watchersOf = (routes: ReadonlyArray<Route>): ReadonlyArray<ChannelId> =>
  routes.flatMap(({ channel: { id, events } }) =>
    events.includes("drop") || events.includes("back") ? [id] : []
  )

/** Marks the offers that a transaction changes, before it does. Returns them. */
export const watch = (
  rows: IntakeRows,
  routes: ReadonlyArray<Route>,
  { revisions, returned, left }: Pick<Writes<unknown>, "revisions" | "returned" | "left">,
  now: Millis
): ReadonlyArray<ItemId> => {
  const changed = revisions.flatMap(({ id, offered }) => (offered ? [id] : []))
  const moved = [...returned, ...left]
  if (changed.length > 0) rows.watch(changed, watchersOf(routes), now)
  if (moved.length > 0) rows.watch(moved, [], now)
  return [...changed, ...moved]
}

interface Context {
  readonly source: Source
  readonly routes: ReadonlyMap<ChannelId, Route>
  readonly distrusted: () => ReadonlyArray<KeyKind>
  readonly history: (due: Due) => ReadonlyArray<PricePoint>
  readonly now: Millis
}

/** An event that is worth a word, if the channel has room and no other source has told it. */
interface News {
  readonly due: Due
  readonly route: Route
  readonly event: OfferEvent
  readonly verdict: PriceVerdict
  /** If it is not told. */
  readonly silent: PriceVerdict
}

type Judgement = { readonly news: News } | { readonly remembered: Remembered; readonly callOff?: DeliveryId }

const nobody: ReadonlySet<OfferEvent> = new Set()

/** What the channel wants to hear of this offer. */
const tellsOf = ({ source }: Context, { channel }: Route, due: Due): ReadonlySet<OfferEvent> => {
  const isAll = listsAll(source)
  // It left a list of the newest: how it is now nobody knows.
  if (due.seen.absentSince !== undefined && !isAll) return nobody
  const events = channel.events.filter((event) => event !== "new")
  return new Set(events.filter((event) => event !== "gone" || (isAll && due.posted)))
}

const seenBy = ({ source, now }: Context, { seen }: Due): Observation => {
  const { absentSince, ...listed } = seen
  return { at: now, ...listed, ...(absentSince !== undefined && listsAll(source) ? { absentSince } : {}) }
}

const judgeOne = (context: Context, due: Due): Judgement => {
  const { item, channel, told } = due
  const route = context.routes.get(channel)
  if (route === undefined) {
    return { remembered: { item, channel, told, lookAt: Option.some(context.now + withoutRouteMs) } }
  }
  if (due.underWay) {
    return { remembered: { item, channel, told, lookAt: Option.some(context.now + laterMs) } }
  }
  const seen = seenBy(context, due)
  const judged = (tells: ReadonlySet<OfferEvent>) =>
    judge(told, seen, context.history(due), { ...route.channel.drops, tells })
  const silent = judged(nobody)
  const remembered = { item, channel, told: silent.told, lookAt: silent.lookAt }
  if (Option.isSome(due.waiting)) {
    return asWaiting(due.waiting.value, remembered, seen, route.channel.drops)
  }
  const verdict = judged(tellsOf(context, route, due))
  if (Option.isNone(verdict.event)) return { remembered: { ...remembered, ...verdict } }
  const event = verdict.event.value
  if (event !== "gone" && passes(route.where, due.content()) !== "pass") return { remembered }
  return { news: { due, route, event, verdict, silent } }
}

/** The keys by which another source may have brought the same thing; what was posted itself is told of itself. */
const jointOf = ({ source, distrusted }: Context, due: Due): ReadonlyArray<string> =>
  due.posted
    ? []
    : keysOf(due.content(), source).joint.flatMap(({ kind, hash }) =>
        distrusted().includes(kind) ? [] : [hash]
      )

/** Queues what fits. Leaves what is to be remembered of each. */
const tellNews = (rows: IntakeRows, context: Context, news: ReadonlyArray<News>) => {
  if (news.length === 0) return { remembered: [], became: {} }
  const { source, now, routes } = context
  const bound = news.map((one) => ({
    ...{ one, item: one.due.content(), joint: jointOf(context, one.due), channels: [one.route.channel] }
  }))
  const view = viewOf(rows, [...routes.values()], bound)
  const { admitted, prevented } = fitInto(bound, source.id, view)
  const bearers = admitted.map(({ of, channels }) => {
    const { due, event } = of.one
    const before = event === "drop" ? due.told.price : Option.none()
    return { ...of, id: due.item, channels, event: { key: eventKey(event, due.told.at), before } }
  })
  const remembered = news.map(({ due: { item, channel, told }, verdict, silent }, at): Remembered => {
    const channels = admitted[at]?.channels
    if (channels === undefined) return { item, channel, told, lookAt: Option.some(now + laterMs) }
    return { item, channel, ...(channels.length > 0 ? verdict : silent) }
  })
  return { remembered, became: { ...enqueue(rows, bearers, view, now), prevented } }
}

/** Whose posts are to be marked as gone, or no longer. */
const turned = ({ routes }: Context, due: ReadonlyArray<Due>, remembered: ReadonlyArray<Remembered>) => {
  const before = new Map(due.map((one) => [`${one.item}/${one.channel}`, one.told.gone]))
  return remembered.flatMap(({ item, channel, told }) =>
    told.gone !== before.get(`${item}/${channel}`) && routes.get(channel)?.channel.onGone !== "keep"
      ? [item]
      : []
  )
}

/** What came of judging. */
export interface Judged {
  readonly became: Tally
  /** Channels with posts that are due to change. */
  readonly changed: ReadonlyArray<ChannelId>
  readonly calledOff: Counts<ChannelId>
}

const judgeAll = (
  rows: IntakeRows,
  { source, routes, now }: Pick<PolledDocument, "source" | "routes" | "now">,
  due: ReadonlyArray<Due>
): Judged => {
  const prices = rows.prices(due.map((one) => one.item))
  const context: Context = {
    ...{ source, now, distrusted: () => rows.memory(source.id).distrusted },
    routes: new Map(routes.map((route) => [route.channel.id, route])),
    history: ({ item }) => prices.get(item) ?? []
  }
  const judged = due.map((one) => judgeOne(context, one))
  const told = tellNews(
    rows,
    context,
    judged.flatMap((one) => ("news" in one ? [one.news] : []))
  )
  const calledOff = judged.flatMap((one) => ("news" in one || one.callOff === undefined ? [] : [one]))
  const remembered = [
    ...judged.flatMap((one) => ("news" in one ? [] : [one.remembered])),
    ...told.remembered
  ].map((one) => ({ ...one, lookAt: Option.map(one.lookAt, (at) => Math.max(at, now + 1)) }))
  rows.remember(remembered)
  rows.callOff(
    calledOff.flatMap((one) => one.callOff ?? []),
    "not so any more when its turn came",
    now
  )
  const changed = rows.remark(turned(context, due, remembered), now)
  return {
    became: add(nothing, told.became),
    changed,
    calledOff: countEach(calledOff.map((one) => one.remembered.channel))
  }
}

/** Judges what a transaction has changed, within it: what waits in a queue is true whenever it is sent. */
export const tellChanged = (
  rows: IntakeRows,
  document: Pick<PolledDocument, "source" | "routes" | "now">,
  changed: ReadonlyArray<ItemId>
): Judged => {
  const due = changed.length === 0 ? [] : rows.dueAmong(document.source.id, changed, document.now)
  return due.length === 0
    ? { became: nothing, changed: [], calledOff: new Map() }
    : judgeAll(rows, document, due)
}

/** Wakes whom it concerns, and counts. After the commit, never inside. */
export const announceJudged = Effect.fnUntraced(function* (
  signals: Signals["Type"],
  { became, changed, calledOff }: Judged
) {
  yield* announce(signals, became)
  yield* announceCalledOff(calledOff)
  for (const id of changed) yield* signals.notify({ kind: "channel", id })
})

/** Implements `Intake.tell`. */
export const tell = Effect.fnUntraced(function* (
  store: IntakeStore,
  signals: Signals["Type"],
  source: Source,
  routes: ReadonlyArray<Route>,
  now: Millis
) {
  let tally: Tally = nothing
  const isDue = store.read("look for offers to judge", (rows) => rows.isDue(source.id, now))
  for (let step = 0; yield* isDue; step++) {
    if (step > 0) yield* breathe
    const judged = yield* store.transaction("judge offers", (rows) =>
      judgeAll(rows, { source, routes, now }, rows.due(source.id, now, offersPerStep))
    )
    yield* announceJudged(signals, judged)
    tally = add(tally, judged.became)
  }
  return tally.queued
})
