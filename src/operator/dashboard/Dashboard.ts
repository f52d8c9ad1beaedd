// The dashboard's routes: pages that anybody reads who reaches the port, and the forms of who is logged in. Every link of a page is relative,
// so that it works under any path of a proxy.
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpRouter from "@effect/platform/HttpRouter"
import { Effect, Option } from "effect"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import type { AuditLog } from "../../outbox/AuditLog.ts"
import type { Choices } from "../../outbox/Choices.ts"
import type { Ledger } from "../../outbox/Ledger.ts"
import type { Samples } from "../../outbox/Samples.ts"
import type { Views } from "../../outbox/Views.ts"
import type { CatalogCommands } from "../CatalogCommands.ts"
import type { Commands } from "../Commands.ts"
import type { Guesses } from "../Guesses.ts"
import type { LiveState } from "../LiveState.ts"
import type { NotFound } from "../NotDone.ts"
import type { Status, StatusNeeds } from "../Status.ts"
import { served } from "./Assets.ts"
import * as CatalogForms from "./CatalogForms.ts"
import * as Contents from "./Contents.ts"
import { decisionsPage } from "./DecisionsPage.ts"
import { docsPage } from "./DocsPage.ts"
import { edit, type FormOptions, logIn, logOut, perform } from "./Forms.ts"
import type { Page } from "./Layout.ts"
import { live } from "./Live.ts"
import { logInPage } from "./LogInPage.ts"
import { shown } from "./Responding.ts"
import { sourcesPage } from "./SourcesPage.ts"
import { supervisionPage } from "./SupervisionPage.ts"
import { isPlace, type Visit, visitOf } from "./Visit.ts"

export type DashboardOptions = Pick<FormOptions, "dashboardToken" | "preview">

/** All open pages look at once when something changes: they may see the same snapshot. */
const snapshotFor = "400 millis"

type Needs = AuditLog | CatalogCommands | Choices | Commands | Guesses | Ledger | LiveState | Samples | Views

type Content = (
  visit: Visit,
  status: Status,
  id: string
) => Effect.Effect<Page, StorageFailed | NotFound, Needs>

const still =
  (page: (visit: Visit, status: Status) => Page): Content =>
  (visit, status) =>
    Effect.succeed(page(visit, status))

const toIn = ({ query }: Visit): string => {
  const to = query.get("to") ?? ""
  return isPlace(to) ? to : ""
}

const pages: ReadonlyArray<readonly [path: `/${string}`, content: Content]> = [
  ["/", Contents.overview],
  ["/decisions", still(decisionsPage)],
  ["/deliveries", Contents.deliveries],
  ["/deliveries/:id", Contents.delivery],
  ["/channels/:id", Contents.channel],
  ["/sources", still(sourcesPage)],
  ["/sources/:id", Contents.source(Option.none())],
  ["/catalog", CatalogForms.catalog],
  ["/catalog/entry", CatalogForms.entry],
  ["/supervision", still((_, status) => supervisionPage(status))],
  ["/charts", Contents.charts],
  ["/audit", Contents.audit],
  ["/docs", still(docsPage)],
  ["/log-in", still((visit) => logInPage(visit, toIn(visit)))]
]

/** Adds the dashboard to the API's router; `current` is what all surfaces show. */
export const dashboard = (
  options: DashboardOptions,
  current: Effect.Effect<Status, StorageFailed, LiveState | StatusNeeds>
) =>
  HttpApiBuilder.Router.use((router) =>
    Effect.gen(function* () {
      const services = yield* Effect.context<Needs | StatusNeeds>()
      const [snapshot, changed] = yield* Effect.cachedInvalidateWithTTL(current, snapshotFor)
      const forms = { ...options, snapshot, changed }
      for (const [path, content] of pages) {
        const show = Effect.gen(function* () {
          const visit = yield* visitOf(options.dashboardToken)
          const { id = "" } = yield* HttpRouter.params
          return yield* shown(visit, snapshot, (status) => content(visit, status, id))
        })
        yield* router.get(path, Effect.provide(show, services))
      }
      yield* router.post("/log-in", Effect.provide(logIn(forms), services))
      yield* router.post("/log-out", Effect.provide(logOut(forms), services))
      yield* router.post("/do", Effect.provide(perform(forms), services))
      yield* router.post("/change-catalog", Effect.provide(edit(forms), services))
      yield* router.get("/events", (yield* live).view)
      for (const { path, respond } of yield* served) yield* router.get(path, respond)
    })
  )
