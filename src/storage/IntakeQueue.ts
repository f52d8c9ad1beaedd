// Deliveries and a source's memory that Intake writes on SQLite: a constant number of statements each.
// UNIQUE (item, channel, event) has the last word on deliveries, whatever was looked up before. A delivery is due at once, which no date
// says: when the clock is set back, what it queued before must not wait until the clock is there again.
import { Option } from "effect"
import type { Money } from "../domain/Money.ts"
import type { ItemId, Millis } from "../domain/Names.ts"
import type { KeptOut } from "../outbox/AdmissionPlan.ts"
import type { Cursor } from "../outbox/Intake.ts"
import { type Binding, type Closing, type IntakeRows, keptOutMs } from "../outbox/IntakeStore.ts"
import type { TraceParent } from "../Spans.ts"
import type { Statements } from "./Statements.ts"

const rowOf = ({ item, channel, priority, event, brand, category }: Binding) => {
  const before = Option.flatten(Option.fromNullable(event?.before))
  const { amount = null, currency = null } = Option.getOrElse(before, (): Partial<Money> => ({}))
  return [item, channel, priority, event?.key ?? "new", amount, currency, brand ?? null, category ?? null]
}

/** What offers are published with. One that went while it was held is looked at: nobody else tells that it is gone. */
const remember = (db: Statements, bindings: ReadonlyArray<Binding>, now: Millis): void => {
  const published = bindings.filter(({ event }) => event === undefined)
  if (published.length === 0) return
  db.run(
    `INSERT INTO told (item_id, channel, source, at, price_amount, price_currency, out_since, look_at)
     SELECT i.id, row.value ->> 1, i.source, :now, i.price_amount, i.price_currency,
       iif(i.availability IN ('out-of-stock', 'discontinued'), :now, NULL), iif(i.absent_at IS NULL, NULL, :now)
     FROM json_each(:rows) AS row CROSS JOIN item i ON i.id = row.value ->> 0
     WHERE i.kind = 'offer' ON CONFLICT (item_id, channel) DO UPDATE SET look_at = excluded.at`,
    { now, rows: JSON.stringify(published.map(({ item, channel }) => [item, channel])) }
  )
}

const deliver = (
  db: Statements,
  bindings: ReadonlyArray<Binding>,
  now: Millis,
  trace: TraceParent | undefined
): void => {
  if (bindings.length === 0) return
  db.run(
    `INSERT INTO delivery
       (item_id, channel, priority, event, before_amount, before_currency, brand, category, queued_at, due_at, state_at, trace)
     SELECT row.value ->> 0, row.value ->> 1, row.value ->> 2, row.value ->> 3, row.value ->> 4, row.value ->> 5,
       row.value ->> 6, row.value ->> 7, :now, 0, :now, :trace
     FROM json_each(:rows) AS row WHERE true ORDER BY row.key
     ON CONFLICT (item_id, channel, event) DO NOTHING`,
    { now, trace: trace ?? null, rows: JSON.stringify(bindings.map(rowOf)) }
  )
  remember(db, bindings, now)
  const keys = bindings.flatMap(({ item, channel, joint }) => joint.map((hash) => [channel, hash, item]))
  db.run(
    `INSERT INTO channel_key (channel, hash, item_id)
     SELECT row.value ->> 0, unhex(row.value ->> 1), row.value ->> 2 FROM json_each(?) AS row WHERE true
     ON CONFLICT (channel, hash) DO UPDATE SET item_id = excluded.item_id
       WHERE NOT EXISTS (SELECT 1 FROM item WHERE item.id = channel_key.item_id)`,
    [JSON.stringify(keys)]
  )
}

const keepOut = (db: Statements, keptOut: ReadonlyArray<KeptOut>, now: Millis): void => {
  if (keptOut.length === 0) return
  const rows = JSON.stringify(keptOut.map(({ channel, rule }) => [channel, rule]))
  db.run(
    `INSERT INTO kept_out (channel, rule, items, last_at)
     SELECT value ->> 0, value ->> 1, count(*), :now FROM json_each(:rows) WHERE true GROUP BY 1, 2
     ON CONFLICT (channel, rule) DO UPDATE SET items = items + excluded.items, last_at = excluded.last_at`,
    { rows, now }
  )
  db.run("DELETE FROM kept_out WHERE last_at < ?", [now - keptOutMs])
}

