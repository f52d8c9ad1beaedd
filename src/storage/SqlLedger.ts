// The Ledger on SQLite: a snapshot costs a few index look-ups a channel however long the history is, because the counts are kept by
// triggers and the rest is found at the end of an index.
import { Effect, Layer, Option } from "effect"
import type { DeliveryState } from "../domain/Delivery.ts"
import type { ChannelId, DeliveryId, Millis, SourceId } from "../domain/Names.ts"
import { type ChannelLedger, type DeliveryQuery, type DeliveryRow, Ledger } from "../outbox/Ledger.ts"
import { longestTroubleMs } from "../outbox/Trouble.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { deliveryColumns, deliveryJoins, deliveryRow, type StoredDelivery } from "./DeliveryRows.ts"
import { readTally } from "./LedgerTally.ts"
import { lastPolls } from "./PollRows.ts"
import type { ReadStatements } from "./Statements.ts"

const hourMs = 3_600_000

type ChannelRow = Omit<ChannelLedger, "counts" | "paused" | "troubled"> &
  Readonly<Record<"paused" | "troubled", 0 | 1>>

/** A cap that leaves out what is over it is no failure, nor is what a person decided. */
const onPurpose = ["cap: %", "a person %"]

/** Of each channel of `known`: when it was posted into last, and the oldest that waits, or was given up or refused since then. */
const unposted = `SELECT name, lastSentAt, min(
    ifnull((SELECT min(queued_at) FROM delivery WHERE channel = name AND state = 'queued'), 9e18),
    ifnull((SELECT min(state_at) FROM delivery
      WHERE channel = name AND state = 'refused' AND state_at > ifnull(lastSentAt, 0)), 9e18),
    ifnull((SELECT state_at FROM delivery WHERE channel = name AND state = 'expired' AND state_at > ifnull(lastSentAt, 0)
      ${onPurpose.map((reason) => `AND reason NOT LIKE '${reason}'`).join(" ")} ORDER BY state_at LIMIT 1), 9e18)
  ) AS at
  FROM (SELECT k.id AS name, (SELECT max(sent_at) FROM delivery WHERE channel = k.id AND sent_at IS NOT NULL) AS lastSentAt
    FROM known k)`

/** As a claim sees it. */
const trouble = `iif(c.trouble_until <= :now + ${longestTroubleMs}, c.trouble_until, NULL)`

const readChannels = (db: ReadStatements, now: Millis): ReadonlyArray<ChannelLedger> => {
  const counts = new Map<ChannelId, Partial<Record<DeliveryState, number>>>()
  for (const row of db.all<{ channel: ChannelId; state: DeliveryState; deliveries: number }>(
    "SELECT channel, state, deliveries FROM delivery_count WHERE deliveries > 0"
  )) {
    counts.set(row.channel, { ...counts.get(row.channel), [row.state]: row.deliveries })
  }
  const rows = db.all<ChannelRow>(
    `WITH known (id) AS (
       SELECT id FROM channel UNION SELECT channel FROM delivery_count UNION SELECT id FROM pause WHERE kind = 'channel'
     ), unposted AS (${unposted})
     SELECT k.id AS channel,
       (SELECT min(queued_at) FROM delivery WHERE channel = k.id AND state = 'queued') AS oldestQueuedAt,
       nullif(max(iif(c.hold_until > :now, c.hold_until, 0), iif(${trouble} > :now, ${trouble}, 0)), 0) AS holdUntil,
       CASE WHEN ${trouble} > :now AND ${trouble} > coalesce(c.hold_until, 0) THEN c.trouble_why
         WHEN c.hold_until > :now THEN c.hold_why END AS holdWhy,
       coalesce(${trouble} > :now, 0) AS troubled,
       p.id IS NOT NULL AS paused,
       (SELECT id FROM delivery WHERE channel = k.id AND state IN ('sending', 'unknown') AND state = 'unknown'
         AND (lead_id IS NULL OR lead_id = id))
         AS frozenBy,
       (SELECT count(*) FROM delivery WHERE channel = k.id AND sent_at > :minuteAgo)
         + (SELECT count(*) FROM post WHERE channel = k.id AND edited_at > :minuteAgo) AS callsLastMinute,
       (SELECT count(*) FROM delivery WHERE channel = k.id AND sent_at > :hourAgo) AS sentLastHour,
       (SELECT count(*) FROM delivery WHERE channel = k.id AND sent_at > :dayAgo) AS sentLastDay,
       u.lastSentAt, CAST(iif(u.at < 9e18, max(u.at, ifnull(u.lastSentAt, 0)), NULL) AS INTEGER) AS unpostedSince,
       iif(c.lease_until > :now, c.lease_owner, NULL) AS owner
     FROM unposted u JOIN known k ON k.id = u.name LEFT JOIN channel c ON c.id = k.id LEFT JOIN pause p ON p.kind = 'channel' AND p.id = k.id
     ORDER BY k.id`,
    { now, minuteAgo: now - 60_000, hourAgo: now - hourMs, dayAgo: now - 24 * hourMs }
  )
  return rows.map((row) => ({
    ...row,
    paused: row.paused === 1,
    troubled: row.troubled === 1,
    counts: counts.get(row.channel) ?? {}
  }))
}

