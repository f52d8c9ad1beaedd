// The stores that the Intake suites run on, each with its bench.
import { Effect, Layer, Option } from "effect"
import { layer as memory } from "../../src/outbox/IntakeMemory.ts"
import { IntakeShelf } from "../../src/outbox/MemoryShelf.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { Database } from "../../src/storage/Database.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import { temporaryPath } from "../storage/fixtures.ts"
import { IntakeBench, type Placed, type Seen, type Telling } from "./IntakeBench.ts"

const memoryBench = Layer.effect(
  IntakeBench,
  Effect.map(IntakeShelf, ({ items, deliveries, keptOut }) => ({
    queue: (channel) =>
      Effect.sync(() =>
        deliveries
          .filter((one) => one.channel === channel && one.state === "queued")
          .toSorted((a, b) => b.priority - a.priority)
          .map(({ item, brand = null, category = null }) => ({
            title: items.get(item)?.candidate.item.title ?? "",
            brand,
            category
          }))
      ),
    keptOut: Effect.sync(() => Object.fromEntries(keptOut)),
    deliveries: (channel) =>
      Effect.sync(() =>
        deliveries
          .filter((one) => one.channel === channel)
          .flatMap(({ item, state }) => {
            const title = items.get(item)?.candidate.item.title
            return title === undefined ? [] : [{ title, state }]
          })
      ),
    send: (channel, count) =>
      Effect.sync(() => {
        const queued = deliveries.filter((one) => one.channel === channel && one.state === "queued")
        for (const one of queued.slice(0, count)) one.state = "sent"
      }),
    told: (channel) =>
      Effect.sync(() =>
        deliveries
          .filter((one) => one.channel === channel)
          .flatMap(({ item, state, event: { key, before } }) => {
            const title = items.get(item)?.candidate.item.title
            const amount = Option.getOrNull(Option.map(before, (money) => money.amount))
            return title === undefined ? [] : [{ title, state, key, before: amount }]
          })
      ),
    items: Effect.sync(() =>
      [...items.values()].map(({ candidate: { item }, revision, aliases }) => ({
        title: item.title,
        body: item.body,
        revision,
        aliases
      }))
    ),
    absent: Effect.sync(() =>
      [...items.values()]
        .filter((one) => Option.isSome(one.absentAt))
        .map(({ candidate: { item } }) => item.title)
    ),
    prices: (title) =>
      Effect.sync(() =>
        [...items.values()]
          .filter((one) => one.candidate.item.title === title)
          .flatMap((one) => one.prices.map(({ price }) => price.amount))
      )
  }))
)

export const memoryLayer = memoryBench.pipe(Layer.provideMerge(memory), Layer.provideMerge(Signals.layer))

const sqliteBench = Layer.effect(
  IntakeBench,
  Effect.map(Database, ({ read, transaction }) => ({
    queue: (channel) =>
      Effect.orDie(
        read("look", (db) =>
          db.all<Placed>(
            `SELECT payload ->> 'title' AS title, brand, category FROM delivery JOIN item_payload USING (item_id)
             WHERE channel = ? AND state = 'queued' ORDER BY priority DESC, delivery.id`,
            [channel]
          )
        )
      ),
    keptOut: Effect.map(
      Effect.orDie(
        read("look", (db) =>
          db.all<{ rule: string; items: number }>(
            "SELECT channel || ': ' || rule AS rule, items FROM kept_out"
          )
        )
      ),
      (rows) => Object.fromEntries(rows.map(({ rule, items }) => [rule, items]))
    ),
    deliveries: (channel) =>
      Effect.orDie(
        read("look", (db) =>
          db.all<Seen>(
            `SELECT payload ->> 'title' AS title, state FROM delivery
             JOIN item_payload USING (item_id) WHERE channel = ? ORDER BY delivery.id`,
            [channel]
          )
        )
      ),
    send: (channel, count) =>
      Effect.orDie(
        transaction("send", (db) => {
          const oldest = "SELECT id FROM delivery WHERE channel = ? AND state = 'queued' ORDER BY id LIMIT ?"
          for (const { id } of db.all<{ id: number }>(oldest, [channel, count])) {
            db.run("UPDATE delivery SET state = 'sending', reason = 'test' WHERE id = ?", [id])
            db.run("UPDATE delivery SET state = 'sent', sent_at = 1, message_ids = '[1]' WHERE id = ?", [id])
          }
        })
      ),
    told: (channel) =>
      Effect.orDie(
        read("look", (db) =>
          db.all<Telling>(
            `SELECT payload ->> 'title' AS title, state, event AS key, before_amount AS before FROM delivery
             JOIN item_payload USING (item_id) WHERE channel = ? ORDER BY delivery.id`,
            [channel]
          )
        )
      ),
    items: Effect.orDie(
      read("look", (db) =>
        db.all<{ title: string; body: string; revision: number; aliases: number }>(
          `SELECT payload ->> 'title' AS title, payload ->> 'body' AS body, revision, aliases
           FROM item JOIN item_payload ON item_id = id ORDER BY id`
        )
      )
    ),
    absent: Effect.map(
      Effect.orDie(
        read("look", (db) =>
          db.all<{ title: string }>(
            `SELECT payload ->> 'title' AS title FROM item JOIN item_payload ON item_id = id
             WHERE absent_at IS NOT NULL ORDER BY id`
          )
        )
      ),
      (rows) => rows.map((row) => row.title)
    ),
    prices: (title) =>
      Effect.map(
        Effect.orDie(
          read("look", (db) =>
            db.all<{ amount: string }>(
              `SELECT amount FROM price JOIN item_payload USING (item_id)
               WHERE payload ->> 'title' = ? ORDER BY item_id, at`,
              [title]
            )
          )
        ),
        (rows) => rows.map((row) => row.amount)
      )
  }))
)

const on = <E>(database: Layer.Layer<Database, E>) =>
  sqliteBench.pipe(
    Layer.provideMerge(SqlIntake.layer),
    Layer.provideMerge(database),
    Layer.provideMerge(Signals.layer)
  )

export const sqliteLayer = on(Database.layerMemory)

/** A new file for each build. */
export const fileLayer = on(Layer.unwrapScoped(Effect.map(temporaryPath, Database.layer)))
