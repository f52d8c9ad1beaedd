// The promises that the schema keeps by itself, whatever the code does.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { DeliveryState, transitions } from "../../src/domain/Delivery.ts"
import { ChannelId } from "../../src/domain/Names.ts"
import { Database } from "../../src/storage/Database.ts"
import type { Statements } from "../../src/storage/Statements.ts"
import { insertDelivery } from "./fixtures.ts"

const deals = ChannelId.make("deals")
const queue = (db: Statements) =>
  insertDelivery(db, { channel: deals, title: "an item", priority: 0, now: 1 })

const attempt = <A>(run: (db: Statements) => A) =>
  Effect.flatMap(Database, (database) => Effect.exit(database.transaction("try", run)))

const counts = Effect.flatMap(Database, (database) =>
  database.read("count", (db) => ({
    kept: db.all("SELECT channel, state, deliveries FROM delivery_count WHERE deliveries > 0 ORDER BY 1, 2"),
    counted: db.all("SELECT channel, state, count(*) AS deliveries FROM delivery GROUP BY 1, 2 ORDER BY 1, 2")
  }))
)

const moveTo = (state: DeliveryState) =>
  `UPDATE delivery SET state = '${state}', reason = 'r', sent_at = 1, message_ids = '[1]'`

/** A delivery that is in `state` from the beginning: the trigger watches updates only. */
const insertAs = (db: Statements, state: DeliveryState) => {
  const id = queue(db)
  db.run(
    `INSERT INTO delivery (item_id, channel, event, state, reason, queued_at, due_at, state_at, sent_at, message_ids)
     SELECT item_id, channel, 'copy', ?, 'r', 1, 1, 1, 1, '[1]' FROM delivery WHERE id = ?`,
    [state, id]
  )
  db.run("DELETE FROM delivery WHERE id = ?", [id])
}

describe("the schema", () => {
  for (const from of DeliveryState.literals) {
    it.effect(`lets a ${from} delivery make the steps of the domain's diagram and no other`, () =>
      Effect.gen(function* () {
        for (const to of DeliveryState.literals) {
          const exit = yield* attempt((db) => {
            db.run("DELETE FROM delivery")
            insertAs(db, from)
            db.run(moveTo(to))
          })
          assert.strictEqual(Exit.isSuccess(exit), transitions[from].includes(to), `${from} to ${to}`)
          const { kept, counted } = yield* counts
          assert.deepStrictEqual(kept, counted)
        }
      }).pipe(Effect.provide(Database.layerMemory))
    )
  }

  const forbidden: Readonly<Record<string, (db: Statements) => unknown>> = {
    "the same event of an item twice in a channel": (db) => {
      queue(db)
      db.run(
        "INSERT INTO delivery (item_id, channel, queued_at, due_at, state_at) SELECT item_id, channel, 1, 1, 1 FROM delivery"
      )
    },
    "two in flight in one channel": (db) => {
      queue(db)
      queue(db)
      db.run("UPDATE delivery SET state = 'sending', reason = 'r'")
    },
    "one in flight beside one that is not known": (db) => {
      const id = queue(db)
      db.run("UPDATE delivery SET state = 'sending', reason = 'r' WHERE id = ?", [id])
      db.run("UPDATE delivery SET state = 'unknown', reason = 'r' WHERE id = ?", [id])
      db.run("UPDATE delivery SET state = 'sending', reason = 'r' WHERE id = ?", [queue(db)])
    },
    "sent without a message id": (db) => {
      queue(db)
      db.run("UPDATE delivery SET state = 'sending', reason = 'r'")
      db.run("UPDATE delivery SET state = 'sent', sent_at = 1, message_ids = '[]'")
    },
    "a state without a reason": (db) => {
      queue(db)
      db.run("UPDATE delivery SET state = 'expired'")
    },
    "a key that is not a whole hash": (db) => db.run("INSERT INTO item_key VALUES (x'0011', 1)"),
    "a delivery of no item": (db) =>
      db.run(
        "INSERT INTO delivery (item_id, channel, queued_at, due_at, state_at) VALUES (9, 'deals', 1, 1, 1)"
      )
  }
  for (const [name, run] of Object.entries(forbidden)) {
    it.effect(`forbids ${name}`, () =>
      Effect.gen(function* () {
        assert.isTrue(Exit.isFailure(yield* attempt(run)))
      }).pipe(Effect.provide(Database.layerMemory))
    )
  }

  it.effect("forgets an item with all that hangs on it, and the counts follow", () =>
    Effect.gen(function* () {
      const database = yield* Database
      yield* database.transaction("fill", (db) => {
        queue(db)
        queue(db)
        db.run("DELETE FROM item WHERE id = 1")
      })
      const { kept, counted } = yield* counts
      assert.deepStrictEqual(kept, counted)
      assert.deepStrictEqual(kept, [{ channel: "deals", state: "queued", deliveries: 1 }])
      const rows = yield* database.read("read", (db) => [
        ...db.all("SELECT item_id FROM item_payload"),
        ...db.all("SELECT * FROM item_count")
      ])
      assert.deepStrictEqual(rows, [{ item_id: 2 }, { source: "shop", items: 1 }])
    }).pipe(Effect.provide(Database.layerMemory))
  )
})
