import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { Fetcher } from "../../../src/sources/Fetcher.ts"
import { Politeness } from "../../../src/sources/Politeness.ts"
import { soon } from "../../setup/soon.ts"
import { fetch, network, serve, userAgent } from "./server.ts"

/** A server that counts how many requests it works on at once. */
const counting = (ms: number) => {
  const count = { now: 0, most: 0 }
  const server = serve((_, response) => {
    count.now += 1
    count.most = Math.max(count.most, count.now)
    setTimeout(() => {
      count.now -= 1
      response.end("<rss/>")
    }, ms)
  })
  return Effect.map(server, (running) => ({ ...running, count }))
}

const host = new URL("https://example.org/feed")

describe("Politeness", () => {
  it.scopedLive("never more than two requests at once to one host, redirects included", () =>
    Effect.gen(function* () {
      const target = yield* counting(20)
      const gate = yield* serve((_, response) => response.writeHead(302, { location: target.url }).end())
      const urls = Array.from({ length: 10 }, (_, n) => `${n % 2 === 0 ? target.url : gate.url}/${n}`)
      yield* Effect.forEach(urls, (url) => fetch({ url }), { concurrency: "unbounded" })
      assert.strictEqual(target.count.most, 2)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("waiting for a turn does not use up the time of a fetch, but that of a picture", () =>
    Effect.gen(function* () {
      const server = yield* counting(150)
      const all = yield* Effect.forEach(
        Array.from({ length: 8 }, (_, n) => `${server.url}/${n}`),
        (url) => fetch({ url, timeout: "400 millis" }),
        { concurrency: "unbounded" }
      ).pipe(Effect.fork)
      yield* soon(Effect.sync(() => assert.strictEqual(server.count.now, 2)))
      const fetcher = yield* Fetcher
      const picture = yield* Effect.flip(
        fetcher.bytes({ url: server.url, allowPrivate: true, timeout: "200 millis" })
      )
      assert(picture._tag === "FetchFailed")
      assert.strictEqual(picture.reason, "timeout")
      assert.lengthOf(yield* Fiber.join(all), 8)
    }).pipe(Effect.provide(network()))
  )

  it.scopedLive("the limit over all hosts holds, and other hosts are not kept waiting by a slow one", () => {
    const layer = Fetcher.layer({ userAgent }).pipe(Layer.provide(Politeness.layer({ total: 3 })))
    return Effect.gen(function* () {
      const slow = yield* serve(() => {})
      const quick = yield* counting(1)
      yield* Effect.forEach([1, 2, 3, 4, 5, 6], (n) =>
        Effect.fork(Effect.ignore(fetch({ url: `${slow.url}/${n}` })))
      )
      yield* soon(Effect.sync(() => assert.lengthOf(slow.seen, 2)))
      // The same machine under another name: a host of its own.
      const fetched = yield* fetch({ url: `http://localhost:${quick.port}/` }).pipe(
        Effect.timeout("20 seconds")
      )
      assert.strictEqual(fetched._tag, "Document")
      assert.lengthOf(slow.seen, 2)
    }).pipe(Effect.provide(layer))
  })

  it.effect("a host that nobody waits for is forgotten", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      const request = politeness.within(host, Effect.sleep("1 second"))
      const running = yield* Effect.fork(Effect.all([request, request, request], { concurrency: 3 }))
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(yield* politeness.hosts, 1)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(running)
      assert.strictEqual(yield* politeness.hosts, 0)
    }).pipe(Effect.provide(Politeness.layer()))
  )

  it.effect("a request that fails or is interrupted gives its place back", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      for (const request of [Effect.fail("x"), Effect.die("x"), Effect.interrupt]) {
        for (let n = 0; n < 3; n++) yield* Effect.exit(politeness.within(host, request))
      }
      assert.strictEqual(yield* politeness.within(host, Effect.succeed("through")), "through")
    }).pipe(Effect.provide(Politeness.layer({ perHost: 1, total: 1 })))
  )

  it.effect("who is called off while waiting leaves the turn to the next, in the order of waiting", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      const done: Array<string> = []
      const request = (name: string) =>
        politeness.within(
          host,
          Effect.zipRight(
            Effect.sleep("1 second"),
            Effect.sync(() => done.push(name))
          )
        )
      const running: Record<string, Fiber.RuntimeFiber<number, unknown>> = {}
      for (const name of ["first", "second", "third", "fourth"]) {
        running[name] = yield* Effect.fork(request(name))
        yield* Effect.yieldNow()
      }
      yield* Fiber.interrupt(running["second"] ?? (yield* Effect.dieMessage("not begun")))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(done, ["first", "third", "fourth"])
      assert.strictEqual(yield* politeness.hosts, 0)
    }).pipe(Effect.provide(Politeness.layer({ perHost: 1 })))
  )

  it.effect("nobody waits longer than ten minutes, for a turn or a visit", () =>
    Effect.gen(function* () {
      const politeness = yield* Politeness
      yield* Effect.fork(politeness.within(host, Effect.never))
      yield* Effect.yieldNow()
      yield* politeness.visit(host, 3_600_000)
      const waiting = yield* Effect.fork(
        Effect.all([politeness.within(host, Effect.void), politeness.visit(host, 0)].map(Effect.flip), {
          concurrency: 2
        })
      )
      yield* TestClock.adjust("11 minutes")
      for (const error of yield* Fiber.join(waiting))
        assert.strictEqual(error.message, "https://example.org/feed had no turn within 10m.")
    }).pipe(Effect.provide(Politeness.layer({ perHost: 1 })))
  )
})
