// What of a channel's queue goes out next, on SQLite: the look-ups that the rules of choice need, each at the front of an index.
import { Schema } from "effect"
import { eventOf } from "../domain/Event.ts"
import { Item } from "../domain/Item.ts"
import type { ChannelId, DeliveryId, ItemId, Millis, SourceId } from "../domain/Names.ts"
import { type Choosing, type Chosen, choose, type Head, type Waiting } from "../outbox/Choosing.ts"
import type { Claim, ClaimedDelivery } from "../outbox/Outbox.ts"
import type { TraceParent } from "../Spans.ts"
import { beforeOf } from "./DeliveryStep.ts"
import type { ReadStatements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))

type Capped = Extract<Chosen<Head>, { readonly _tag: "Capped" }>

interface Claimed {
  readonly id: DeliveryId
  readonly source: SourceId
  readonly itemId: ItemId
  readonly payload: string
  readonly event: string
  readonly beforeAmount: string | null
  readonly beforeCurrency: string | null
  readonly first: number | null
  readonly revision: number
  readonly attempts: number
  readonly again: 0 | 1
  readonly queuedAt: Millis
  readonly ordinal: number
  readonly trace: TraceParent | null
}

/**
 * Of a delivery `d` that tells of a known item. In a chat that its channel has left, ids mean other messages. `+state`: by the index of states
 * all that the channel ever posted would be looked through.
 */
const firstMessage = `iif(d.event = 'new', NULL, (SELECT f.message_ids ->> 0
  FROM delivery f JOIN post s ON s.delivery_id = coalesce(f.lead_id, f.id) JOIN channel c ON c.id = f.channel
  WHERE f.item_id = d.item_id AND f.channel = d.channel AND +f.state IN ('sent', 'edited') AND s.chat = c.chat
  ORDER BY f.id LIMIT 1))`

/** Whether an attempt of a delivery may have landed after all. */
const mayStand = (delivery: string): string =>
  `EXISTS (SELECT 1 FROM attempt WHERE delivery_id = ${delivery} AND outcome IN ('unknown', 'absent'))`

const claimedOf = `SELECT d.id, i.source, d.item_id AS itemId, p.payload, d.event,
  d.before_amount AS beforeAmount, d.before_currency AS beforeCurrency, ${firstMessage} AS first, i.revision, d.attempts, d.queued_at AS queuedAt, d.trace,
  coalesce((SELECT posted FROM channel WHERE id = d.channel), 0) AS ordinal,
  d.attempts > 0 AND ${mayStand("coalesce(d.lead_id, d.id)")} AS again
  FROM json_each(?) chosen CROSS JOIN delivery d ON d.id = chosen.value JOIN item i ON i.id = d.item_id
  JOIN item_payload p ON p.item_id = d.item_id
  ORDER BY d.id <> coalesce(d.lead_id, d.id), d.priority DESC, d.id`

/** What a publisher needs of the deliveries `:ids`, in the order in which they go out. */
const claimed = (
  db: ReadStatements,
  channel: ChannelId,
  ids: ReadonlyArray<DeliveryId>
): ReadonlyArray<ClaimedDelivery> =>
  db
    .all<Claimed>(claimedOf, [JSON.stringify(ids)])
    .map(({ payload, again, event, beforeAmount, beforeCurrency, first, trace, ...delivery }) => ({
      ...delivery,
      ...{ channel, again: again === 1, item: decodeItem(payload) },
      ...{ event: eventOf(event), ...beforeOf(beforeAmount, beforeCurrency) },
      ...(first === null ? {} : { first }),
      ...(trace === null ? {} : { trace })
    }))

const readyOf = (
  db: ReadStatements,
  channel: ChannelId,
  ids: ReadonlyArray<DeliveryId>,
  bound: boolean
): Claim | undefined => {
  const [delivery, ...more] = claimed(db, channel, ids)
  return delivery === undefined ? undefined : { _tag: "Ready", delivery, more, bound }
}

