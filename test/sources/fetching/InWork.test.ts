// How many documents are in work at once: from their request until whoever asked for them is done with them.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Fiber, Layer, Scope, TestClock } from "effect"
import { Place } from "../../../src/domain/Line.ts"
import { Fetcher, type FetchRequest } from "../../../src/sources/Fetcher.ts"
import { Politeness } from "../../../src/sources/Politeness.ts"
import { heldBytes } from "../../../src/sources/Spool.ts"
import { soon } from "../../setup/soon.ts"
import { fetch, serve, userAgent } from "./server.ts"

/** Of its own: whoever else starts meanwhile sweeps the system's. */
const folder = mkdtempSync(join(tmpdir(), "oncecast-in-work-"))
afterAll(() => rmSync(folder, { recursive: true }))

const network = (total: number, perHost = 9) =>
  Layer.provideMerge(Fetcher.layer({ userAgent, folder }), Politeness.layer({ total, perHost }))

/** Fetches in a scope that somebody else closes. */
const held = (request: Partial<FetchRequest> & { readonly url: string }) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const fetched = yield* Scope.extend(fetch(request), scope)
    return { fetched, done: Scope.close(scope, Exit.void) }
  })

/** The other name is a host of its own. */
const twoHosts = (port: number) => [`http://127.0.0.1:${port}`, `http://localhost:${port}`] as const

describe("documents in work", () => {
  it.scopedLive("a document that nobody is done with keeps its place, and its host's is free", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => response.end("<rss/>"))
      const [here, there] = twoHosts(server.port)
      const first = yield* held({ url: `${here}/1` })
      yield* held({ url: `${here}/2` })
      const third = yield* Effect.fork(held({ url: `${there}/3` }))
      const other = yield* (yield* Fetcher).bytes({ url: `${here}/picture`, allowPrivate: true })
      assert.strictEqual(other.length, 6)
      assert.lengthOf(server.seen, 3)
      yield* first.done
      assert.strictEqual((yield* Fiber.join(third)).fetched._tag, "Document")
    }).pipe(Effect.provide(network(2, 1)))
  )

  it.scopedLive(
    "what is no document keeps no place: unchanged, not modified, refused, moved, broken off, called off",
    () =>
      Effect.gen(function* () {
        let notModified = false
        const server = yield* serve((request, response) => {
          if (notModified) response.writeHead(304).end()
          else if (request.url === "/404") response.writeHead(404).end()
          else if (request.url === "/moved") response.writeHead(302, { location: "/moved" }).end()
          else if (request.url === "/broken")
            response.writeHead(200, { "content-length": 9 }).write("x", () => response.destroy())
          else if (request.url !== "/never") response.writeHead(200, { etag: '"a"' }).end("<rss/>")
        })
        const scope = yield* Effect.scope
        const known = yield* Scope.extend(fetch({ url: `${server.url}/` }), yield* Scope.make())
        assert(known._tag === "Document")
        const second = held({ url: `${server.url}/2` })
        const again = Scope.extend(fetch({ url: `${server.url}/`, cursor: known.cursor }), scope)
        assert.strictEqual((yield* again)._tag, "Unchanged")
        notModified = true
        assert.strictEqual((yield* again)._tag, "NotModified")
        notModified = false
        for (const path of ["/404", "/moved", "/broken"])
          yield* Effect.exit(Effect.scoped(fetch({ url: `${server.url}${path}` })))
        const called = yield* Effect.fork(Effect.scoped(fetch({ url: `${server.url}/never` })))
        yield* soon(Effect.sync(() => assert(server.seen.some(({ url }) => url === "/never"))))
        yield* Fiber.interrupt(called)
        assert.strictEqual((yield* Effect.timeout(second, "5 seconds")).fetched._tag, "Document")
      }).pipe(Effect.provide(network(2)))
  )

  it.scopedLive("a redirect waits for its target's turn without a place", () =>
    Effect.gen(function* () {
      let release: (() => void) | undefined
      const server = yield* serve((request, response) => {
        const port = request.socket.localPort ?? 0
        if (request.url === "/gate")
          response.writeHead(302, { location: `${twoHosts(port)[1]}/target` }).end()
        else if (request.url === "/slow") release = () => response.end("<rss/>")
        else response.end("<rss/>")
      })
      const [here, there] = twoHosts(server.port)
      const slow = yield* Effect.fork(held({ url: `${there}/slow` }))
      yield* soon(Effect.sync(() => assert.isDefined(release)))
      const moved = yield* Effect.fork(held({ url: `${here}/gate` }))
      yield* soon(Effect.sync(() => assert(server.seen.some(({ url }) => url === "/gate"))))
      const other = yield* Effect.timeout(held({ url: `${here}/other` }), "5 seconds")
      yield* other.done
      release?.()
      yield* (yield* Fiber.join(slow)).done
      assert.strictEqual((yield* Fiber.join(moved)).fetched._tag, "Document")
    }).pipe(Effect.provide(network(2, 1)))
  )

  it.scopedLive("long documents keep places among their like only", () =>
    Effect.gen(function* () {
      const long = Buffer.alloc(heldBytes + 1, "x")
      const server = yield* serve((request, response) =>
        response.end(request.url === "/long" ? long : "<rss/>")
      )
      const maxBytes = 2 * heldBytes
      const first = yield* held({ url: `${server.url}/long`, maxBytes })
      const second = yield* Effect.fork(held({ url: `${server.url}/long`, maxBytes }))
      yield* soon(Effect.sync(() => assert.lengthOf(server.seen, 2)))
      yield* Effect.timeout((yield* held({ url: `${server.url}/short` })).done, "5 seconds")
      assert.isNull(
        (yield* Effect.timeoutOption(Fiber.await(second), "50 millis")).pipe((o) =>
          o._tag === "None" ? null : o
        )
      )
      yield* first.done
      assert.strictEqual((yield* Fiber.join(second)).fetched._tag, "Document")
    }).pipe(Effect.provide(network(1)))
  )

  it.effect("while documents wait for the store, no source fails for having had no turn", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      const stuck = new Place()
      const at = (name: string) => new URL(`https://${name}.example/`)
      yield* politeness.withinFor(stuck, at("first"), Effect.void)
      const waits = yield* Effect.fork(politeness.withinFor(new Place(), at("second"), Effect.void))
      yield* TestClock.adjust("1 second")
      const behind = yield* Effect.fork(politeness.withinFor(new Place(), at("second"), Effect.void))
      yield* TestClock.adjust("25 minutes")
      assert.isTrue((yield* Fiber.poll(waits))._tag === "None")
      assert.isTrue((yield* Fiber.poll(behind))._tag === "None")
      stuck.giveBack()
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(waits)
      // The one before it has its place still, so it goes on to wait for that.
      yield* TestClock.adjust("25 minutes")
      assert.isTrue((yield* Fiber.poll(behind))._tag === "None")
      const exit = yield* Fiber.interrupt(behind)
      assert.isTrue(Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause))
    }).pipe(Effect.provide(Politeness.layer({ perHost: 1, total: 1 })))
  )
})
