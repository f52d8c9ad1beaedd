// The HTTP surface: health, metrics, API, the status page, and what App mounts beside them (the sandbox channel). Changes need the token.
// Promises: every page forbids scripts and requests that are not its own.
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Layer, type Option, type Redacted } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Choices } from "../outbox/Choices.ts"
import type { BurstDecision, Intake } from "../outbox/Intake.ts"
import { Ledger } from "../outbox/Ledger.ts"
import type { Steering } from "../outbox/Steering.ts"
import { Api } from "./Api.ts"
import { Authorization } from "./Authorization.ts"
import { Commands } from "./Commands.ts"
import { refreshGauges } from "./Gauges.ts"
import { readiness } from "./Health.ts"
import { LiveState } from "./LiveState.ts"
import { MetricsText } from "./MetricsText.ts"
import { refusals } from "./Refusals.ts"
import { snapshot } from "./Status.ts"
import { statusPage } from "./StatusPage.ts"
import { withWaits } from "./Waits.ts"

export interface HttpOptions {
  /** Absolute path of the database, shown in the status. */
  readonly database: string
  /** What permits changes; none: nothing can be changed over HTTP. */
  readonly dashboardToken: Option.Option<Redacted.Redacted>
  /** Mounted under its own path as it is, for example the sandbox pages. */
  readonly mounts: ReadonlyArray<{ readonly path: `/${string}`; readonly app: HttpApp.Default }>
}

const current = (options: HttpOptions) =>
  Effect.flatMap(LiveState, (live) => live.catalog).pipe(
    Effect.flatMap((catalog: Catalog) => snapshot(catalog, options.database))
  )

const reading = (options: HttpOptions) =>
  HttpApiBuilder.group(Api, "reading", (handlers) =>
    handlers
      .handle("status", () => current(options))
      .handle("deliveries", ({ urlParams }) =>
        Effect.gen(function* () {
          const catalog = yield* Effect.flatMap(LiveState, (live) => live.catalog)
          return yield* withWaits(
            catalog,
            yield* Effect.flatMap(Ledger, (ledger) => ledger.deliveries(urlParams))
          )
        })
      )
  )

/** The commands, as the command line has them. */
const steering = HttpApiBuilder.group(Api, "steering", (handlers) =>
  Effect.map(Commands, (commands) => {
    const done = <E>(answer: Effect.Effect<string, E>) =>
      Effect.map(answer, (sentence) => ({ done: sentence }))
    return handlers
      .handle("settle", ({ path, payload }) =>
        done(commands.settle(path.delivery, "absent" in payload ? "absent" : payload))
      )
      .handle("retry", ({ path }) => done(commands.retry(path.delivery)))
      .handle("withdraw", ({ path }) => done(commands.withdraw(path.delivery)))
      .handle("pause", ({ payload }) =>
        done(commands.pause(payload.name, "somebody with the dashboard's token"))
      )
      .handle("resume", ({ payload }) => done(commands.resume(payload.name)))
      .handle("release", ({ path, payload }) => {
        const decision: BurstDecision =
          "newest" in payload ? payload : payload.post === "all" ? "release" : "discard"
        return done(commands.release(path.source, decision))
      })
  })
)

const secureHeaders = {
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store"
}

const pages = (options: HttpOptions) =>
  HttpApiBuilder.Router.use((router) =>
    Effect.gen(function* () {
      const metrics = yield* MetricsText
      const services = yield* Effect.context<LiveState | Ledger | Intake | Steering | Choices>()
      yield* router.get("/health/live", HttpServerResponse.unsafeJson({ live: true }))
      yield* router.get(
        "/health/ready",
        readiness.pipe(
          Effect.map((found) => HttpServerResponse.unsafeJson(found, { status: found.ready ? 200 : 503 })),
          Effect.provide(services)
        )
      )
      yield* router.get(
        "/metrics",
        Effect.zipRight(refreshGauges, metrics.text).pipe(
          Effect.map((text) => HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4" })),
          Effect.provide(services)
        )
      )
      yield* router.get(
        "/",
        current(options).pipe(
          Effect.map((status) => HttpServerResponse.html(statusPage(status))),
          Effect.catchTag("StorageFailed", (error) =>
            HttpServerResponse.text(error.message, { status: 503 })
          ),
          Effect.map(HttpServerResponse.setHeaders(secureHeaders)),
          Effect.provide(services)
        )
      )
      for (const mount of options.mounts)
        yield* router.mountApp(mount.path, mount.app, { includePrefix: true })
    })
  )

/** Serves until its scope closes; needs an `HttpServer`. */
export const serve = (options: HttpOptions) =>
  HttpApiBuilder.serve().pipe(
    Layer.provide(HttpApiBuilder.middlewareOpenApi()),
    Layer.provide(refusals),
    Layer.provide(pages(options)),
    Layer.provide(HttpApiBuilder.api(Api)),
    Layer.provide(reading(options)),
    Layer.provide(steering),
    Layer.provide(Authorization.layer(options.dashboardToken)),
    HttpMiddleware.withTracerDisabledWhen(() => true)
  )
