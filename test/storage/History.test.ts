// What a publisher asks the store, each time that it looks for work and after each post, takes as long in a channel of many posts as in one of
// few. Measured within one process, the quickest of several runs: a look at all that was ever posted takes a hundred times as long.
import { performance } from "node:perf_hooks"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, ManagedRuntime } from "effect"
import { Marker } from "../../src/domain/Marker.ts"
import { DeliveryId, Fence, ItemId, SourceId } from "../../src/domain/Names.ts"
import { Evidence, type Sighting } from "../../src/outbox/Evidence.ts"
import { Outbox } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { connectMemory, Database } from "../../src/storage/Database.ts"
import { tellingReads } from "../../src/storage/IntakeTelling.ts"
import * as SqlEvidence from "../../src/storage/SqlEvidence.ts"
import * as SqlOutbox from "../../src/storage/SqlOutbox.ts"
import * as SqlPosts from "../../src/storage/SqlPosts.ts"
import { statementsOf } from "../../src/storage/Statements.ts"
import { deals, newMarker, now, post } from "../contracts/outbox.ts"

const few = 200
const many = 20_000
const chatId = -100
const fence = Fence.make(1)
const shop = SourceId.make("shop")

/** A channel in which so many items were posted; one of them is queued once more, for it came back. */
const connectionWith = (posts: number) => {
  const connection = connectMemory()
  const each = `WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < ${posts})`
  const marker = "printf('m%09d', id)"
  const content = JSON.stringify({ title: "Thing", body: "", images: [], categories: [] })
  connection.exec("BEGIN")
  connection.exec(`
    INSERT INTO channel (id, chat, chat_id, lease_owner, lease_fence, lease_until, floor)
      VALUES ('${deals}', '@deals', ${chatId}, 'me', 1, ${now + 3_600_000}, ${posts});
    ${each} INSERT INTO item (id, source, kind, content_hash, price_amount, price_currency, first_seen_at, last_seen_at)
      SELECT n, '${shop}', 'offer', x'00', '9.00', 'EUR', 1, 1 FROM one;
    INSERT INTO item_payload SELECT id, '${content}' FROM item;
    INSERT INTO delivery (id, item_id, channel, state, attempts, queued_at, due_at, state_at, sent_at, message_ids)
      SELECT id, id, '${deals}', iif(id % 3 = 0, 'edited', 'sent'), 1, id, 0, id, id, json_array(id) FROM item;
    INSERT INTO attempt (id, delivery_id, number, fence, marker, payload, floor, started_at, ended_at, outcome, message_ids, chat)
      SELECT id, id, 1, 1, ${marker}, '${JSON.stringify(post)}', id, id, id, 'sent', json_array(id), '@deals' FROM item;
    INSERT INTO post (delivery_id, item_id, channel, chat, attempt_id, revision) SELECT id, id, '${deals}', '@deals', id, 1 FROM item;
    INSERT INTO sighting (chat_id, message_id, marker, via, at) SELECT ${chatId}, id, ${marker}, 'answer', 1 FROM item;
    INSERT INTO told (item_id, channel, source, at, price_amount, price_currency, look_at)
      SELECT id, '${deals}', '${shop}', 1, '9.00', 'EUR', iif(id <= 50, 1, NULL) FROM item;
    INSERT INTO delivery (id, item_id, channel, event, queued_at, due_at, state_at) VALUES (${posts + 1}, 1, '${deals}', 'back', 1, 0, 1)`)
  connection.exec("COMMIT")
  return connection
}

const channelWith = (posts: number) => {
  const connection = connectionWith(posts)
  const store = Layer.mergeAll(SqlOutbox.layer, SqlEvidence.layer, SqlPosts.layer).pipe(
    Layer.provide(Layer.merge(Database.layerOver(connection), Signals.layer))
  )
  const { runSync } = ManagedRuntime.make(store)
  const told = tellingReads(statementsOf(connection))
  const due = Array.from({ length: 50 }, (_, index) => ItemId.make(index + 1))
  const seen = due.map(
    (id): Sighting => ({
      chatId,
      messageId: id,
      via: "profile",
      marker: Marker.make(`m${`${id}`.padStart(9, "0")}`),
      album: "an album"
    })
  )
  const attempted = Effect.gen(function* () {
    const outbox = yield* Outbox
    const intent = { delivery: DeliveryId.make(posts + 1), channel: deals, fence, chat: "@deals" }
    const attempt = yield* outbox.begin({ ...intent, marker: newMarker(), post, revision: 1, now })
    const again = { _tag: "Deferred", until: 0, scope: "delivery", reason: "not now" } as const
    yield* outbox.settle(attempt, fence, again, now)
  })
  return new Map<string, () => unknown>([
    ["the next delivery", () => runSync(Effect.flatMap(Outbox, (outbox) => outbox.claim(deals, now)))],
    ["what waits", () => runSync(Effect.flatMap(Outbox, (outbox) => outbox.backlog(deals)))],
    ["an attempt and its outcome", () => runSync(attempted)],
    ["attempts that may land late", () => runSync(Effect.flatMap(Evidence, (one) => one.watched(deals, 0)))],
    ["posts that stand", () => runSync(Effect.flatMap(Evidence, (one) => one.knownPosts(deals, 5)))],
    ["posts in excess", () => runSync(Effect.flatMap(Evidence, (one) => one.nextStray(deals)))],
    [
      "what was seen",
      () => runSync(Effect.flatMap(Evidence, (one) => one.saw(deals, seen.slice(0, 3), now)))
    ],
    ["a change that is due", () => runSync(Effect.flatMap(Posts, (posts) => posts.next(deals, 0)))],
    ["offers to judge", () => told.due(shop, now, 50)],
    ["offers of a document to judge", () => told.dueAmong(shop, due, now)]
  ])
}

/** The quickest run, in milliseconds. */
const quickest = (run: () => unknown): number =>
  Math.min(
    ...Array.from({ length: 12 }, () => {
      const began = performance.now()
      run()
      return performance.now() - began
    })
  )

describe("a channel of many posts", () => {
  it("is looked after as quickly as one of few", () => {
    const large = channelWith(many)
    for (const [what, run] of channelWith(few)) {
      const before = quickest(run)
      const after = quickest(large.get(what) ?? (() => assert.fail(what)))
      assert.isBelow(after, 10 * before + 0.2, what)
    }
  }, 60_000)
})
