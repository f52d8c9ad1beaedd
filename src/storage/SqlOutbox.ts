// The Outbox on SQLite: each method one transaction, written in OutboxLease, OutboxClaim and OutboxSteps.
import { Effect, Layer, Option } from "effect"
import type { ChannelId } from "../domain/Names.ts"
import { Outbox } from "../outbox/Outbox.ts"
import { parkedChanged, Signals } from "../outbox/Signals.ts"
import { traced } from "../Spans.ts"
import { moveTo } from "./ChannelChat.ts"
import { Database } from "./Database.ts"
import { backlog, callsSince, claim } from "./OutboxClaim.ts"
import { holdChannel, leaseLost, lookAgain, renewLeases, takeLease, yieldLease } from "./OutboxLease.ts"
import { begin, expire, recover, reorder, resolve, retry, settle } from "./OutboxSteps.ts"

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals

  /** Wakes the publisher of a channel that something was changed in; false when nothing was. */
  const wake = (channel: ChannelId | undefined) =>
    channel === undefined
      ? Effect.succeed(false)
      : Effect.as(signals.notify({ kind: "channel", id: channel }), true)

  return Outbox.of({
    lease: traced("Outbox.lease")(function* (channel, owner, now, ttlMs) {
      const lease = { channel, owner, now, until: now + ttlMs }
      return Option.fromNullable(yield* database.together("lease a channel", (db) => takeLease(db, lease)))
    }),
    renew: traced("Outbox.renew")(function* (owner, leases, now, ttlMs) {
      const renewal = { owner, now, until: now + ttlMs }
      return yield* database.together("renew leases", (db) => renewLeases(db, leases, renewal))
    }),
    yieldLease: traced("Outbox.yieldLease")(function* (channel, fence) {
      yield* database.together("give a channel back", (db) => yieldLease(db, channel, fence))
    }),
    confirm: traced("Outbox.confirm")(function* (channel, fence) {
      const lost = yield* database.read("look whose a channel is", (db) => leaseLost(db, channel, fence))
      if (lost !== undefined) return yield* lost
    }),
    recover: traced("Outbox.recover")(function* (channel, fence, now) {
      return yield* yield* database.transaction("recover a channel", (db) => recover(db, channel, fence, now))
    }),
    moveTo: traced("Outbox.moveTo")(function* (channel, fence, chat) {
      yield* yield* database.transaction("record a chat", (db) => moveTo(db, channel, fence, chat))
    }),
    claim: traced("Outbox.claim")(function* (channel, now, choosing = {}) {
      return yield* database.read("look for the next delivery", (db) => claim(db, channel, choosing, now))
    }),
    backlog: traced("Outbox.backlog")(function* (channel) {
      return yield* database.read("look at what waits", (db) => backlog(db, channel))
    }),
    expire: traced("Outbox.expire")(function* (channel, fence, which, reason, now) {
      return yield* yield* database.transaction("give deliveries up", (db) =>
        expire(db, channel, fence, which, reason, now)
      )
    }),
    callsSince: traced("Outbox.callsSince")(function* (channel, since) {
      return yield* database.read("look at the last calls", (db) => callsSince(db, channel, since))
    }),
    begin: traced("Outbox.begin")(function* (intent) {
      return yield* yield* database.together("record an attempt", (db) => begin(db, intent))
    }),
    settle: traced("Outbox.settle")(function* (attempt, fence, outcome, now) {
      return yield* yield* database.together("record an outcome", (db) =>
        settle(db, attempt, fence, outcome, now)
      )
    }),
    resolve: traced("Outbox.resolve")(function* (delivery, resolution, now, about) {
      const run = database.transaction("resolve a delivery", (db) =>
        resolve(db, delivery, resolution, now, about)
      )
      return yield* wake(yield* Effect.zipLeft(run, signals.notify(parkedChanged)))
    }),
    retry: traced("Outbox.retry")(function* (delivery, now) {
      return yield* wake(
        yield* database.transaction("queue a delivery again", (db) => retry(db, delivery, now))
      )
    }),
    reorder: traced("Outbox.reorder")(function* (delivery, place) {
      return yield* wake(yield* database.transaction("reorder a queue", (db) => reorder(db, delivery, place)))
    }),
    hold: traced("Outbox.hold")(function* (channel, hold, now) {
      yield* database.transaction("hold a channel back", (db) => holdChannel(db, channel, hold, now))
    }),
    lookAgain: traced("Outbox.lookAgain")(function* (channel) {
      yield* database.transaction("end the wait of a channel", (db) => lookAgain(db, channel))
      yield* signals.notify({ kind: "channel", id: channel })
    })
  })
})

export const layer: Layer.Layer<Outbox, never, Database | Signals> = Layer.effect(Outbox, make)