/** A digest that has begun goes out as it is, before anything else. */
export const begun = (db: ReadStatements, channel: ChannelId, now: Millis): Claim | undefined => {
  const lead = db.get<{ id: DeliveryId }>(
    `SELECT id FROM delivery WHERE channel = ? AND state = 'queued' AND lead_id = id AND due_at <= ?
     ORDER BY due_at, id LIMIT 1`,
    [channel, now]
  )
  if (lead === undefined) return undefined
  const members = db.all<{ id: DeliveryId }>("SELECT id FROM delivery WHERE lead_id = ?", [lead.id])
  return readyOf(
    db,
    channel,
    members.map(({ id }) => id),
    true
  )
}

/** The queue from its front, by an index that has all that is asked for. */
export const waitingIn = (db: ReadStatements, channel: ChannelId, now: Millis): Waiting<Head> => ({
  first: ({ ids, brand, category, queuedBy }) => {
    const row = db.get<Omit<Head, "again"> & { readonly again: 0 | 1 }>(
      `SELECT id, brand, category, queued_at AS queuedAt, ${mayStand("delivery.id")} AS again FROM delivery
       WHERE channel = :channel AND state = 'queued' AND due_at <= :now AND lead_id IS NULL AND queued_at <= :queuedBy
         AND id NOT IN (SELECT value FROM json_each(:ids))
         AND (brand IS NULL OR brand NOT IN (SELECT value FROM json_each(:brands)))
         AND (category IS NULL OR category NOT IN (SELECT value FROM json_each(:categories)))
       ORDER BY priority DESC, id LIMIT 1`,
      {
        ...{ channel, now, queuedBy, ids: JSON.stringify(ids) },
        ...{ brands: JSON.stringify(brand), categories: JSON.stringify(category) }
      }
    )
    return row === undefined ? undefined : { ...row, again: row.again === 1 }
  },
  sent: (by, value, since, until, limit) =>
    db
      .all<{ at: Millis }>(
        `SELECT sent_at AS at FROM delivery
         WHERE channel = :channel AND ${by} = :value AND sent_at IS NOT NULL AND sent_at > :since AND sent_at < :until
         ORDER BY sent_at DESC LIMIT +:limit`,
        { channel, value, since, until, limit }
      )
      .map(({ at }) => at)
})

/** What was put off and is due next. */
const nextDue = (db: ReadStatements, channel: ChannelId, now: Millis) =>
  db.get<{ until: Millis; why: string | null }>(
    `SELECT due_at AS until, reason AS why FROM delivery WHERE id = (
       SELECT id FROM delivery WHERE channel = ? AND state = 'queued' AND due_at > ?
       AND (lead_id IS NULL OR lead_id = id) ORDER BY due_at, priority DESC, id LIMIT 1)`,
    [channel, now]
  )

const notReady = (db: ReadStatements, channel: ChannelId, capped: Capped | undefined, now: Millis): Claim => {
  const put = nextDue(db, channel, now)
  const scope = "delivery"
  if (put === undefined && capped === undefined) return { _tag: "Empty" }
  if (capped !== undefined && capped.until <= (put?.until ?? capped.until)) {
    return { _tag: "Waiting", scope, until: capped.until, why: capped.why }
  }
  return { _tag: "Waiting", scope, until: put?.until ?? now, why: put?.why ?? "not due yet" }
}

export const chosen = (db: ReadStatements, channel: ChannelId, choosing: Choosing, now: Millis): Claim => {
  const choice = choose(waitingIn(db, channel, now), choosing, now)
  switch (choice._tag) {
    case "Chosen": {
      const ids = [choice.first, ...choice.more].map(({ id }) => id)
      return readyOf(db, channel, ids, false) ?? { _tag: "Empty" }
    }
    case "Over":
      return { _tag: "Over", delivery: choice.head.id, why: choice.why }
    case "Gathering": {
      const until = nextDue(db, channel, now)?.until ?? Number.POSITIVE_INFINITY
      return { _tag: "Gathering", oldestQueuedAt: choice.oldestQueuedAt, until }
    }
    case "Capped":
      return notReady(db, channel, choice, now)
    case "None":
      return notReady(db, channel, undefined, now)
  }
}
