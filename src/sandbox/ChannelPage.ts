// The channels of an emulator as their readers see them, over HTTP: `/sandbox`, `/sandbox/CHAT`, pictures, style and script. An app to mount as it
// is, under its own path. Promises: reads only; no request leaves our own server; everything is escaped; works without JavaScript.
import * as Headers from "@effect/platform/Headers"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect } from "effect"
import { digest } from "./Chance.ts"
import type { EmulatorShape } from "./Emulator.ts"
import { imageHeader } from "./ImageHeader.ts"
import { chatPage, chatsPage } from "./page/Pages.ts"
import { script } from "./page/Script.ts"
import { style } from "./page/Style.ts"
import { findChatIn } from "./State.ts"

const secure = HttpServerResponse.setHeaders({
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer"
})

const notThere = HttpServerResponse.text("There is no such chat in this sandbox.", { status: 404 })

/** The body with its ETag, or 304 when the client has it already. */
const fresh = (body: string, contentType: string) =>
  Effect.map(HttpServerRequest.HttpServerRequest, (request) => {
    const etag = `"${digest(body).slice(0, 20)}"`
    const headers = Headers.fromInput({ etag, "cache-control": "no-cache" })
    return Headers.get(request.headers, "if-none-match").pipe((known) =>
      known._tag === "Some" && known.value === etag
        ? HttpServerResponse.empty({ status: 304, headers })
        : HttpServerResponse.text(body, { contentType, headers })
    )
  })

const page = "text/html; charset=utf-8"

/** Serves the pages of this emulator; needs nothing else. */
export const channelPage = ({ control }: EmulatorShape) => {
  const list = Effect.flatMap(control.chats, (chats) => fresh(chatsPage(chats), page))
  const chat = Effect.gen(function* () {
    const { chat: name = "" } = yield* HttpRouter.params
    const chats = yield* control.chats
    const found = findChatIn(chats, name)
    if (found === undefined) return notThere
    return yield* fresh(chatPage(found, new Map(chats.map(({ id, title }) => [id, title]))), page)
  })
  const file = Effect.gen(function* () {
    const { unique = "" } = yield* HttpRouter.params
    const bytes = yield* control.file(unique)
    return HttpServerResponse.uint8Array(bytes, {
      contentType: imageHeader(bytes)?.mime ?? "application/octet-stream",
      headers: { "cache-control": "public, max-age=31536000, immutable" }
    })
  }).pipe(Effect.catchTag("NotThere", () => Effect.succeed(notThere)))

  return HttpRouter.empty.pipe(
    HttpRouter.get("/sandbox", list),
    HttpRouter.get("/sandbox/page.css", fresh(style, "text/css; charset=utf-8")),
    HttpRouter.get("/sandbox/page.js", fresh(script, "text/javascript; charset=utf-8")),
    HttpRouter.get("/sandbox/files/:unique", file),
    HttpRouter.get("/sandbox/:chat", chat),
    Effect.catchTag("RouteNotFound", () => Effect.succeed(notThere)),
    Effect.map(secure)
  )
}
