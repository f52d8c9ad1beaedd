// What is remembered of offers for channels, on SQLite: a constant number of statements each.
import { Option, Schema } from "effect"
import { type Availability, Item } from "../domain/Item.ts"
import type { Money } from "../domain/Money.ts"
import type { ChannelId, DeliveryId, ItemId, Millis } from "../domain/Names.ts"
import { editGapMs } from "../outbox/Posts.ts"
import type { PricePoint, Told } from "../outbox/PriceEvents.ts"
import type { Due, Remembered, TellingReads, TellingRows } from "../outbox/TellingRows.ts"
import { setRight } from "./IntakeSetBack.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))

interface DueRow {
  readonly item: ItemId
  readonly channel: ChannelId
  readonly at: Millis
  readonly toldAmount: string | null
  readonly toldCurrency: string | null
  readonly aboveAt: Millis | null
  readonly aboveAmount: string | null
  readonly outSince: Millis | null
  readonly gone: 0 | 1
  readonly goneTold: 0 | 1
  readonly backFrom: Millis | null
  readonly backFromGone: 0 | 1
  readonly amount: string | null
  readonly currency: string | null
  readonly availability: Availability | null
  readonly absentSince: Millis | null
  readonly payload: string
  readonly delivery: DeliveryId | null
  readonly event: string | null
  readonly beforeAmount: string | null
  readonly beforeCurrency: string | null
  readonly underWay: 0 | 1
  readonly posted: 0 | 1
}

/** None when one of both is missing. */
export const moneyOf = (amount: string | null, currency: string | null): Option.Option<Money> =>
  amount === null || currency === null ? Option.none() : Option.some({ amount, currency })

const toldOf = (row: DueRow): Told => ({
  price: moneyOf(row.toldAmount, row.toldCurrency),
  at: row.at,
  above: Option.flatMap(moneyOf(row.aboveAmount, row.toldCurrency), (price) =>
    row.aboveAt === null ? Option.none() : Option.some({ at: row.aboveAt, price })
  ),
  outSince: Option.fromNullable(row.outSince),
  gone: row.gone === 1,
  goneTold: row.goneTold === 1,
  cameBack: Option.map(Option.fromNullable(row.backFrom), (outSince) => ({
    outSince,
    goneTold: row.backFromGone === 1
  }))
})

const dueOf = (row: DueRow): Due => ({
  item: row.item,
  channel: row.channel,
  told: toldOf(row),
  seen: {
    ...Option.match(moneyOf(row.amount, row.currency), {
      onNone: () => ({}),
      onSome: (price) => ({ price })
    }),
    ...(row.availability === null ? {} : { availability: row.availability }),
    ...(row.absentSince === null ? {} : { absentSince: row.absentSince })
  },
  waiting:
    row.delivery === null || row.event === null
      ? Option.none()
      : Option.some({
          delivery: row.delivery,
          key: row.event,
          before: moneyOf(row.beforeAmount, row.beforeCurrency)
        }),
  underWay: row.underWay === 1,
  posted: row.posted === 1,
  content: () => decodeItem(row.payload)
})

/** `+state`, here and below: the few deliveries of the item are looked at, and not all of the channel in that state. */
const deliveryIn = (states: string) =>
  `EXISTS (SELECT 1 FROM delivery WHERE item_id = t.item_id AND channel = t.channel AND +state IN (${states}))`

/** Part of a digest that has begun: it goes out as it is. */
const boundIn = `EXISTS (SELECT 1 FROM delivery
  WHERE item_id = t.item_id AND channel = t.channel AND +state = 'queued' AND lead_id IS NOT NULL)`

const dueColumns = `SELECT t.item_id AS item, t.channel, t.at, t.price_amount AS toldAmount, t.price_currency AS toldCurrency,
    t.above_at AS aboveAt, t.above_amount AS aboveAmount, t.out_since AS outSince, t.gone, t.gone_told AS goneTold, t.back_from AS backFrom, t.back_from_gone AS backFromGone,
    i.price_amount AS amount, i.price_currency AS currency, i.availability, i.absent_at AS absentSince, p.payload,
    d.id AS delivery, d.event, d.before_amount AS beforeAmount, d.before_currency AS beforeCurrency,
    ${deliveryIn("'sending', 'unknown', 'parked'")} OR ${boundIn} AS underWay, ${deliveryIn("'sent', 'edited'")} AS posted
  FROM told t JOIN item i ON i.id = t.item_id JOIN item_payload p ON p.item_id = t.item_id
    LEFT JOIN delivery d ON d.id = (SELECT max(id) FROM delivery
      WHERE item_id = t.item_id AND channel = t.channel AND +state = 'queued' AND lead_id IS NULL)`

const isDue: (db: ReadStatements) => TellingReads["isDue"] = (db) => (source, now) =>
  db.get(
    `SELECT 1 FROM told t JOIN item i ON i.id = t.item_id
     WHERE t.source = :source AND t.look_at <= :now AND i.burst_id IS NULL LIMIT 1`,
    { source, now }
  ) !== undefined

const due: (db: ReadStatements) => TellingReads["due"] = (db) => (source, now, limit) =>
  db
    .all<DueRow>(
      `${dueColumns} WHERE t.source = :source AND t.look_at <= :now AND i.burst_id IS NULL
       ORDER BY t.look_at, t.item_id, t.channel LIMIT +:limit`,
      { source, now, limit }
    )
    .map(dueOf)

const dueOfItems = `${dueColumns} WHERE t.item_id IN (SELECT value FROM json_each(:ids)) AND t.source = :source
  AND +t.look_at <= :now AND i.burst_id IS NULL ORDER BY t.item_id, t.channel`

