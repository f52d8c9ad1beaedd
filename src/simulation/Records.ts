// What the programs' database says, for comparison with what the chats show. Reads only, on the connection that all share.
import type { MemoryConnection } from "../storage/Database.ts"
import { type Connection, type ReadStatements, statementsOf } from "../storage/Statements.ts"

export interface DeliveryRecord {
  readonly id: number
  readonly channel: string
  readonly source: string
  readonly title: string
  readonly event: string
  readonly state: string
  readonly reason: string | null
  readonly stateAt: number
}

export interface SourceRecord {
  readonly id: string
  /** When its first whole document was admitted, by the date of the program that did. */
  readonly baselineAt: number | null
}

export class Records {
  readonly #db: ReadStatements

  constructor(connection: Connection) {
    this.#db = statementsOf(connection)
  }

  /** Deliveries, of all states or of some. */
  deliveries(...states: ReadonlyArray<string>): ReadonlyArray<DeliveryRecord> {
    return this.#db.all<DeliveryRecord>(
      `SELECT d.id, d.channel, i.source, p.payload ->> 'title' AS title, d.event, d.state, d.reason, d.state_at AS stateAt
       FROM delivery d JOIN item i ON i.id = d.item_id JOIN item_payload p ON p.item_id = d.item_id
       WHERE :states = '[]' OR d.state IN (SELECT value FROM json_each(:states)) ORDER BY d.id`,
      { states: JSON.stringify(states) }
    )
  }

  /** Of all attempts of a delivery. */
  markers(delivery: number): ReadonlyArray<string> {
    return this.#db
      .all<{ marker: string }>("SELECT marker FROM attempt WHERE delivery_id = ?", [delivery])
      .map(({ marker }) => marker)
  }

  /** Titles of the items of a source. */
  titles(source: string): ReadonlyArray<string> {
    return this.#db
      .all<{ title: string }>(
        `SELECT p.payload ->> 'title' AS title FROM item i JOIN item_payload p ON p.item_id = i.id
       WHERE i.source = ? ORDER BY i.id`,
        [source]
      )
      .map(({ title }) => title)
  }

  sources(): ReadonlyArray<SourceRecord> {
    return this.#db.all<SourceRecord>("SELECT id, baseline_at AS baselineAt FROM source ORDER BY id")
  }

  /** The sources that have polled without failure at `since` or later. */
  healthySources(since: number): ReadonlySet<string> {
    const rows = this.#db.all<{ source: string }>(
      "SELECT DISTINCT source FROM poll WHERE at >= ? AND failures = 0",
      [since]
    )
    return new Set(rows.map(({ source }) => source))
  }

  /** Changes of posts, and posts in excess, that wait to be carried out. */
  openWork(): number {
    const changes = this.#count("SELECT count(*) AS n FROM post WHERE due_at IS NOT NULL")
    return changes + this.#count("SELECT count(*) AS n FROM stray WHERE ended_at IS NULL")
  }

  /** What a post tells that bears this marker: of a digest, several. */
  toldWith(marker: string): ReadonlyArray<Pick<DeliveryRecord, "id" | "event" | "title">> {
    return this.#db.all(
      `SELECT d.id, d.event, p.payload ->> 'title' AS title FROM attempt a
         JOIN delivery d ON d.id = a.delivery_id OR d.lead_id = a.delivery_id
         JOIN item_payload p ON p.item_id = d.item_id
       WHERE a.marker = ?`,
      [marker]
    )
  }

  /** Offers that should have been judged by then. */
  unjudged(by: number): number {
    return this.#count("SELECT count(*) AS n FROM told WHERE look_at <= ?", by)
  }

  /** Offers of which a channel was told two events within less than so long. */
  hasty(gapMs: number): number {
    return this.#count(
      `SELECT count(*) AS n FROM (SELECT queued_at - lag(queued_at) OVER (PARTITION BY item_id, channel ORDER BY id) AS gap
         FROM delivery WHERE event <> 'new') WHERE gap < ?`,
      gapMs
    )
  }

  /** How many wait that were never taken out: what comes back, from an attempt or a person, had its room before. */
  queued(channel: string): number {
    return this.#count(
      "SELECT count(*) AS n FROM delivery WHERE channel = ? AND state = 'queued' AND attempts = 0",
      channel
    )
  }

  #count(sql: string, ...parameters: ReadonlyArray<string | number>): number {
    return this.#db.get<{ n: number }>(sql, parameters)?.n ?? 0
  }
}

/** A delivery changes its state. */
export interface Step {
  readonly delivery: number
  readonly from: string
  readonly to: string
  /** Who has the channel's lease by then. */
  readonly owner: string
}

/** Tells of each step, whoever makes it, in the transaction that does. */
export const watchSteps = (connection: MemoryConnection, tell: (step: Step) => void): void => {
  connection.function("step", (id, from, to, owner) => {
    tell({ delivery: Number(id), from: `${from}`, to: `${to}`, owner: `${owner}` })
    return null
  })
  connection.exec(
    `CREATE TEMP TRIGGER stepped AFTER UPDATE OF state ON delivery WHEN old.state <> new.state
     BEGIN
       SELECT step(new.id, old.state, new.state, (SELECT lease_owner FROM channel WHERE id = new.channel));
     END`
  )
}
