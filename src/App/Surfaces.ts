// The HTTP server with every surface on it, and the one sentence for a port that is taken.
import * as HttpServer from "@effect/platform/HttpServer"
import { Effect, Layer } from "effect"
import type { Settings } from "../config/Settings.ts"
import { eventLoopMetric } from "../operator/EventLoop.ts"
import { type HttpOptions, serve } from "../operator/Http.ts"
import { MetricsText } from "../operator/MetricsText.ts"
import { sampling } from "../operator/Sampling.ts"
import { CommandFailed } from "./Failure.ts"
import { httpAddress } from "./HttpAddress.ts"
import { listening } from "./Listening.ts"

const portTaken = (settings: Settings, cause: unknown) =>
  new CommandFailed({
    sentence:
      cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE"
        ? `Port ${settings.httpPort} of ${settings.httpHost} is in use; end what uses it or set HTTP_PORT.`
        : `Cannot listen on ${settings.httpHost}:${settings.httpPort}: ${String(cause)}. Set HTTP_HOST and HTTP_PORT.`
  })

/** Leaves the server in the context: its address says which port it got. */
export const surfaces = (settings: Settings, options: HttpOptions) => {
  const server = listening({ host: settings.httpHost, port: settings.httpPort }).pipe(
    Layer.catchAll((error) => Layer.fail(portTaken(settings, error.cause)))
  )
  return Layer.mergeAll(serve(options), eventLoopMetric, sampling).pipe(
    Layer.provide(MetricsText.layer),
    Layer.provideMerge(server)
  )
}

/** As a person can open it. */
export const addressOf = Effect.map(HttpServer.HttpServer, ({ address }) =>
  address._tag === "UnixAddress" ? address.path : httpAddress(address.hostname, address.port)
)
