// After a restore: a channel of which nobody can see what was posted since is decided by a person, on the page, by API or command alike.
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { Database } from "../../src/storage/Database.ts"
import { deals, shopLists } from "./operating.ts"
import { get, loggedIn, post, served, token } from "./visiting.ts"

/** Two posts wait; what was posted since the backup is not known. Each source was read since. */
const waiting = Effect.gen(function* () {
  yield* shopLists(2)
  const database = yield* Database
  yield* database.transaction("set the scene", (db) => {
    db.run("INSERT INTO restored_channel VALUES ('deals', 0, 41, NULL)", {})
    db.run(
      `INSERT INTO poll (source, at, next_at, outcome, failures, fresh, took_ms, note)
       VALUES ('shop', 5, 6, 'new', 0, 2, 1, '')`,
      {}
    )
  })
})

const states = Effect.flatMap(Ledger, (ledger) =>
  Effect.map(ledger.deliveries({ channel: deals, limit: 10 }), (rows) => rows.map(({ state }) => state))
)
const pageOf = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.flatMap(get(path, headers), ({ text }) => text)

describe("a channel after a restore", () => {
  it.scopedLive("is asked about on the decisions and on its own page, and waits there for an answer", () =>
    Effect.gen(function* () {
      yield* waiting
      const { csrf, headers } = yield* loggedIn
      for (const path of ["/decisions", "/channels/deals"]) {
        const page = yield* pageOf(path, headers)
        assert.include(page, "waits after a restore")
        assert.include(page, "count the 2 that wait as posted")
        assert.notInclude(yield* pageOf(path), "<form")
      }
      const form = { command: "restored", channel: "deals", back: "decisions", csrf }
      const answer = yield* post("/do", { ...form, decision: "skip" }, headers)
      assert.strictEqual(answer.status, 303)
      assert.deepStrictEqual(yield* states, ["expired", "expired"])
      assert.include(yield* pageOf("/decisions", headers), "Nothing waits for you")
      const again = yield* post("/do", { ...form, decision: "send" }, headers)
      const location = again.headers["location"]?.replace(/^\./, "") ?? ""
      assert.include(yield* pageOf(location, headers), "No channel waits for a decision")
    }).pipe(Effect.provide(served))
  )

  it.scopedLive("is decided over the API, with the same sentences", () =>
    Effect.gen(function* () {
      yield* waiting
      const decide = (channel: string, decision: string) =>
        HttpClientRequest.post(`/api/channels/${channel}/restored`).pipe(
          HttpClientRequest.bearerToken(token),
          HttpClientRequest.bodyUnsafeJson({ decision }),
          HttpClient.execute,
          Effect.flatMap(({ status, text }) => Effect.map(text, (body) => `${status} ${body}`))
        )
      assert.match(yield* decide("news", "send"), /^404 .*does not wait .*; there are deals/)
      assert.match(yield* decide("deals", "maybe"), /^400 .*say .*send.* or .*skip/)
      assert.match(yield* decide("deals", "send"), /^200 .*Channel deals goes on: what waits is sent/)
      assert.match(yield* decide("deals", "send"), /^409 .*No channel waits for a decision/)
      assert.deepStrictEqual(yield* states, ["queued", "queued"])
    }).pipe(Effect.provide(served))
  )
})
