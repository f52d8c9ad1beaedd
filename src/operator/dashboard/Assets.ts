// The files that the pages need, from our own origin: style, script, icon, and uPlot, the library that draws the charts. Each is named by its
// content in its ETag, so that a new version is seen at once and an old one is not loaded twice.
// @source https://github.com/leeoniya/uPlot (MIT; 50 kB, no dependencies; 2026-11-26)
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { script } from "./Script.ts"
import { style } from "./Style.ts"

const require = createRequire(import.meta.url)

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2f6fde"/><circle cx="16" cy="16" r="8" fill="none" stroke="#fff" stroke-width="3"/><circle cx="16" cy="16" r="2.5" fill="#fff"/></svg>`

/** Part of the installation: without it the program is not whole. */
const library = (name: string) =>
  Effect.promise(() => readFile(require.resolve(`uplot/dist/${name}`), "utf8"))

const types = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" } as const

interface Asset {
  readonly name: string
  readonly type: keyof typeof types
  readonly text: Effect.Effect<string>
}

const assets: ReadonlyArray<Asset> = [
  { name: "dashboard.css", type: "css", text: Effect.succeed(style) },
  { name: "dashboard.js", type: "js", text: Effect.succeed(script) },
  { name: "icon.svg", type: "svg", text: Effect.succeed(icon) },
  { name: "chart.css", type: "css", text: library("uPlot.min.css") },
  { name: "chart.js", type: "js", text: library("uPlot.iife.min.js") }
]

const answer = ({ type, text }: Asset) =>
  Effect.map(Effect.cached(text), (cached) =>
    Effect.gen(function* () {
      const body = yield* cached
      const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`
      const { headers } = yield* HttpServerRequest.HttpServerRequest
      const kept = { etag, "cache-control": "no-cache", "x-content-type-options": "nosniff" }
      return headers["if-none-match"] === etag
        ? HttpServerResponse.empty({ status: 304, headers: kept })
        : HttpServerResponse.text(body, { contentType: `${types[type]}; charset=utf-8`, headers: kept })
    })
  )

/** Each with its path. */
export const served = Effect.forEach(assets, (asset) =>
  Effect.map(answer(asset), (respond) => ({ path: `/assets/${asset.name}` as const, respond }))
)
