// Many feeds on one loopback server, as feeds are: most say 304 or the same bytes, some other bytes with the same items; now and then one is
// slow, refuses, hangs up or is cut off. Which, follows from the seed. New items appear when they are told to.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Effect, type Scope } from "effect"
import { chance, pick } from "../../../src/sandbox/Chance.ts"

/** A feed lists so many items; long enough that none falls off before it was polled. */
const listed = 25

interface ChangingFeed {
  items: Array<string>
  version: number
  polls: number
  /** Answers that were given whole. */
  whole: number
}

export interface ChangingFeeds {
  readonly urls: ReadonlyArray<string>
  /** The newest item of a feed. */
  readonly newest: (feed: number) => string
  /** Puts a new item into a feed, by chance one that has been read before; gives the feed's index and the item's name. */
  readonly add: Effect.Effect<{ readonly feed: number; readonly item: string } | undefined>
  /** From now on no answer is faulty. */
  readonly calm: Effect.Effect<void>
  readonly polls: () => number
}

const rss = ({ items }: ChangingFeed, index: number, built: string) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed ${index}</title>${built}${items
    .map(
      (name) =>
        `<item><guid isPermaLink="false">${name}</guid><title>${name}</title><link>https://news.example/${name}</link><description>${"What happened, at some length. ".repeat(12)}</description></item>`
    )
    .join("")}</channel></rss>`

type Mood = "whole" | "slow" | "busy" | "broken" | "reset" | "cut"

/** Of a hundred answers one is a 503, one a 500, one a reset, one is cut off and two come late. */
const moods: ReadonlyArray<readonly [Mood, number]> = [
  ["busy", 0.01],
  ["broken", 0.02],
  ["reset", 0.03],
  ["cut", 0.04],
  ["slow", 0.06]
]

const moodOf = (seed: number, index: number, poll: number): Mood => {
  const dice = chance(seed, "mood", index, poll)
  return moods.find(([, below]) => dice < below)?.[0] ?? "whole"
}

const sendWhole = (feed: ChangingFeed, index: number, request: IncomingMessage, response: ServerResponse) => {
  const tag = `"${feed.version}"`
  feed.whole += 1
  // One feed in four knows no conditions; one in four says other bytes each time.
  if (index % 4 !== 0) response.setHeader("etag", tag)
  if (index % 4 > 1 && request.headers["if-none-match"] === tag) {
    response.statusCode = 304
    return void response.end()
  }
  response.setHeader("content-type", "application/rss+xml")
  response.end(rss(feed, index, index % 4 === 1 ? `<ttl>0</ttl><generator>${feed.polls}</generator>` : ""))
}

const answers: Readonly<
  Record<
    Mood,
    (feed: ChangingFeed, index: number, request: IncomingMessage, response: ServerResponse) => void
  >
> = {
  whole: sendWhole,
  slow: (feed, index, request, response) =>
    void setTimeout(() => sendWhole(feed, index, request, response), 3_000),
  busy: (_, __, ___, response) => void response.writeHead(503, { "retry-after": "5" }).end("busy"),
  broken: (_, __, ___, response) => void response.writeHead(500).end("broken"),
  reset: (_, __, request) => void request.socket.resetAndDestroy(),
  cut: (feed, index, request, response) => {
    const body = rss(feed, index, "")
    response.writeHead(200, { "content-type": "application/rss+xml", "content-length": `${body.length}` })
    response.write(body.slice(0, body.length / 2), () => request.socket.destroy())
  }
}

const listening = (respond: (request: IncomingMessage, response: ServerResponse) => void) =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer(respond)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

export const changingFeeds = (
  count: number,
  seed: number
): Effect.Effect<ChangingFeeds, never, Scope.Scope> =>
  Effect.gen(function* () {
    const feeds = Array.from(
      { length: count },
      (_, index): ChangingFeed => ({
        items: Array.from({ length: listed }, (_, old) => `old-${index}-${old}`),
        version: 0,
        polls: 0,
        whole: 0
      })
    )
    let [faulty, added] = [true, 0]
    const server = yield* listening((request, response) => {
      const index = Number(/^\/(\d+)\.xml$/.exec(request.url ?? "")?.[1])
      const feed = feeds[index]
      if (feed === undefined) return void response.writeHead(404).end()
      feed.polls += 1
      const mood = faulty ? moodOf(seed, index, feed.polls) : "whole"
      answers[mood](feed, index, request, response)
    })
    const address = server.address()
    const port = address !== null && typeof address === "object" ? address.port : 0
    return {
      urls: feeds.map((_, index) => `http://127.0.0.1:${port}/${index}.xml`),
      newest: (feed) => feeds[feed]?.items[0] ?? "",
      add: Effect.sync(() => {
        added += 1
        const index = pick(count, seed, "add", added)
        const feed = feeds[index]
        // What a feed lists at first sight is not news; one whole answer may not have been heard.
        if (feed === undefined || feed.whole < 2) return undefined
        const item = `new-${index}-${added}`
        feed.items = [item, ...feed.items].slice(0, listed)
        feed.version += 1
        return { feed: index, item }
      }),
      calm: Effect.sync(() => {
        faulty = false
      }),
      polls: () => feeds.reduce((sum, { polls }) => sum + polls, 0)
    }
  })
