// The posts that stand, on SQLite. What is due is found at the end of an index; a change is written under the channel's fence.
import { Effect, Either, Layer, Option, Schema } from "effect"
import { eventOf } from "../domain/Event.ts"
import { Item } from "../domain/Item.ts"
import { Marker } from "../domain/Marker.ts"
import type { ChannelId, DeliveryId, Fence, Millis, SourceId } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import type { LeaseLost } from "../outbox/Outbox.ts"
import { breathe } from "../outbox/Paced.ts"
import { type ChangeOutcome, editGapMs, type PostChange, Posts } from "../outbox/Posts.ts"
import { Signals } from "../outbox/Signals.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { beforeOf, revisionNow, type Standing, standing, step } from "./DeliveryStep.ts"
import { leaseLost } from "./OutboxLease.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

const decodeItem = Schema.decodeSync(Schema.parseJson(Item))
const decodePost = Schema.decodeSync(Schema.parseJson(Post))
const encodePost = Schema.encodeSync(Schema.parseJson(Post))

interface Row {
  readonly delivery: DeliveryId
  readonly source: SourceId
  readonly chat: string
  readonly messageIds: string
  readonly marker: string
  readonly standing: string
  readonly edits: number
  readonly wish: "follow" | "withdraw"
  readonly item: string
  readonly revision: number
  readonly event: string
  readonly beforeAmount: string | null
  readonly beforeCurrency: string | null
  readonly gone: 0 | 1
  readonly sentAt: Millis
  readonly dueAt: Millis
  readonly tries: number
  readonly unclear: number
}

type Told = Pick<Row, "item" | "event" | "beforeAmount" | "beforeCurrency" | "gone" | "source">

const toldOf = ({ item, event, beforeAmount, beforeCurrency, gone, source }: Told) => ({
  ...{ item: decodeItem(item), event: eventOf(event), gone: gone === 1, source },
  ...beforeOf(beforeAmount, beforeCurrency)
})

const toldColumns = `d.event, d.before_amount AS beforeAmount, d.before_currency AS beforeCurrency, coalesce(o.gone, 0) AS gone`

const members = (db: ReadStatements, lead: DeliveryId): PostChange["more"] =>
  db
    .all<Told>(
      `SELECT p.payload AS item, i.source, ${toldColumns} FROM delivery d JOIN item i ON i.id = d.item_id
         JOIN item_payload p ON p.item_id = d.item_id
         LEFT JOIN told o ON o.item_id = d.item_id AND o.channel = d.channel
       WHERE d.lead_id = :lead AND d.id <> :lead ORDER BY d.priority DESC, d.id`,
      { lead }
    )
    .map(toldOf)

const changeDue = `SELECT p.delivery_id AS delivery, i.source, p.chat, d.message_ids AS messageIds, a.marker,
  coalesce(p.payload, a.payload) AS standing, p.edits, p.wish, t.payload AS item, ${revisionNow} AS revision,
  ${toldColumns}, d.sent_at AS sentAt, p.due_at AS dueAt, p.tries, p.unclear
  FROM post p JOIN delivery d ON d.id = p.delivery_id JOIN attempt a ON a.id = p.attempt_id
  JOIN item i ON i.id = p.item_id JOIN item_payload t ON t.item_id = p.item_id
  LEFT JOIN told o ON o.item_id = p.item_id AND o.channel = p.channel
  JOIN channel c ON c.id = p.channel AND coalesce(c.chat, p.chat) = p.chat
  WHERE p.channel = :channel AND p.due_at IS NOT NULL AND (p.wish = 'withdraw' OR d.sent_at >= :since)
  ORDER BY p.due_at, p.delivery_id LIMIT 1`

const next = (db: ReadStatements, channel: ChannelId, since: Millis): Option.Option<PostChange> => {
  const row = db.get<Row>(changeDue, { channel, since })
  if (row === undefined) return Option.none()
  const { beforeAmount, beforeCurrency, ...change } = row
  const messageIds: ReadonlyArray<number> = JSON.parse(row.messageIds)
  return Option.some({
    ...change,
    ...toldOf(row),
    messageIds,
    marker: Marker.make(row.marker),
    standing: decodePost(row.standing),
    more: members(db, row.delivery)
  })
}

const changeMade = `UPDATE post SET revision = :revision, payload = coalesce(:payload, payload), tries = 0, unclear = 0, note = NULL,
  edits = edits + (:payload IS NOT NULL), edited_at = iif(:payload IS NULL, edited_at, :now),
  due_at = iif((SELECT ${revisionNow} FROM delivery d JOIN item i ON i.id = d.item_id WHERE d.id = delivery_id)
  > :revision, :now + ${editGapMs}, NULL), noted_at = :now
  WHERE delivery_id = :delivery`

