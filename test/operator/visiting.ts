// The dashboard over real HTTP, as a browser visits it: what it is served from, its forms, and who is logged in.
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Option, Redacted } from "effect"
import { serve } from "../../src/operator/Http.ts"
import { MetricsText } from "../../src/operator/MetricsText.ts"
import { commands, live } from "./operating.ts"

export const token = "a-token-of-the-dashboard-tests"

/** `service`: what is steered. */
export const servedOn = <A, E>(service: Layer.Layer<A, E>) =>
  serve({
    database: ":memory:",
    dashboardToken: Option.some(Redacted.make(token)),
    preview: () => Effect.fail({ message: "the source is away" }),
    mounts: []
  }).pipe(
    Layer.provide(MetricsText.layer),
    Layer.provide(live(new Map())),
    Layer.provideMerge(service),
    Layer.provideMerge(NodeHttpServer.layerTest)
  )

export const served = servedOn(commands)

export const post = (
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {}
) =>
  HttpClientRequest.post(path).pipe(
    HttpClientRequest.bodyUrlParams(fields),
    HttpClientRequest.setHeaders(headers),
    HttpClient.execute
  )

export const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  HttpClientRequest.get(path).pipe(HttpClientRequest.setHeaders(headers), HttpClient.execute)

/** The headers of who has logged in, and the secret of their forms. */
export const loggedIn = Effect.gen(function* () {
  const answer = yield* post("/log-in", { name: "ann", token, to: "channels/deals" })
  const cookie = answer.headers["set-cookie"] ?? ""
  const headers = { cookie: cookie.split(";")[0] ?? "" }
  const page = yield* Effect.flatMap(get("/channels/deals", headers), ({ text }) => text)
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? ""
  return { answer, cookie, headers, csrf }
})