/** By the items, not by what is due: of that there may be much. */
const dueAmong: (db: ReadStatements) => TellingReads["dueAmong"] = (db) => (source, items, now) =>
  db.all<DueRow>(dueOfItems, { source, now, ids: JSON.stringify(items) }).map(dueOf)

const prices: (db: ReadStatements) => TellingReads["prices"] = (db) => (items) => {
  const rows = db.all<{ item: ItemId; at: Millis; amount: string; currency: string }>(
    `SELECT item_id AS item, at, amount, currency FROM price
     WHERE item_id IN (SELECT value FROM json_each(?)) ORDER BY item_id, at`,
    [JSON.stringify(items)]
  )
  const found = new Map<ItemId, Array<PricePoint>>()
  for (const { item, at, amount, currency } of rows) {
    const known = found.get(item) ?? []
    known.push({ at, price: { amount, currency } })
    found.set(item, known)
  }
  return found
}

const watch: (db: Statements) => TellingRows["watch"] = (db) => (items, channels, now) => {
  if (items.length === 0) return
  const ids = JSON.stringify(items)
  if (channels.length > 0) {
    db.run(
      `INSERT INTO told (item_id, channel, source, at, price_amount, price_currency, out_since)
       SELECT i.id, place.value, i.source, i.first_seen_at, i.price_amount, i.price_currency,
         iif(i.availability IN ('out-of-stock', 'discontinued'), i.first_seen_at, NULL)
       FROM json_each(:ids) AS wanted CROSS JOIN item i ON i.id = wanted.value CROSS JOIN json_each(:channels) AS place
       WHERE i.kind = 'offer' ON CONFLICT (item_id, channel) DO NOTHING`,
      { ids, channels: JSON.stringify(channels) }
    )
  }
  db.run(
    `UPDATE told SET look_at = min(:now, coalesce(look_at, :now)) WHERE item_id IN (SELECT value FROM json_each(:ids))`,
    { ids, now }
  )
}

const rowOf = ({ item, channel, told, lookAt }: Remembered) => {
  const price = Option.getOrUndefined(told.price)
  const above = Option.getOrUndefined(told.above)
  const cameBack = Option.getOrUndefined(told.cameBack)
  return {
    ...{ item, channel, at: told.at, amount: price?.amount, currency: price?.currency },
    ...{ aboveAt: above?.at, aboveAmount: above?.price.amount },
    ...{ outSince: Option.getOrNull(told.outSince), lookAt: Option.getOrNull(lookAt) },
    ...{ gone: told.gone ? 1 : 0, goneTold: told.goneTold ? 1 : 0 },
    ...{ backFrom: cameBack?.outSince, backFromGone: cameBack?.goneTold === true ? 1 : 0 }
  }
}

const remember: (db: Statements) => TellingRows["remember"] = (db) => (offers) => {
  if (offers.length === 0) return
  db.run(
    `UPDATE told SET at = row.value ->> 'at', price_amount = row.value ->> 'amount', price_currency = row.value ->> 'currency',
       above_at = row.value ->> 'aboveAt', above_amount = row.value ->> 'aboveAmount', out_since = row.value ->> 'outSince',
       gone = row.value ->> 'gone', gone_told = row.value ->> 'goneTold', look_at = row.value ->> 'lookAt',
       back_from = row.value ->> 'backFrom', back_from_gone = row.value ->> 'backFromGone'
     FROM json_each(:rows) AS row WHERE told.item_id = row.value ->> 'item' AND told.channel = row.value ->> 'channel'`,
    { rows: JSON.stringify(offers.map(rowOf)) }
  )
}

const callOff: (db: Statements) => TellingRows["callOff"] = (db) => (deliveries, reason, now) => {
  if (deliveries.length === 0) return
  db.run(
    `UPDATE delivery SET state = 'expired', state_at = :now, reason = :reason
     WHERE state = 'queued' AND lead_id IS NULL AND id IN (SELECT value FROM json_each(:ids))`,
    { now, reason, ids: JSON.stringify(deliveries) }
  )
}

const postsDue = `UPDATE post SET due_at = max(:now, coalesce(min(edited_at, :now) + ${editGapMs}, 0)), noted_at = :now
  WHERE due_at IS NULL AND note IS NULL AND delivery_id IN (
  SELECT coalesce(lead_id, id) FROM delivery WHERE item_id IN (SELECT value FROM json_each(:items)))
  RETURNING channel`

/** The posts of these items are due to change. Returns the channels in which some stand. */
export const duePosts = (
  db: Statements,
  items: ReadonlyArray<ItemId>,
  now: Millis
): ReadonlyArray<ChannelId> => {
  const rows = db.all<{ channel: ChannelId }>(postsDue, { now, items: JSON.stringify(items) })
  return [...new Set(rows.map((row) => row.channel))]
}

const remark: (db: Statements) => TellingRows["remark"] = (db) => (items, now) => {
  if (items.length === 0) return []
  db.run("UPDATE item SET revision = revision + 1 WHERE id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(items)
  ])
  return duePosts(db, items, now)
}

/** What the rows that Intake reads say of telling. */
export const tellingReads = (db: ReadStatements): TellingReads => ({
  isDue: isDue(db),
  due: due(db),
  dueAmong: dueAmong(db),
  prices: prices(db)
})

/** The part of the rows that is about telling. */
export const tellingWrites = (db: Statements): TellingRows => ({
  watch: watch(db),
  remember: remember(db),
  callOff: callOff(db),
  setRight: (source, now, after) => setRight(db, source, now, after),
  remark: remark(db)
})