/** The change that has been made; a newer revision of the item is due in its turn. */
const made = (
  db: Statements,
  delivery: DeliveryId,
  revision: number,
  post: Post | undefined,
  now: Millis
) => {
  db.run(changeMade, { delivery, revision, now, payload: post === undefined ? null : encodePost(post) })
}

const end = (db: Statements, delivery: DeliveryId, note: string) => {
  db.run("UPDATE post SET due_at = NULL, note = :note WHERE delivery_id = :delivery", { delivery, note })
}

type Change = Pick<PostChange, "delivery" | "wish">

/** A change that followed the item is no answer to the wish that came up meanwhile. */
const stillToWithdraw = (db: Statements, { delivery, wish }: Change, now: Millis) => {
  if (wish === "withdraw") return
  db.run(
    "UPDATE post SET due_at = :now, noted_at = :now WHERE delivery_id = :delivery AND wish = 'withdraw'",
    { delivery, now }
  )
}

const perform = (db: Statements, change: Change, from: Standing, outcome: ChangeOutcome, now: Millis) => {
  const { delivery, wish } = change
  switch (outcome._tag) {
    case "Changed":
      made(db, delivery, outcome.revision, outcome.post, now)
      if (wish === "withdraw") {
        end(db, delivery, "withdrawn")
        step(db, from, { to: "withdrawn", now, reason: "marked as gone" })
      } else step(db, from, { to: "edited", now })
      return stillToWithdraw(db, change, now)
    case "Same":
      made(db, delivery, outcome.revision, undefined, now)
      return stillToWithdraw(db, change, now)
    case "Later":
      // The call counts against the limits, whatever came of it.
      db.run(
        `UPDATE post SET due_at = :until, noted_at = :now, edited_at = :now, tries = tries + (:why IS NOT 'flood'),
           unclear = unclear + (:why IS 'unclear')
         WHERE delivery_id = :delivery`,
        { delivery, now, until: outcome.until, why: outcome.why ?? null }
      )
      return
    case "Ended":
      db.run("UPDATE post SET edited_at = :now WHERE delivery_id = :delivery", { delivery, now })
      end(db, delivery, outcome.reason)
      if (outcome.gone) return step(db, from, { to: "withdrawn", now, reason: outcome.reason })
      return stillToWithdraw(db, change, now)
  }
}

const ended = (
  db: Statements,
  change: Change,
  channel: ChannelId,
  fence: Fence,
  outcome: ChangeOutcome,
  now: Millis
): Either.Either<void, LeaseLost> => {
  const lost = leaseLost(db, channel, fence)
  if (lost !== undefined) return Either.left(lost)
  const from = standing(db, change.delivery)
  if (from !== undefined) perform(db, change, from, outcome, now)
  return Either.void
}

const postsPerStep = 500

/** Whether more may be left. */
const leave = (db: Statements, channel: ChannelId, since: Millis): boolean =>
  db.run(
    `UPDATE post SET due_at = NULL WHERE delivery_id IN (
       SELECT p.delivery_id FROM post p JOIN delivery d ON d.id = p.delivery_id
       WHERE p.channel = :channel AND p.due_at IS NOT NULL AND p.wish = 'follow' AND d.sent_at < :since LIMIT ${postsPerStep})`,
    { channel, since }
  ).changes === postsPerStep

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals
  return Posts.of({
    next: traced("Posts.next")(function* (channel, since) {
      return yield* database.read("look for a change that is due", (db) => next(db, channel, since))
    }),
    ended: traced("Posts.ended")(function* (change, channel, fence, outcome, now) {
      yield* yield* database.together("record a change of a post", (db) =>
        ended(db, change, channel, fence, outcome, now)
      )
    }),
    leave: traced("Posts.leave")(function* (channel, since) {
      while (yield* database.transaction("leave old posts", (db) => leave(db, channel, since))) yield* breathe
    }),
    withdraw: traced("Posts.withdraw")(function* (delivery, now) {
      const row = yield* database.transaction("withdraw a post", (db) =>
        db.get<{ channel: ChannelId }>(
          `UPDATE post SET wish = 'withdraw', due_at = :now, noted_at = :now, tries = 0, unclear = 0
           WHERE delivery_id = (SELECT coalesce(lead_id, id) FROM delivery WHERE id = :delivery AND state IN ('sent', 'edited'))
           RETURNING channel`,
          { delivery, now }
        )
      )
      if (row !== undefined) yield* signals.notify({ kind: "channel", id: row.channel })
      return row !== undefined
    })
  })
})

export const layer: Layer.Layer<Posts, never, Database | Signals> = Layer.effect(Posts, make)