interface Place {
  readonly id: DeliveryId
  readonly stateAt: Millis
}

const newestFirst = (a: Place, b: Place) => b.stateAt - a.stateAt || b.id - a.id

/** Each channel and state that the query admits is read at the end of its index; the newest of these are the answer. */
const newestPlaces = (
  db: ReadStatements,
  { state, channel, before, limit }: DeliveryQuery
): ReadonlyArray<Place> => {
  const ends = db.all<{ channel: ChannelId; state: DeliveryState }>(
    `SELECT channel, state FROM delivery_count WHERE deliveries > 0
       AND (:channel IS NULL OR channel = :channel) AND (:state IS NULL OR state = :state)`,
    { state: state ?? null, channel: channel ?? null }
  )
  const most = Math.min(1000, Math.max(0, limit))
  return ends
    .flatMap((end) =>
      db.all<Place>(
        `SELECT id, state_at AS stateAt FROM delivery WHERE channel = :channel AND state = :state
           ${before === undefined ? "" : "AND (state_at, id) < (:at, :before)"}
         ORDER BY state_at DESC, id DESC LIMIT +:most`,
        { ...end, most, at: before?.stateAt ?? 0, before: before?.id ?? 0 }
      )
    )
    .sort(newestFirst)
    .slice(0, most)
}

const readDeliveries = (db: ReadStatements, query: DeliveryQuery): ReadonlyArray<DeliveryRow> =>
  db
    .all<StoredDelivery>(
      `SELECT ${deliveryColumns}
       FROM json_each(?) newest CROSS JOIN delivery d ON d.id = newest.value ${deliveryJoins}`,
      [JSON.stringify(newestPlaces(db, query).map(({ id }) => id))]
    )
    .map(deliveryRow)
    .sort(newestFirst)

const make = Effect.gen(function* () {
  const database = yield* Database
  return Ledger.of({
    channels: traced("Ledger.channels")(function* (now) {
      return yield* database.read("read the channels", (db) => readChannels(db, now))
    }),
    deliveries: traced("Ledger.deliveries")(function* (query) {
      return yield* database.read("read the deliveries", (db) => readDeliveries(db, query))
    }),
    stateOf: traced("Ledger.stateOf")(function* (delivery) {
      const row = yield* database.read("read the state of a delivery", (db) =>
        db.get<{ state: DeliveryState }>("SELECT state FROM delivery WHERE id = ?", [delivery])
      )
      return Option.map(Option.fromNullable(row), ({ state }) => state)
    }),
    tally: traced("Ledger.tally")(function* (since) {
      return yield* database.read("count what happened", (db) => readTally(db, since))
    }),
    failedWrite: database.failedWrite,
    polls: database.read("read the last polls", lastPolls),
    items: Effect.map(
      database.read("count the items", (db) =>
        db.all<{ source: SourceId; items: number }>("SELECT source, items FROM item_count WHERE items > 0")
      ),
      (rows) => new Map(rows.map((row) => [row.source, row.items]))
    )
  })
})

export const layer: Layer.Layer<Ledger, never, Database> = Layer.effect(Ledger, make)