const expire = `UPDATE delivery SET state = 'expired', state_at = :now, reason = 'the channel was full and drops'
  WHERE id IN (SELECT id FROM delivery WHERE channel = :channel AND state = 'queued' AND lead_id IS NULL`

const makeRoom: (db: Statements) => IntakeRows["makeRoom"] =
  (db) =>
  ({ id, overflow }, count, now) => {
    const order = overflow === "drop-lowest" ? "ORDER BY priority, id" : "ORDER BY id"
    return db
      .all<{ item: ItemId }>(`${expire} ${order} LIMIT +:count) RETURNING item_id AS item`, {
        now,
        channel: id,
        count
      })
      .map(({ item }) => item)
  }

const close = (db: Statements, { source, memory, cursor, reading, now }: Closing): void => {
  // A gathering that a crash interrupted ends with other numbers than it began with.
  db.run(
    `UPDATE burst SET items = max(1, (SELECT count(*) FROM item WHERE burst_id = burst.id))
     WHERE id = (SELECT gathering FROM source WHERE id = ? AND reading_from IS NULL) AND state = 'held'`,
    [source]
  )
  const advanced = Option.getOrElse(cursor, (): Cursor => ({}))
  const { urlHash = null, etag = null, lastModified = null, bodyHash = null, fetchedAt = null } = advanced
  db.run(
    `INSERT INTO source (id, baseline_at, partial, deferred, distrusted, listed, doubts, doubted_since, terms,
       url_hash, etag, last_modified, body_hash, fetched_at)
     VALUES (:source, iif(:settled, :now, NULL), :partial, :deferred, :distrusted, :listed, :doubts,
       iif(:doubts = 0, NULL, :doubtedSince), :terms, :urlHash, :etag, :lastModified, :bodyHash, :fetchedAt)
     ON CONFLICT (id) DO UPDATE SET baseline_at = iif(:settled, coalesce(baseline_at, :now), NULL),
       gathering = iif(:reading, gathering, NULL), reading_from = iif(:reading, reading_from, NULL),
       partial = excluded.partial, deferred = excluded.deferred, distrusted = excluded.distrusted,
       listed = excluded.listed, doubts = excluded.doubts, doubted_since = excluded.doubted_since, terms = excluded.terms,
       url_hash = excluded.url_hash, etag = excluded.etag, last_modified = excluded.last_modified,
       body_hash = excluded.body_hash, fetched_at = excluded.fetched_at`,
    {
      ...{ source, now, urlHash, etag, lastModified, bodyHash, fetchedAt },
      settled: Number(memory.settled),
      reading: Number(reading),
      partial: Number(memory.partial),
      deferred: memory.deferred,
      distrusted: JSON.stringify(memory.distrusted),
      listed: memory.listed,
      doubts: memory.doubt.times,
      doubtedSince: memory.doubt.since,
      terms: Option.getOrNull(memory.terms)
    }
  )
}

const renew: (db: Statements) => IntakeRows["renew"] =
  (db) =>
  (source, { settled, distrusted, listed, terms }) =>
    void db.run(
      `UPDATE source SET baseline_at = iif(:settled, baseline_at, NULL), distrusted = :distrusted, listed = :listed, doubts = 0,
         doubted_since = NULL, terms = :terms WHERE id = :source`,
      {
        ...{ source, listed, settled: Number(settled), distrusted: JSON.stringify(distrusted) },
        terms: Option.getOrNull(terms)
      }
    )

/** The part of the rows that is about queues and sources. */
export const queueWrites = (
  db: Statements,
  trace: TraceParent | undefined
): Pick<IntakeRows, "deliver" | "keepOut" | "makeRoom" | "renew" | "close"> => ({
  deliver: (bindings, now) => deliver(db, bindings, now, trace),
  keepOut: (keptOut, now) => keepOut(db, keptOut, now),
  makeRoom: makeRoom(db),
  renew: renew(db),
  close: (closing) => close(db, closing)
})
