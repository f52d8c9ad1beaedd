// The port of the process is open before anything stands behind it; who comes that early is answered all the same.
import { once } from "node:events"
import { connect } from "node:net"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { listening } from "../../src/App/Listening.ts"

/** A client that has said this; its answer comes when the connection is closed. */
const saying = (port: number, words: string) => {
  const socket = connect(port, "127.0.0.1")
  let answer = ""
  socket.setEncoding("utf8").on("data", (piece) => {
    answer += piece
  })
  socket.write(words)
  socket.setTimeout(5_000, () => socket.destroy())
  const closed = once(socket, "close")
  return Effect.map(
    Effect.promise(() => closed),
    () => answer
  )
}

describe("the port", () => {
  it.scopedLive("answers those who asked before there was anything to answer with", () =>
    Effect.gen(function* () {
      const built = yield* Layer.build(listening({ host: "127.0.0.1", port: 0 }))
      const { address } = Context.get(built, HttpServer.HttpServer)
      if (address._tag === "UnixAddress") return assert.fail(address.path)
      const request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
      const early = [saying(address.port, request), saying(address.port, request)]
      // Node refuses what is no HTTP by itself, and hears it after the two above.
      assert.include(yield* saying(address.port, "nonsense\r\n\r\n"), "400 Bad Request")
      yield* HttpServer.serveEffect(HttpServerResponse.text("here")).pipe(Effect.provide(built))
      for (const answer of [...early, saying(address.port, request)]) assert.include(yield* answer, "200 OK")
    })
  )
})
