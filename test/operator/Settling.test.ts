// A person looks for a post, and meanwhile it is sent once more: what was seen of the first attempt decides nothing about the second.
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Commands } from "../../src/operator/Commands.ts"
import { Ledger } from "../../src/outbox/Ledger.ts"
import { sendNext, shopLists } from "./operating.ts"
import { get, loggedIn, post, served, token } from "./visiting.ts"

const unanswered = sendNext({ _tag: "Unknown", reason: "no answer" })
const sentAgain = (delivery: number) =>
  Effect.flatMap(Commands, (commands) => Effect.zipRight(commands.settle(delivery, "absent"), unanswered))

const stateOf = (delivery: number) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    return (yield* ledger.deliveries({ limit: 10 })).find(({ id }) => id === delivery)?.state
  })

/** The fields of the form that gives this command. */
const fieldsOf = (page: string, command: string): Readonly<Record<string, string>> => {
  const form = page.split("<form").find((part) => part.includes(`name="command" value="${command}"`)) ?? ""
  return Object.fromEntries(
    [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value])
  )
}

describe("what a person saw of an attempt that was followed by another", () => {
  for (const command of ["absent", "sent"]) {
    it.scopedLive(`decides nothing on the page: ${command}`, () =>
      Effect.gen(function* () {
        yield* shopLists(1)
        const delivery = yield* unanswered
        const { headers } = yield* loggedIn
        const page = yield* Effect.flatMap(get(`/deliveries/${delivery}`, headers), ({ text }) => text)
        const seen = { ...fieldsOf(page, command), ...(command === "sent" ? { messageId: "7" } : {}) }
        yield* sentAgain(delivery)
        yield* post("/do", seen, headers)
        assert.strictEqual(yield* stateOf(delivery), "unknown")
        const now = yield* Effect.flatMap(get(`/deliveries/${delivery}`, headers), ({ text }) => text)
        yield* post("/do", { ...seen, ...fieldsOf(now, command) }, headers)
        assert.strictEqual(yield* stateOf(delivery), command === "sent" ? "sent" : "queued")
      }).pipe(Effect.provide(served))
    )
  }

  it.scopedLive("decides nothing over the API, where it names the attempt", () =>
    Effect.gen(function* () {
      yield* shopLists(1)
      const delivery = yield* unanswered
      const ledger = yield* Ledger
      const [row] = yield* ledger.deliveries({ limit: 1 })
      yield* sentAgain(delivery)
      const settle = (body: object) =>
        HttpClientRequest.post(`/api/deliveries/${delivery}/settle`).pipe(
          HttpClientRequest.bodyUnsafeJson(body),
          HttpClientRequest.bearerToken(token),
          HttpClient.execute
        )
      assert.strictEqual((yield* settle({ absent: true, attempt: row?.attempt })).status, 409)
      assert.strictEqual(yield* stateOf(delivery), "unknown")
      assert.strictEqual((yield* settle({ absent: true })).status, 200)
      assert.strictEqual(yield* stateOf(delivery), "queued")
    }).pipe(Effect.provide(served))
  )
})
