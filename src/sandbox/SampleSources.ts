// The demo's sources on loopback: a news feed and a shop feed that change with the Clock, their pictures, and a page behind each link. Everything is a
// function of seed and time. Promises: ETag and 304; the same id is the same thing after a restart. Never reaches the outside world.
import * as Headers from "@effect/platform/Headers"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Clock, Effect, Option } from "effect"
import { html } from "../domain/Html.ts"
import { traced } from "../Spans.ts"
import { digest } from "./Chance.ts"
import { listen } from "./http/Listener.ts"
import { article, newsFeed } from "./samples/News.ts"
import { picture } from "./samples/Picture.ts"
import { euros, product, shopFeed } from "./samples/Shop.ts"

export interface SampleOptions {
  /** 0: any free one. Links carry the port, so a demo that restarts should keep it. */
  readonly port: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Default 1. */
  readonly seed?: number
}

const gone = HttpServerResponse.text("Nothing of that name.", { status: 404 })

/** The address under which the client knows this server. */
const base = Effect.map(
  HttpServerRequest.HttpServerRequest,
  ({ headers }) => `http://${(headers["host"] ?? "localhost").replace(/[^\w.:[\]-]/g, "")}`
)

const feed = (make: (base: string, now: number) => string) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = make(yield* base, yield* Clock.currentTimeMillis)
    const etag = `"${digest(body).slice(0, 24)}"`
    const headers = Headers.fromInput({ etag, "cache-control": "no-cache" })
    const known = Option.contains(Headers.get(request.headers, "if-none-match"), etag)
    return known
      ? HttpServerResponse.empty({ status: 304, headers })
      : HttpServerResponse.text(body, { contentType: "application/rss+xml; charset=utf-8", headers })
  })

const numbered = Effect.map(HttpRouter.params, ({ n = "" }) => (/^\d{1,12}$/.test(n) ? Number(n) : undefined))

const page = (title: string, image: string, lines: ReadonlyArray<string>) =>
  HttpServerResponse.setHeader(
    HttpServerResponse.html(
      html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>:root{color-scheme:light dark}body{font:17px/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}img{width:100%;height:auto;border-radius:12px}</style>
<img src="${image}" alt="" width="640" height="400"><h1>${title}</h1>${lines.map((line) => html`<p>${line}</p>`)}</html>`
        .markup
    ),
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
  )

const router = (seed: number) =>
  HttpRouter.empty.pipe(
    HttpRouter.get(
      "/news.xml",
      feed((at, now) => newsFeed(at, seed, now))
    ),
    HttpRouter.get(
      "/shop.xml",
      feed((at, now) => shopFeed(at, seed, now))
    ),
    HttpRouter.get(
      "/pictures/:name",
      Effect.flatMap(HttpRouter.params, ({ name = "" }) =>
        /^(?:news|shop)-\d{1,12}\.png$/.test(name)
          ? Effect.map(picture(`${seed} ${name}`), (bytes) =>
              HttpServerResponse.uint8Array(bytes, { contentType: "image/png" })
            )
          : Effect.succeed(gone)
      )
    ),
    HttpRouter.get(
      "/news/:n",
      Effect.map(numbered, (n) => {
        if (n === undefined) return gone
        const { title, paragraphs } = article(seed, n)
        return page(title, `/pictures/news-${n}.png`, paragraphs)
      })
    ),
    HttpRouter.get(
      "/shop/:n",
      Effect.zipWith(numbered, Clock.currentTimeMillis, (n, now) => {
        if (n === undefined) return gone
        const one = product(seed, n, now)
        const price = euros(one.salePrice ?? one.listPrice)
        return page(one.name, `/pictures/shop-${n}.png`, [
          price,
          one.availability.replaceAll("_", " "),
          one.description
        ])
      })
    ),
    Effect.catchTag("RouteNotFound", () => Effect.succeed(gone))
  )

/** Serves until the scope closes. */
export const serveSamples = traced("SampleSources.serve")(function* (options: SampleOptions) {
  const handle = yield* NodeHttpServer.makeHandler(router(options.seed ?? 1))
  const { url } = yield* listen({ host: options.host ?? "127.0.0.1", port: options.port }, handle)
  return { url, newsUrl: `${url}/news.xml`, shopUrl: `${url}/shop.xml` }
})
