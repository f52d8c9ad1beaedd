// How pages and forms are answered. Promises: no script but our own file, no request to anywhere else, nothing kept in a cache; a store that
// cannot be read is said on the page, whichever it is.
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { type Duration, Effect, Option, type Redacted } from "effect"
import { html } from "../../domain/Html.ts"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import type { NotFound } from "../NotDone.ts"
import type { Status } from "../Status.ts"
import { layout, type Page } from "./Layout.ts"
import { sealed } from "./Session.ts"
import type { Visit } from "./Visit.ts"

const secureHeaders = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store"
}

export const respond = (visit: Visit, status: Option.Option<Status>, page: Page) =>
  HttpServerResponse.html(layout(visit, status, page)).pipe(
    HttpServerResponse.setStatus(page.code ?? 200),
    HttpServerResponse.setHeaders(secureHeaders)
  )

export const problem = (title: string, what: string, code: number): Page => ({
  title,
  main: html`<h1>${title}</h1><p>${what}</p><p><a href="./">To the overview</a></p>`,
  code
})

/** The page that `content` makes of what is now, or what is in the way of it. */
export const shown = <R, R2>(
  visit: Visit,
  snapshot: Effect.Effect<Status, StorageFailed, R>,
  content: (status: Status) => Effect.Effect<Page, StorageFailed | NotFound, R2>
) =>
  snapshot.pipe(
    Effect.flatMap((status) =>
      content(status).pipe(
        Effect.catchTag("NotFound", ({ message }) => Effect.succeed(problem("Not found", message, 404))),
        Effect.map((page) => respond(visit, Option.some(status), page))
      )
    ),
    Effect.catchTag("StorageFailed", ({ message }) =>
      Effect.succeed(respond(visit, Option.none(), problem("The database cannot be read", message, 503)))
    )
  )

/** Where a form's answer leads, and what is said there. */
export const seeOther = (place: string, secret: Option.Option<Redacted.Redacted>, said = "") => {
  const word = Option.match(secret, {
    onNone: () => "",
    onSome: (token) =>
      said === "" ? "" : `${place.includes("?") ? "&" : "?"}said=${sealed(token, "said", said)}`
  })
  return HttpServerResponse.empty({
    status: 303,
    headers: { ...secureHeaders, location: `./${place}${word}` }
  })
}

/** Only sent back to us, over TLS where we are reached by it. Its path is that of the form, whatever a proxy puts before it. */
export const cookieOptions = (
  request: HttpServerRequest.HttpServerRequest,
  maxAge: Duration.DurationInput
) => ({
  httpOnly: true,
  sameSite: "strict" as const,
  secure: request.headers["x-forwarded-proto"] === "https",
  maxAge
})
