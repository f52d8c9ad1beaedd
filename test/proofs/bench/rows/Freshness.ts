// How long after a server first listed an item its post can be read, by the built program, while it polls 200 other sources.
import { createServer } from "node:http"
import { Effect, type Scope } from "effect"
import { emulatorOnLoopback } from "../../../../src/sandbox/http/HttpShell.ts"
import { current } from "../../../../src/sandbox/Messages.ts"
import { quantile, stated } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { feedUrl, serveFeeds } from "../serving/Feeds.ts"
import { pause, startService } from "../serving/Service.ts"
import { botToken } from "../serving/Serving.ts"
import { measuring } from "../Work.ts"

const hot = 10
const others = 200

const rss = (titles: ReadonlyArray<string>) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Hot</title>${titles.map((title) => `<item><guid isPermaLink="false">${title}</guid><title>${title}</title><link>https://hot.example/${title}</link></item>`).join("")}</channel></rss>`

/** Feeds that get items; knows when each item was first listed to anybody. */
const serveHot = async () => {
  const listed = Array.from({ length: hot }, (): Array<string> => [])
  const firstListedAt = new Map<string, number>()
  const server = createServer((request, response) => {
    const titles = listed[Number(request.url?.slice(1))] ?? []
    response.setHeader("content-type", "application/rss+xml")
    response.end(rss(titles.slice(0, 50)))
    for (const title of titles) if (!firstListedAt.has(title)) firstListedAt.set(title, Date.now())
  })
  const port = await new Promise<number>((done) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      done(address !== null && typeof address === "object" ? address.port : 0)
    })
  )
  return { listed, firstListedAt, port, close: () => server.close() }
}

const channelLine = (at: number) =>
  `  channel${at}: { chat: "@channel${at}", pace: { gap: 0 seconds, perMinute: 10000 } }`

const catalog = (hotPort: number, otherPort: number) => `channels:
${Array.from({ length: hot }, (_, at) => channelLine(at)).join("\n")}
sources:
${Array.from({ length: hot }, (_, at) => `  hot${at}: { kind: rss, url: "http://127.0.0.1:${hotPort}/${at}", every: 2 seconds, start: all, burst: false, to: [channel${at}], allowPrivate: true }`).join("\n")}
${Array.from({ length: others }, (_, at) => `  other${at}: { kind: rss, url: "${feedUrl(otherPort, "etag", at, 50)}", every: 5 seconds, start: none, to: [channel0], allowPrivate: true }`).join("\n")}
`

/** When each post could first be read, by its title. */
const visibleAt = Effect.fnUntraced(function* (
  emulator: Effect.Effect.Success<ReturnType<typeof emulatorOnLoopback>>
) {
  const at = new Map<string, number>()
  const calls = yield* emulator.control.calls("sendMessage")
  for (let chat = 0; chat < hot; chat++) {
    const history = yield* Effect.orDie(emulator.control.history(`@channel${chat}`))
    const landed = new Map(
      calls
        .filter((call) => call.chat === `@channel${chat}`)
        .flatMap(({ messageIds, landedAt }) => (messageIds ?? []).map((id) => [id, landedAt] as const))
    )
    for (const message of history) {
      const { content } = current(message)
      const title =
        content.kind === "service" ? "" : (content.text.text.replaceAll("\u200b", "").split("\n")[0] ?? "")
      const when = landed.get(message.id)
      if (when !== undefined) at.set(title, when)
    }
  }
  return at
})

const measured = (bench: Bench): Effect.Effect<ReadonlyArray<Finding>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const emulator = yield* Effect.orDie(
      emulatorOnLoopback({ bots: [{ token: botToken, username: "bench_bot" }] })
    )
    for (let at = 0; at < hot; at++) yield* emulator.control.addChat({ username: `channel${at}` })
    return yield* measuring(async (run) => {
      const feeds = await serveFeeds()
      const { listed, firstListedAt, port, close } = await serveHot()
      const service = startService(bench, catalog(port, feeds.port), {
        TELEGRAM_BOT_TOKEN: botToken,
        TELEGRAM_API_ROOT: emulator.url
      })
      await service.running
      // First sights are over, and so is the start.
      await pause(8_000)
      const rounds = bench.quick ? 15 : 40
      for (let round = 0; round < rounds; round++)
        for (let at = 0; at < hot; at++) {
          listed[at]?.unshift(`hot-${at}-${round}`)
          await pause(250)
        }
      await pause(5_000)
      const visible = await run(visibleAt(emulator))
      await service.stop()
      feeds.close()
      close()
      const delays = [...firstListedAt].flatMap(([title, at]) => {
        const when = visible.get(title)
        return when === undefined ? [] : [when - at]
      })
      return [
        stated(
          `${firstListedAt.size} items, of which were posted`,
          "%",
          [(100 * delays.length) / firstListedAt.size],
          { atLeast: 100 }
        ),
        stated("p50", "ms", [quantile(delays, 0.5)]),
        stated("p99", "ms", [quantile(delays, 0.99)], { atMost: 500 }),
        stated("longest", "ms", [Math.max(...delays)])
      ]
    })
  })

export const freshnessRow: Row = {
  work: `From the answer that first lists an item to its post, without the poll interval, while ${others} other sources are polled every 5 seconds`,
  baseline: "–",
  run: async (bench) => ({
    findings: await Effect.runPromise(Effect.scoped(measured(bench)).pipe(Effect.withTracerEnabled(false))),
    curves: []
  })
}
