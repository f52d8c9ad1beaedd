// The program hands its spans to a collector as OpenTelemetry's variables say: a poll, what it found and the post are one trace, over a
// restart too; the collector's key is nowhere but in the header; a collector that is away holds up nothing.
import { createServer, type IncomingHttpHeaders } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, type Scope } from "effect"
import { feed, folder, posts, start, telegram, token, until, writeCatalog } from "./Program.ts"

const Attribute = Schema.Struct({ key: Schema.String, value: Schema.Unknown })
const Span = Schema.Struct({
  name: Schema.String,
  traceId: Schema.String,
  spanId: Schema.String,
  parentSpanId: Schema.optional(Schema.String),
  attributes: Schema.Array(Attribute)
})
type Span = typeof Span.Type
const Export = Schema.Struct({
  resourceSpans: Schema.Array(
    Schema.Struct({
      resource: Schema.Struct({ attributes: Schema.Array(Attribute) }),
      scopeSpans: Schema.Array(Schema.Struct({ spans: Schema.Array(Span) }))
    })
  )
})

const key = "collector-KEY-0123456789"

interface Collector {
  readonly url: string
  readonly spans: () => ReadonlyArray<Span>
  readonly bodies: () => string
  readonly headers: () => IncomingHttpHeaders | undefined
}

const collector: Effect.Effect<Collector, never, Scope.Scope> = Effect.gen(function* () {
  const bodies: Array<string> = []
  let headers: IncomingHttpHeaders | undefined
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk: Buffer) => (body += chunk.toString()))
    request.on("end", () => {
      if (request.url === "/v1/traces") bodies.push(body)
      headers = request.headers
      response.end("{}")
    })
  })
  yield* Effect.acquireRelease(
    Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () => Effect.sync(() => server.close())
  )
  const address = server.address()
  if (address === null || typeof address === "string") return yield* Effect.dieMessage("no port")
  return {
    url: `http://127.0.0.1:${address.port}`,
    bodies: () => bodies.join("\n"),
    headers: () => headers,
    spans: () =>
      bodies.flatMap((body) =>
        Schema.decodeUnknownSync(Schema.parseJson(Export))(body).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans)
        )
      )
  }
})

const catalog = (url: string, more = "") => `channels:
  news: { chat: "@traced", pace: { gap: 0 seconds, perMinute: 1000 }${more} }
sources:
  feed: { kind: rss, url: "${url}", every: 1 second, start: all, burst: false, to: [news], allowPrivate: true }
`

const otel = (url: string) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  OTEL_EXPORTER_OTLP_HEADERS: `x-key=${key}`,
  OTEL_BSP_SCHEDULE_DELAY: "100",
  LOG_LEVEL: "all"
})

const named = (spans: ReadonlyArray<Span>, name: string) => spans.filter((span) => span.name === name)

describe("spans", () => {
  it.scopedLive("of a poll and of the post that it led to are one trace, over a restart too", () =>
    Effect.gen(function* () {
      const [directory, source, collected] = [yield* folder, yield* feed(["item"]), yield* collector]
      const tg = yield* telegram(["traced"])
      yield* writeCatalog(directory, catalog(source.url))
      const env = { ...tg.env, ...otel(collected.url) }
      // The first process finds the item, and is not allowed to post.
      yield* tg.emulator.control.fault({
        stage: "received",
        chat: "@traced",
        action: { kind: "error", code: 429, description: "Too Many Requests", retryAfter: 2 }
      })
      const first = yield* start(directory, env)
      yield* until(
        "the item is queued",
        Effect.map(first.deliveries, (rows) => rows.length === 1)
      )
      yield* until(
        "its poll is told of",
        Effect.sync(() => named(collected.spans(), "Source.turn").length > 0)
      )
      yield* first.end("SIGTERM")
      const second = yield* start(directory, env)
      yield* posts(tg, "traced", 1)
      yield* until(
        "its span has come",
        Effect.sync(() => named(collected.spans(), "Telegram.send").length > 0)
      )
      yield* second.end("SIGTERM")
      const spans = collected.spans()
      const sends = named(spans, "Telegram.send")
      const trace = sends.at(-1)?.traceId
      const beginnings = spans.filter((span) => span.traceId === trace && span.parentSpanId === undefined)
      assert.deepStrictEqual(
        beginnings.map(({ name }) => name),
        ["Source.turn"]
      )
      const names = new Set(spans.filter(({ traceId }) => traceId === trace).map(({ name }) => name))
      assert.includeMembers([...names], ["Source.poll", "Publisher.Deliver", "Publisher.attempt"])
      // Each poll is a trace of its own.
      const polls = named(spans, "Source.turn")
      assert.strictEqual(new Set(polls.map(({ traceId }) => traceId)).size, polls.length)
      assert.strictEqual(collected.headers()?.["x-key"], key)
      for (const output of [first.output(), second.output()]) assert.notInclude(output, key)
      for (const secret of [key, token]) assert.notInclude(collected.bodies(), secret)
    })
  )

  it.scopedLive("that nobody takes hold up nothing, neither a post nor the end", () =>
    Effect.gen(function* () {
      const [directory, source] = [yield* folder, yield* feed(["item"])]
      const tg = yield* telegram(["traced"])
      yield* writeCatalog(directory, catalog(source.url))
      const program = yield* start(directory, { ...tg.env, ...otel("http://127.0.0.1:9") })
      yield* posts(tg, "traced", 1)
      const { code } = yield* program.end("SIGTERM")
      assert.strictEqual(code, 0)
      assert.notInclude(program.output(), key)
    })
  )
})
