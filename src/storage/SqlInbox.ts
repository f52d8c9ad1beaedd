// The Inbox on SQLite: one row a bot.
import { Effect, Layer } from "effect"
import { Inbox } from "../outbox/Inbox.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { furthestEnd } from "./OutboxLease.ts"

/** Twice as long as Telegram keeps an update. @source https://core.telegram.org/bots/api#getting-updates (2026-11) */
const broughtAgainMs = 172_800_000

const make = Effect.gen(function* () {
  const database = yield* Database
  return Inbox.of({
    lease: traced("Inbox.lease")(function* (bot, owner, now, ttlMs) {
      const until = now + ttlMs
      const taken = yield* database.transaction("lease a bot", (db) => {
        db.run("UPDATE inbox SET lease_until = :end WHERE bot = :bot AND lease_until > :end", {
          bot,
          end: furthestEnd(now, until)
        })
        return db.get(
          `INSERT INTO inbox (bot, lease_owner, lease_until) VALUES (:bot, :owner, :until)
           ON CONFLICT (bot) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
           WHERE lease_owner IS NULL OR lease_owner = excluded.lease_owner OR lease_until <= :now
           RETURNING bot`,
          { bot, owner, now, until }
        )
      })
      return taken !== undefined
    }),
    yieldLease: traced("Inbox.yieldLease")(function* (bot, owner) {
      yield* database.transaction("give a bot back", (db) =>
        db.run(
          "UPDATE inbox SET lease_owner = NULL, lease_until = 0 WHERE bot = :bot AND lease_owner = :owner",
          {
            bot,
            owner
          }
        )
      )
    }),
    position: traced("Inbox.position")(function* (bot) {
      const row = yield* database.read("read a bot's position", (db) =>
        db.get<{ last: number }>("SELECT last_update AS last FROM inbox WHERE bot = ?", [bot])
      )
      return row?.last ?? 0
    }),
    advance: traced("Inbox.advance")(function* (bot, owner, update) {
      const { changes } = yield* database.transaction("record a bot's position", (db) =>
        db.run("UPDATE inbox SET last_update = :update WHERE bot = :bot AND lease_owner = :owner", {
          bot,
          owner,
          update
        })
      )
      return changes === 1
    }),
    isHandled: traced("Inbox.isHandled")(function* (bot, update) {
      const row = yield* database.read("look for a handled update", (db) =>
        db.get("SELECT 1 FROM pushed WHERE bot = ? AND update_id = ?", [bot, update])
      )
      return row !== undefined
    }),
    noteHandled: traced("Inbox.noteHandled")(function* (bot, update, now) {
      yield* database.transaction("record a handled update", (db) => {
        db.run("DELETE FROM pushed WHERE bot = :bot AND handled_at < :before", {
          bot,
          before: now - broughtAgainMs
        })
        db.run("INSERT INTO pushed VALUES (:bot, :update, :now) ON CONFLICT DO NOTHING", { bot, update, now })
      })
    })
  })
})

export const layer: Layer.Layer<Inbox, never, Database> = Layer.effect(Inbox, make)
