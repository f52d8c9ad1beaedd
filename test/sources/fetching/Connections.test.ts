import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { soon } from "../../setup/soon.ts"
import { fetch, network, serve } from "./server.ts"

const cursor = { etag: '"1"', fetchedAt: Number.MAX_SAFE_INTEGER }

describe("connections", () => {
  it.scopedLive("are kept for the next poll of a host, after a body and after a 304", () =>
    Effect.gen(function* () {
      const ports = new Set<number | undefined>()
      const server = yield* serve((request, response) => {
        ports.add(request.socket.remotePort)
        return request.headers["if-none-match"] === undefined
          ? response.end("<rss/>".repeat(10_000))
          : response.writeHead(304).end()
      })
      for (let n = 0; n < 20; n++) {
        const known = n % 3 === 0 ? {} : cursor
        yield* fetch({ url: server.url, cursor: known })
      }
      assert.isAtMost(ports.size, 2)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("are all closed with the service, also those that nobody reads any more", () =>
    Effect.gen(function* () {
      let open = 0
      const server = yield* serve((request, response) => {
        open += 1
        request.socket.once("close", () => {
          open -= 1
        })
        if (request.url === "/hang") return
        response.writeHead(request.url === "/moved" ? 302 : 500, { location: "/hang" })
        response.write("x".repeat(100_000))
      })
      yield* Effect.forEach(
        ["/hang", "/moved", "/broken", "/broken"],
        (path) => Effect.ignore(fetch({ url: `${server.url}${path}`, timeout: "100 millis" })),
        { concurrency: 4 }
      ).pipe(Effect.provide(network()))
      yield* soon(Effect.sync(() => assert.strictEqual(open, 0)))
    })
  )
})
