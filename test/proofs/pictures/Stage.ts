// An installation that looks like one that has run for a day: three channels, five sources, a day of posts, and something to decide. The program
// is the real one; only the times of what it posted first are moved into the past.
import type { RequestListener } from "node:http"
import { join } from "node:path"
import Database from "better-sqlite3"
import { Effect } from "effect"
import { newsFeed } from "../../../src/sandbox/samples/News.ts"
import { shopFeed } from "../../../src/sandbox/samples/Shop.ts"
import { feed, folder, start, telegram, until, writeCatalog } from "../../scenarios/Program.ts"

export const dashboardToken = "open-sesame-of-the-pictures"
const hourMs = 3_600_000
const postsOfADay = 260

/** The sites; their clock runs as `at` says. */
const sites = (at: (path: string) => number) => {
  const listings: Readonly<Record<string, (now: number) => string>> = {
    "/courier/feed.xml": (now) => newsFeed("https://courier.example", 1, now),
    "/books/new.xml": (now) => newsFeed("https://books.example", 7, now),
    "/gadgets/offers.xml": (now) => shopFeed("https://gadgets.example", 3, now),
    "/press/releases.xml": (now) => newsFeed("https://press.example", 9, now)
  }
  const answer: RequestListener = (request, response) => {
    const path = request.url ?? ""
    const listing = listings[path]
    response.writeHead(listing === undefined ? 503 : 200, { "content-type": "application/rss+xml" })
    response.end(listing?.(at(path)))
  }
  return answer
}

const catalog = (origin: string, fast: boolean) => {
  const every = (usual: string) => (fast ? "1 second" : usual)
  const pace = (usual: string) => (fast ? "{ gap: 0 seconds, perMinute: 1000 }" : usual)
  const source = (name: string, path: string, to: string, usual: string, more = "") => `  ${name}:
    kind: rss
    url: ${origin}${path}
    every: ${every(usual)}
    start: ${fast ? "all" : "3"}
    to: [${to}]
    allowPrivate: true${more}
`
  return `# Our channels. Ask Ann before you change them.
channels:
  news: # the big one
    chat: "@daily_courier"
    pace: ${pace("{ gap: 4 seconds, perMinute: 12 }")}
    onUnknown: park
    quiet: { from: "03:00", to: "03:05", zone: Europe/Berlin }
  deals:
    chat: "@best_deals"
    template: product
    pace: ${pace("{ gap: 20 seconds, perMinute: 3 }")}
  books:
    chat: "@new_books"
    pace: ${pace("{ gap: 30 seconds, perMinute: 2 }")}

sources:
${source("courier", "/courier/feed.xml", "news", "1 minute", fast ? "\n    burst: false" : "")}${source("books", "/books/new.xml", "books", "5 minutes", fast ? "\n    burst: false" : "")}${source("gadgets", "/gadgets/offers.xml", "deals", "2 minutes", `\n    where: { discount: { min: 5 }, exclude: [used] }${fast ? "\n    burst: false" : ""}`)}${fast ? "" : source("press", "/press/releases.xml", "news", "3 seconds")}${fast ? "" : source("outlet", "/outlet/feed.xml", "deals", "2 seconds")}`
}

/** Fewer by night. */
const busy = (at: number) => 1 + Math.sin(((new Date(at).getUTCHours() - 9) / 24) * 2 * Math.PI)

/** What was posted just now was posted over the last day; the samples are those of that day. */
const intoThePast = (path: string, now: number): void => {
  const db = new Database(path)
  const rows = db
    .prepare<[], { readonly id: number }>(
      "SELECT id FROM delivery WHERE sent_at IS NOT NULL ORDER BY sent_at"
    )
    .all()
  const minutes = Array.from({ length: 24 * 60 }, (_, back) => now - 4 * 60_000 - back * 60_000).reverse()
  const whole = minutes.reduce((sum, at) => sum + busy(at), 0)
  const move = db.prepare("UPDATE delivery SET sent_at = ?, state_at = ?, queued_at = ? WHERE id = ?")
  const shift = db.prepare("UPDATE attempt SET started_at = ?, ended_at = ? WHERE delivery_id = ?")
  db.exec("DELETE FROM sample")
  const sample = db.prepare(
    "INSERT INTO sample (at, posts, latency_ms, queued, memory_bytes) VALUES (?, ?, ?, ?, ?)"
  )
  let [due, next] = [0, 0]
  for (const [index, at] of minutes.entries()) {
    due += (busy(at) / whole) * rows.length
    const posts = rows.slice(next, Math.floor(due))
    for (const { id } of posts) {
      move.run(at, at, at - 9_000 - (id % 7) * 4_000, id)
      shift.run(at - 400, at, id)
    }
    next += posts.length
    const queued = Math.round(5 * busy(at) + 6 * busy(at) * Math.abs(Math.sin(index / 41)))
    const memory = 176e6 + 5e6 * Math.abs(Math.sin(index / 230)) + (index % 7) * 2e5
    sample.run(
      Math.floor(at / 60_000) * 60_000,
      posts.length,
      posts.length === 0 ? null : 14_000 + (index % 11) * 1_900,
      queued,
      Math.round(memory)
    )
  }
  db.prepare("UPDATE post SET edited_at = ? WHERE edited_at IS NOT NULL").run(now - hourMs)
  db.close()
}

/** A day that has passed. */
const aDay = (path: string, origin: string, env: Readonly<Record<string, string>>, stop: () => void) =>
  Effect.gen(function* () {
    yield* writeCatalog(path, catalog(origin, true))
    const program = yield* start(path, env)
    yield* until(
      "a day of posts",
      Effect.map(program.deliveries, (rows) => {
        if (rows.length >= postsOfADay) stop()
        return (
          rows.length >= postsOfADay && rows.every(({ state }) => state !== "queued" && state !== "sending")
        )
      })
    )
    yield* program.end("SIGTERM")
    yield* Effect.sync(() => intoThePast(join(path, "data", "oncecast.db"), Date.now()))
  })

/** Runs until the scope closes; one post is parked and one flood is held. */
export const staged = Effect.gen(function* () {
  const path = yield* folder
  const tg = yield* telegram(["daily_courier", "best_deals", "new_books"])
  const site = yield* feed()
  const origin = new URL(site.url).origin
  const env = { ...tg.env, DASHBOARD_TOKEN: dashboardToken }
  let siteTime = Date.now() - 30 * hourMs
  let step = 180_000
  let press = 0
  const clock = (path: string): number => {
    if (path.startsWith("/press")) return siteTime - (press++ === 0 ? 40 * hourMs : 0)
    siteTime += step
    return siteTime
  }
  site.answer(sites(clock))
  yield* aDay(path, origin, env, () => {
    step = 0
  })
  step = 100_000
  yield* tg.emulator.control.fault({
    method: "sendMessage",
    chat: "@daily_courier",
    stage: "processed",
    nth: 2,
    action: { kind: "rst" }
  })
  yield* writeCatalog(path, catalog(origin, false))
  const program = yield* start(path, env)
  yield* until(
    "something to decide and something that waits",
    Effect.map(program.status, ({ bursts, parked }) => parked.length === 1 && bursts.length === 1)
  )
  return { program, path }
})
