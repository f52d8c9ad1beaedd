// What a channel's choice has done, on SQLite.
import { Effect, Layer } from "effect"
import type { Cap } from "../domain/Choice.ts"
import type { ChannelId, DeliveryId, Millis } from "../domain/Names.ts"
import { Choices, type Filtered } from "../outbox/Choices.ts"
import { type Counted, type Excess, excesses } from "../outbox/Choosing.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { waitingIn } from "./OutboxChoosing.ts"
import type { ReadStatements } from "./Statements.ts"

const filtered = (db: ReadStatements) =>
  db.all<Filtered>(
    `SELECT channel, rule, items, last_at AS lastAt FROM (
       SELECT *, row_number() OVER (PARTITION BY channel ORDER BY items DESC, rule) AS place FROM kept_out)
     WHERE place <= 10 ORDER BY channel, place`
  )

/** Deliveries of one brand and category have one answer. */
const overCaps = (
  db: ReadStatements,
  channel: ChannelId,
  caps: ReadonlyArray<Cap>,
  ids: ReadonlyArray<DeliveryId>,
  now: Millis
): ReadonlyMap<DeliveryId, Excess> => {
  const queue = waitingIn(db, channel, now)
  const answers = new Map<string, Excess | undefined>()
  const heads = db.all<Counted>(
    `SELECT id, brand, category FROM delivery
     WHERE id IN (SELECT value FROM json_each(?)) AND channel = ? AND lead_id IS NULL`,
    [JSON.stringify(ids), channel]
  )
  return new Map(
    heads.flatMap((head) => {
      const kind = JSON.stringify([head.brand, head.category])
      if (!answers.has(kind)) {
        const over = excesses(head, caps, queue, [], now)
        answers.set(kind, over.toSorted((a, b) => b.until - a.until)[0])
      }
      const excess = answers.get(kind)
      return excess === undefined ? [] : [[head.id, excess] as const]
    })
  )
}

const make = Effect.map(Database, (database) =>
  Choices.of({
    filtered: database.read("read what filters kept out", filtered),
    overCaps: traced("Choices.overCaps")(function* (channel, caps, deliveries, now) {
      return yield* database.read("look at the caps", (db) => overCaps(db, channel, caps, deliveries, now))
    })
  })
)

export const layer: Layer.Layer<Choices, never, Database> = Layer.effect(Choices, make)
