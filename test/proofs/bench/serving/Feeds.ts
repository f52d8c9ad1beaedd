// News feeds on loopback, as many as one likes, made while they are asked for: `/MODE/ID/ITEMS`. MODE `etag` answers 304 to who knows it,
// `same` always 200 with equal bytes. On many addresses, for the product keeps to two requests a host.
import { createServer, type Server, type ServerResponse } from "node:http"
import { article } from "../Work.ts"

/** Addresses that the feeds are spread over. */
export const hosts = Array.from({ length: 64 }, (_, at) => `127.0.0.${at + 1}`)

export const feedUrl = (port: number, mode: "etag" | "same", id: number, items: number): string =>
  `http://${hosts[id % hosts.length]}:${port}/${mode}/${id}/${items}`

const entry = (id: number, at: number): string => {
  const { guid, link, title, body, publishedAt = 0 } = article(id * 1_000 + at, `site-${id}.example`)
  const text = body.replaceAll("<", "&lt;")
  return `<item><guid isPermaLink="false">${guid}</guid><title>${title}</title><link>${link}</link><category>News</category><pubDate>${new Date(publishedAt).toUTCString()}</pubDate><description>${text}</description></item>\n`
}

export const feed = (id: number, items: number): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Site ${id}</title><link>https://site-${id}.example/</link><description>News</description>\n${Array.from({ length: items }, (_, at) => entry(id, at)).join("")}</channel></rss>\n`

/** Kept, so that making them costs the machine nothing while it is measured. */
const made = new Map<string, Buffer>()
const mostMade = 2_000

const bytesOf = (id: number, items: number): Buffer => {
  const name = `${id}/${items}`
  const bytes = made.get(name) ?? Buffer.from(feed(id, items))
  if (made.size < mostMade) made.set(name, bytes)
  return bytes
}

const answer = (path: string, known: string | undefined, response: ServerResponse): void => {
  const [, mode = "", id = "0", items = "0"] = path.split("/")
  const etag = `"${id}-${items}"`
  // Between two polls of a feed lie minutes: no connection outlives them.
  const headers = {
    "content-type": "application/rss+xml",
    connection: "close",
    ...(mode === "etag" ? { etag } : {})
  }
  if (mode === "etag" && known === etag) return void response.writeHead(304, headers).end()
  const bytes = bytesOf(Number(id), Number(items))
  response.writeHead(200, { ...headers, "content-length": bytes.length }).end(bytes)
}

const listening = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((done) =>
    server.listen(port, host, () => {
      const address = server.address()
      done(address !== null && typeof address === "object" ? address.port : 0)
    })
  )

/** Serves them; `heard` is told of each request. Gives the port, the same on every host, and how to end. */
export const serveFeeds = async (heard: (path: string) => void = () => {}) => {
  const servers = hosts.map(() =>
    createServer((request, response) => {
      heard(request.url ?? "")
      answer(request.url ?? "", request.headers["if-none-match"], response)
    })
  )
  let port = 0
  for (const [at, server] of servers.entries()) port = await listening(server, port, hosts[at] ?? "")
  const close = () => {
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
  }
  return { port, close }
}
