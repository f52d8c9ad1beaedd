// Feeds that are bad each in its own way, as servers of the field send them, and what the operator is to read of each.
import { createHash } from "node:crypto"
import { createServer, type RequestListener, type Server } from "node:http"
import { gzipSync } from "node:zlib"
import { Effect, type Scope } from "effect"

export interface SickFeed {
  readonly answer: RequestListener
  /** The note of its last poll, without the address. */
  readonly note: RegExp
  /** More of its catalog entry. */
  readonly options?: string
}

const xml = (body: string): RequestListener => {
  return (_request, response) => {
    response.setHeader("content-type", "application/rss+xml")
    response.end(body)
  }
}

const item = (name: string, rest = "") =>
  `<item><guid isPermaLink="false">${name}</guid><title>${name}</title><link>https://n.example/${name}</link>${rest}</item>`

export const rss = (items: string) =>
  `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>${items}</channel></rss>`

const many = (count: number, item: (index: number) => string) =>
  rss(Array.from({ length: count }, (_, index) => item(index)).join(""))

/** Writes without end, as fast as it is read; stops when the reader goes. */
const endless: RequestListener = (_request, response) => {
  const piece = Buffer.alloc(64 * 1024, "<item><title>again and again</title></item>")
  const more = () => {
    while (!response.destroyed && response.write(piece));
  }
  response.on("drain", more)
  response.write('<rss version="2.0"><channel>')
  more()
}

const drip: RequestListener = (_request, response) => {
  response.write('<rss version="2.0"><channel>')
  const timer = setInterval(() => response.write(" "), 200)
  response.on("close", () => clearInterval(timer))
}

// The same in every run: one noise of a hundred begins like JSON, and is then told as such.
const noise = createHash("shake256", { outputLength: 200_000 }).update("noise").digest()
const bomb = gzipSync(Buffer.alloc(300_000_000))
const billionLaughs = `<!DOCTYPE rss [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, at) => `<!ENTITY ${String.fromCharCode(98 + at)} "${`&${String.fromCharCode(97 + at)};`.repeat(10)}">`).join("")}]>`

/** By name. Each is served from a host of its own, since requests to one host wait for each other. */
export const sickFeeds: Readonly<Record<string, SickFeed>> = {
  garbage: {
    answer: (_, response) => void response.end(noise),
    note: /cannot be read: bytes that are no text/
  },
  page: {
    answer: xml("<!doctype html><html><body><h1>Shop</h1></body></html>"),
    note: /cannot be read: an HTML page/
  },
  nothing: { answer: xml(""), note: /cannot be read: an empty document/ },
  cutoff: {
    answer: xml(`${rss(item("cutoff-1")).replace("</channel></rss>", "")}<item><title>cut`),
    note: /1 new among 1 item; the document was cut off/
  },
  endless: { answer: endless, note: /is larger than 10000000 bytes/ },
  circle: {
    answer: (_, response) => void response.writeHead(302, { location: `/circle/${Date.now()}` }).end("go on"),
    note: /redirects more than 5 times/
  },
  astray: {
    answer: (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    note: /^file:… is neither http nor https/
  },
  charset: {
    answer: (_, response) =>
      void response.end(
        Buffer.from(rss(item("charset-1", "<description>Gr\xfc\xdfe</description>")), "latin1")
      ),
    note: /1 new among 1 item/
  },
  bare: {
    answer: xml(
      rss(`<item></item><item><title>Only a title</title></item><item><link>x</link></item>${item("bare-1")}`)
    ),
    note: /3 new among 3 items; 1 item without link, guid and title/
  },
  future: {
    answer: xml(rss(item("future-1", "<pubDate>Fri, 31 Dec 9999 23:59:59 GMT</pubDate>"))),
    note: /1 new among 1 item/
  },
  crowd: {
    answer: xml(many(100_000, (index) => `<item><guid>g${index}</guid><title>t${index}</title></item>`)),
    note: /100000 new among 100000 items/,
    options: "start: none"
  },
  heavy: {
    answer: xml(many(100_000, (index) => item(`h${index}`, "<description>and so on</description>"))),
    note: /is larger than 10000000 bytes/
  },
  bomb: {
    answer: (_, response) => void response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    note: /is larger than 10000000 bytes/
  },
  drip: { answer: drip, note: /was not complete after 15s/ },
  mute: { answer: () => {}, note: /was not complete after 15s/ },
  hangup: { answer: (request) => void request.socket.destroy(), note: /broke off/ },
  laughs: {
    answer: xml(
      rss(item("laughs-1", "<description>&u;</description>")).replace("<rss", `${billionLaughs}<rss`)
    ),
    note: /1 new among 1 item/
  },
  deep: { answer: xml(rss(`<item>${"<a>".repeat(500_000)}`)), note: /elements nest deeper than 512/ },
  busy: {
    answer: (_, response) => void response.writeHead(503, { "retry-after": "120" }).end(),
    note: /answered 503/
  },
  gone: { answer: (_, response) => void response.writeHead(410).end(), note: /is gone for good \(410\)/ }
}

/** Serves feeds at every address of the loopback network; gives the port. */
export const serveAll = (
  answers: (path: string) => RequestListener | undefined
): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Server>((resume) => {
      const server = createServer((request, response) => {
        const name = /^\/([a-z]+)/.exec(request.url ?? "")?.[1] ?? ""
        const answer = answers(name)
        if (answer === undefined) return void response.writeHead(404).end()
        answer(request, response)
      })
      server.listen(0, "0.0.0.0", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return address !== null && typeof address === "object" ? address.port : 0
    })
  )
