// Nothing is sent that may not be sent any more, however long the process was held up before the last byte.
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Fiber, Redacted } from "effect"
import { makeCalls } from "../../src/telegram/Calls.ts"
import { onlyWhile } from "../../src/telegram/Permission.ts"

/** A server on loopback that counts the requests that came whole. */
const server = Effect.acquireRelease(
  Effect.async<{ readonly apiRoot: string; readonly whole: () => number; readonly close: () => void }>(
    (resume) => {
      let whole = 0
      const listening = createServer((request, response) => {
        request.resume().on("end", () => {
          whole += 1
          response.end('{"ok":true,"result":true}')
        })
        request.on("error", () => response.destroy())
      }).listen(0, "127.0.0.1", () => {
        const address = listening.address()
        const port = typeof address === "object" ? address?.port : undefined
        const close = () => void listening.close()
        resume(Effect.succeed({ apiRoot: `http://127.0.0.1:${port}`, whole: () => whole, close }))
      })
    }
  ),
  ({ close }) => Effect.sync(close)
)

describe("a call", () => {
  it.scopedLive("is not carried out when it is no longer permitted before its last byte", () =>
    Effect.gen(function* () {
      const { apiRoot, whole } = yield* server
      const calls = makeCalls({ token: Redacted.make("1:secret"), apiRoot })
      const send = Effect.either(calls.send("sendMessage", (api) => api.sendMessage(1, "a")))
      const refused = yield* onlyWhile(() => false)(Effect.flatMap(Effect.fork(send), Fiber.join))
      assert.strictEqual(Either.getOrThrow(Either.flip(refused))._tag, "TelegramUnreachable")
      assert.strictEqual(whole(), 0)
      assert.isTrue(Either.isRight(yield* onlyWhile(() => true)(send)))
      assert.strictEqual(whole(), 1)
    })
  )
})
