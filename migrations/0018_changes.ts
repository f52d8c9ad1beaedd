// How often each channel and source has changed in a way that somebody may wait for. Another process sees by it whom to wake; a lease that
// is renewed every few seconds wakes nobody.
import { SqlClient } from "@effect/sql"
import { Effect } from "effect"

interface Watched {
  readonly name: string
  /** When, and of which rows. */
  readonly after: string
  readonly kind: string
  readonly id: string
}

const watched: ReadonlyArray<Watched> = [
  { name: "delivery_new", after: "INSERT ON delivery", kind: "'channel'", id: "new.channel" },
  {
    name: "delivery_step",
    after: "UPDATE OF state, due_at, priority ON delivery",
    kind: "'channel'",
    id: "new.channel"
  },
  {
    name: "delivery_parked",
    after: "UPDATE OF state ON delivery WHEN 'parked' IN (old.state, new.state)",
    kind: "'questions'",
    id: "'parked'"
  },
  { name: "post", after: "UPDATE OF due_at, wish ON post", kind: "'channel'", id: "new.channel" },
  { name: "stray_new", after: "INSERT ON stray", kind: "'channel'", id: "new.channel" },
  { name: "stray", after: "UPDATE ON stray", kind: "'channel'", id: "new.channel" },
  {
    name: "channel",
    after: "UPDATE OF hold_until, trouble_until, chat ON channel",
    kind: "'channel'",
    id: "new.id"
  },
  {
    name: "channel_given_back",
    after: "UPDATE OF lease_owner ON channel WHEN new.lease_owner IS NULL",
    kind: "'channel'",
    id: "new.id"
  },
  { name: "pause", after: "INSERT ON pause", kind: "new.kind", id: "new.id" },
  { name: "resume", after: "DELETE ON pause", kind: "old.kind", id: "old.id" },
  { name: "burst", after: "UPDATE OF state ON burst", kind: "'source'", id: "new.source" }
]

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`
    CREATE TABLE change (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      times INTEGER NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID`
  for (const { name, after, kind, id } of watched) {
    yield* sql.unsafe(`
      CREATE TRIGGER change_${name} AFTER ${after} BEGIN
        INSERT INTO change SELECT ${kind}, ${id}, 0
          WHERE NOT EXISTS (SELECT 1 FROM change WHERE kind = ${kind} AND id = ${id});
        UPDATE change SET times = times + 1 WHERE kind = ${kind} AND id = ${id};
      END`)
  }
})
