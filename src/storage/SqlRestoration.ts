// Restoration on SQLite.
import { Effect, Either, Layer, Option, Schema } from "effect"
import { Marker } from "../domain/Marker.ts"
import { type AttemptId, type ChannelId, DeliveryId, type Fence, type Millis } from "../domain/Names.ts"
import { Post } from "../domain/Post.ts"
import type { LeaseLost } from "../outbox/Outbox.ts"
import { type FoundPost, type KnownPost, Restoration, type RestoredChannel } from "../outbox/Restoration.ts"
import { Signals } from "../outbox/Signals.ts"
import { traced } from "../Spans.ts"
import { Database } from "./Database.ts"
import { sent, standing } from "./DeliveryStep.ts"
import { leaseLost } from "./OutboxLease.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

const encodePost = Schema.encodeSync(Schema.parseJson(Post))

type ChannelRow = Omit<RestoredChannel, "settled"> & { readonly settledAt: Millis | null }

const channels = (db: ReadStatements, which: string, parameters: ReadonlyArray<string> = []) =>
  db
    .all<ChannelRow>(
      `SELECT id AS channel, at, floor, settled_at AS settledAt FROM restored_channel WHERE ${which} ORDER BY id`,
      parameters
    )
    .map(({ settledAt, ...row }): RestoredChannel => ({ ...row, settled: settledAt !== null }))

const remember = (db: Statements, channel: ChannelId, post: FoundPost): void => {
  db.run(
    `INSERT INTO restored_post (channel, message_id, chat_id, marker, page, line, message_ids, posted_at)
     SELECT :channel, :first, :chatId, :marker, :page, :line, :ids, :postedAt
     WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE marker = :marker)
     ON CONFLICT (channel, message_id) DO UPDATE SET message_ids = excluded.message_ids`,
    {
      channel,
      first: post.messageIds[0],
      chatId: post.chatId,
      marker: post.marker,
      page: post.page,
      line: post.line,
      ids: JSON.stringify(post.messageIds),
      postedAt: post.postedAt
    }
  )
}

const PostRow = Schema.Struct({
  chatId: Schema.Int,
  messageIds: Schema.parseJson(Schema.NonEmptyArray(Schema.Int)),
  marker: Marker,
  page: Schema.String,
  line: Schema.String,
  postedAt: Schema.Int,
  delivery: Schema.NullOr(DeliveryId)
})
const decodePosts = Schema.decodeUnknownSync(Schema.Array(PostRow))

const postsOf = (
  db: ReadStatements,
  channel: ChannelId,
  page: string | undefined
): ReadonlyArray<KnownPost> =>
  decodePosts(
    db.all(
      `SELECT chat_id AS chatId, message_ids AS messageIds, marker, page, line, posted_at AS postedAt, delivery_id AS delivery
       FROM restored_post WHERE channel = :channel AND (:page IS NULL OR page = :page) ORDER BY message_id`,
      { channel, page: page ?? null }
    )
  )

/** An attempt that the backup lacks, as far as its post tells of it. Its item may have changed since: revision 0 makes the post follow. */
const attemptOf = (db: Statements, delivery: DeliveryId, fence: Fence, post: FoundPost, shows: Post) =>
  db.get<{ id: AttemptId }>(
    `INSERT INTO attempt (delivery_id, number, fence, marker, payload, floor, started_at, revision, chat)
     SELECT d.id, d.attempts, :fence, :marker, :payload, :floor, :postedAt, 0, c.chat
     FROM delivery d JOIN channel c ON c.id = d.channel WHERE d.id = :delivery RETURNING id`,
    {
      delivery,
      fence,
      marker: post.marker,
      payload: encodePost(shows),
      floor: post.messageIds[0] - 1,
      postedAt: post.postedAt
    }
  )

const adopt = (
  db: Statements,
  delivery: DeliveryId,
  fence: Fence,
  post: FoundPost,
  shows: Post,
  now: Millis
): Either.Either<boolean, LeaseLost> => {
  const from = standing(db, delivery)
  if (from?.state !== "queued") return Either.right(false)
  const lost = leaseLost(db, from.channel, fence)
  if (lost !== undefined) return Either.left(lost)
  const free = db.run(
    "UPDATE restored_post SET delivery_id = ? WHERE channel = ? AND message_id = ? AND delivery_id IS NULL",
    [delivery, from.channel, post.messageIds[0]]
  ).changes
  if (free === 0) return Either.right(false)
  db.run("UPDATE delivery SET attempts = attempts + 1 WHERE id = ?", [delivery])
  const attempt = attemptOf(db, delivery, fence, post, shows)
  if (attempt === undefined) throw new Error(`no attempt was recorded for delivery ${delivery}`)
  const { chatId, messageIds } = post
  sent(db, from, { attempt: attempt.id, messageIds, chatId }, now)
  // It stands as long as Telegram says: how long it can be deleted is reckoned from there.
  db.run("UPDATE delivery SET sent_at = ? WHERE id = ?", [post.postedAt, delivery])
  db.run("UPDATE sighting SET marker = ? WHERE chat_id = ? AND message_id = ?", [
    post.marker,
    chatId,
    messageIds[0]
  ])
  return Either.right(true)
}

const decide = (
  db: Statements,
  channel: ChannelId,
  decision: "send" | "skip",
  now: Millis
): Option.Option<number> => {
  const open = db.run("UPDATE restored_channel SET settled_at = ? WHERE id = ? AND settled_at IS NULL", [
    now,
    channel
  ])
  if (open.changes === 0) return Option.none()
  if (decision === "send") return Option.some(0)
  const reason = "a person said that it was posted before the database was restored"
  return Option.some(
    db.run(
      "UPDATE delivery SET state = 'expired', state_at = ?, reason = ? WHERE channel = ? AND state = 'queued'",
      [now, reason, channel]
    ).changes
  )
}

const make = Effect.gen(function* () {
  const database = yield* Database
  const signals = yield* Signals
  return Restoration.of({
    of: traced("Restoration.of")(function* (channel) {
      const [found] = yield* database.read("look for a restoration", (db) =>
        channels(db, "id = ?", [channel])
      )
      return Option.fromNullable(found)
    }),
    unsettled: database.read("look for restorations", (db) => channels(db, "settled_at IS NULL")),
    found: traced("Restoration.found")(function* (channel, posts) {
      yield* database.transaction("record posts that were found", (db) => {
        for (const post of posts) remember(db, channel, post)
      })
    }),
    settle: traced("Restoration.settle")(function* (channel, now) {
      yield* database.transaction("settle a restoration", (db) => decide(db, channel, "send", now))
    }),
    posts: traced("Restoration.posts")(function* (channel, page) {
      return yield* database.read("look for posts that were found", (db) => postsOf(db, channel, page))
    }),
    adopt: traced("Restoration.adopt")(function* (delivery, fence, post, shows, now) {
      return yield* yield* database.transaction("record a post that was found", (db) =>
        adopt(db, delivery, fence, post, shows, now)
      )
    }),
    decide: traced("Restoration.decide")(function* (channel, decision, now) {
      const done = yield* database.transaction("settle a restoration", (db) =>
        decide(db, channel, decision, now)
      )
      yield* signals.notify({ kind: "channel", id: channel })
      return done
    }),
    forget: traced("Restoration.forget")(function* (before) {
      return yield* database.transaction(
        "forget posts that were found",
        (db) => db.run("DELETE FROM restored_post WHERE posted_at < ?", [before]).changes
      )
    })
  })
})

export const layer: Layer.Layer<Restoration, never, Database | Signals> = Layer.effect(Restoration, make)
