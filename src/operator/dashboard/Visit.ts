// One visit of a page: who looks, from where, and what the page's links are relative to, so that it works under any path of a proxy.
// @source https://doc.traefik.io/traefik/middlewares/http/stripprefix/ (X-Forwarded-Prefix; 2026-11-26)
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Clock, Effect, Option, type Redacted } from "effect"
import { type Session, sessionCookie, sessionOf, unsealed } from "./Session.ts"

export interface Visit {
  readonly now: number
  /** The page's own path and query, relative to the dashboard: "channels/news?from=50". */
  readonly here: string
  /** Where the dashboard is, relative to the page, or absolute where a proxy says so: "../", "/oncecast/". */
  readonly base: string
  readonly query: URLSearchParams
  /** None: reads only. */
  readonly session: Option.Option<Session>
  /** Whether anybody can log in. */
  readonly hasToken: boolean
  /** What the last change of this person was answered with. */
  readonly said: Option.Option<string>
}

/** Only a plain path: it stands in the page. */
const isPrefix = (text: string) => /^(\/[\w.~-]+)+\/?$/.test(text)

const baseOf = (path: string, prefix: string | undefined): string => {
  if (prefix !== undefined && isPrefix(prefix)) return prefix.endsWith("/") ? prefix : `${prefix}/`
  return "../".repeat(path.split("/").length - 2) || "./"
}

/** A place in the dashboard that a form may lead back to: nothing with a scheme, a host, or a way up. */
export const isPlace = (text: string): boolean =>
  /^([\p{L}\p{N}_.~%-]+(\/[\p{L}\p{N}_.~%-]+)*)?(\?[\w=&.%+-]*)?$/u.test(text) &&
  !/(^|\/)\.\.?(\/|\?|$)/.test(text)

export const visitOf = (secret: Option.Option<Redacted.Redacted>) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* Clock.currentTimeMillis
    const { pathname, searchParams } = new URL(request.url, "http://here")
    const said = Option.fromNullable(searchParams.get("said"))
    searchParams.delete("said")
    const query = searchParams.toString()
    const visit: Visit = {
      now,
      here: pathname.slice(1) + (query === "" ? "" : `?${query}`),
      base: baseOf(pathname, request.headers["x-forwarded-prefix"]),
      query: searchParams,
      session: Option.flatMap(secret, (token) => sessionOf(token, request.cookies[sessionCookie], now)),
      hasToken: Option.isSome(secret),
      said: Option.flatMap(Option.all([secret, said]), ([token, text]) => unsealed(token, "said", text))
    }
    return visit
  })

/** A number from the query; `otherwise` where it is none. */
export const numberIn = ({ query }: Visit, name: string, otherwise: number): number => {
  const text = query.get(name)
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : otherwise
}
