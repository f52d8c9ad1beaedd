// The HTTP surface: health, metrics, API, the dashboard, and what App mounts beside them (the sandbox channel). Changes need the token.
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Effect, Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { DeliveryId } from "../domain/Names.ts"
import { AuditLog } from "../outbox/AuditLog.ts"
import type { BurstDecision, Intake } from "../outbox/Intake.ts"
import { Ledger } from "../outbox/Ledger.ts"
import type { Restoration } from "../outbox/Restoration.ts"
import { Samples } from "../outbox/Samples.ts"
import { Views } from "../outbox/Views.ts"
import { Api } from "./Api.ts"
import { Actor } from "./Audited.ts"
import { Authorization } from "./Authorization.ts"
import { changeOf } from "./CatalogApi.ts"
import { CatalogCommands } from "./CatalogCommands.ts"
import { Commands } from "./Commands.ts"
import { spanMsOf } from "./dashboard/ChartsPage.ts"
import { type DashboardOptions, dashboard } from "./dashboard/Dashboard.ts"
import { refreshGauges } from "./Gauges.ts"
import { Guesses } from "./Guesses.ts"
import { readiness } from "./Health.ts"
import { LiveState } from "./LiveState.ts"
import { MetricsText } from "./MetricsText.ts"
import { NotFound, NotPossible } from "./NotDone.ts"
import { refusals } from "./Refusals.ts"
import { snapshot } from "./Status.ts"
import { withWaits } from "./Waits.ts"

export interface HttpOptions extends DashboardOptions {
  /** Absolute path of the database, shown in the status. */
  readonly database: string
  /** Mounted under its own path as it is, for example the sandbox pages. */
  readonly mounts: ReadonlyArray<{ readonly path: `/${string}`; readonly app: HttpApp.Default }>
}

const current = (options: HttpOptions) =>
  Effect.flatMap(LiveState, (live) => live.catalog).pipe(
    Effect.flatMap((catalog: Catalog) => snapshot(catalog, options.database))
  )

const reading = (options: HttpOptions) =>
  HttpApiBuilder.group(Api, "reading", (handlers) =>
    Effect.gen(function* () {
      const [ledger, views, samples, log] = yield* Effect.all([Ledger, Views, Samples, AuditLog])
      return handlers
        .handle("status", () => current(options))
        .handle("deliveries", ({ urlParams }) =>
          Effect.gen(function* () {
            const catalog = yield* Effect.flatMap(LiveState, (live) => live.catalog)
            return yield* withWaits(catalog, yield* ledger.deliveries(urlParams))
          })
        )
        .handle("delivery", ({ path }) =>
          Effect.flatMap(
            views.delivery(DeliveryId.make(path.delivery)),
            Option.match({
              onNone: () => new NotFound({ what: `There is no delivery ${path.delivery}.` }),
              onSome: Effect.succeed
            })
          )
        )
        .handle("queue", ({ path, urlParams }) => views.queue(path.channel, urlParams.from, urlParams.limit))
        .handle("polls", ({ path, urlParams }) => views.polls(path.source, urlParams.limit))
        .handle("samples", ({ urlParams }) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            samples.since(now - urlParams.hours * 3_600_000, spanMsOf(urlParams.hours))
          )
        )
        .handle("audit", ({ urlParams }) => log.entries(urlParams))
    })
  )

/** The commands, as the command line has them. */
const steering = HttpApiBuilder.group(Api, "steering", (handlers) =>
  Effect.map(Commands, (commands) => {
    const done = <E>(answer: Effect.Effect<string, E>) =>
      answer.pipe(
        Effect.provideService(Actor, "the HTTP API"),
        Effect.map((sentence) => ({ done: sentence }))
      )
    return handlers
      .handle("settle", ({ path, payload }) =>
        done(commands.settle(path.delivery, "absent" in payload ? "absent" : payload, payload.attempt))
      )
      .handle("retry", ({ path }) => done(commands.retry(path.delivery)))
      .handle("withdraw", ({ path }) => done(commands.withdraw(path.delivery)))
      .handle("reorder", ({ path, payload }) => done(commands.reorder(path.delivery, payload.place)))
      .handle("pause", ({ payload }) => done(commands.pause(payload.name)))
      .handle("resume", ({ payload }) => done(commands.resume(payload.name)))
      .handle("post", ({ payload }) => done(commands.post(payload.url, payload.channel)))
      .handle("restored", ({ path, payload }) => done(commands.restored(path.channel, payload.decision)))
      .handle("release", ({ path, payload }) => {
        const decision: BurstDecision =
          "newest" in payload ? payload : payload.post === "all" ? "release" : "discard"
        return done(commands.release(path.source, decision))
      })
  })
)

const editing = HttpApiBuilder.group(Api, "catalog", (handlers) =>
  Effect.map(CatalogCommands, ({ apply, propose, show }) =>
    handlers
      .handle("catalog", () => show)
      .handle("proposeCatalog", ({ payload }) => propose(changeOf(payload)))
      .handle("changeCatalog", ({ payload: { change, version } }) =>
        apply(changeOf(change), version).pipe(
          Effect.provideService(Actor, "the HTTP API"),
          Effect.map((sentence) => ({ done: sentence })),
          Effect.catchTag("CatalogChanged", ({ message }) => new NotPossible({ what: message }))
        )
      )
  )
)

const pages = (options: HttpOptions) =>
  HttpApiBuilder.Router.use((router) =>
    Effect.gen(function* () {
      const metrics = yield* MetricsText
      const services = yield* Effect.context<LiveState | Ledger | Intake | Restoration>()
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
        Effect.zipRight(refreshGauges(options.database), metrics.text).pipe(
          Effect.map((text) => HttpServerResponse.text(text, { contentType: "text/plain; version=0.0.4" })),
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
    Layer.provide(dashboard(options, current(options))),
    Layer.provide(HttpApiBuilder.api(Api)),
    Layer.provide(reading(options)),
    Layer.provide(steering),
    Layer.provide(editing),
    Layer.provide(Authorization.layer(options.dashboardToken)),
    Layer.provide(Guesses.layer),
    HttpMiddleware.withTracerDisabledWhen(() => true)
  )
