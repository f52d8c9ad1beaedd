// What the pages' forms do when they are sent: log in, log out, give a command, look what would be posted.
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Clock, Effect, Either, Option, Redacted } from "effect"
import type { Source } from "../../domain/Source.ts"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import { AuditLog } from "../../outbox/AuditLog.ts"
import { Actor } from "../Audited.ts"
import { permit } from "../Authorization.ts"
import { Commands } from "../Commands.ts"
import { LiveState } from "../LiveState.ts"
import type { Status, StatusNeeds } from "../Status.ts"
import { plain } from "../Tables.ts"
import { backOf, formOf, obey, permitted } from "./Actions.ts"
import { changeCatalog } from "./CatalogForms.ts"
import { closedCatalog } from "./CatalogPage.ts"
import * as Contents from "./Contents.ts"
import { logInPage } from "./LogInPage.ts"
import { cookieOptions, problem, respond, seeOther, shown } from "./Responding.ts"
import { newSession, type Session, sessionCookie, sessionMs } from "./Session.ts"
import type { Preview } from "./SourcePage.ts"
import { visitOf } from "./Visit.ts"

export interface FormOptions {
  readonly dashboardToken: Option.Option<Redacted.Redacted>
  /** What would be posted of a source now. */
  readonly preview: (source: Source) => Effect.Effect<Preview, { readonly message: string }>
  readonly snapshot: Effect.Effect<Status, StorageFailed, LiveState | StatusNeeds>
  /** What was read before is out of date. */
  readonly changed: Effect.Effect<void>
}

/** Forms are short; the longest is an entry of the catalog. */
const short = HttpIncomingMessage.withMaxBodySize(Option.some(65_536))
const previewPatience = "30 seconds"
const someName = "somebody"

const nameIn = (form: ReadonlyMap<string, string>): string =>
  plain(form.get("name") ?? "")
    .trim()
    .slice(0, 60) || someName

const noteLogIn = (name: string) =>
  Effect.gen(function* () {
    const log = yield* AuditLog
    const now = yield* Clock.currentTimeMillis
    const id = yield* log.begin({ by: actorOf(name), command: "log in", target: "dashboard" }, now)
    yield* log.end(id, true, "Logged in.", now)
  })

const actorOf = (name: string) => `${name} on the dashboard`

export const logIn = ({ dashboardToken, snapshot }: FormOptions) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const visit = yield* visitOf(dashboardToken)
    const form = yield* short(formOf)
    const to = backOf(form, "to")
    const refused = (code: number) => (error: { readonly message: string }) =>
      shown(visit, snapshot, () => Effect.succeed(logInPage(visit, to, { why: error.message, code })))
    const given = Redacted.make(form.get("token") ?? "")
    return yield* permit(dashboardToken, given, "That is not the token.").pipe(
      Effect.zipRight(noteLogIn(nameIn(form))),
      Effect.zipRight(Clock.currentTimeMillis),
      Effect.map((now) =>
        HttpServerResponse.unsafeSetCookie(
          seeOther(to, dashboardToken, `You are logged in as ${nameIn(form)}.`),
          sessionCookie,
          Option.match(dashboardToken, {
            onNone: () => "",
            onSome: (token) => newSession(token, nameIn(form), now)
          }),
          cookieOptions(request, sessionMs)
        )
      ),
      Effect.catchTags({
        NotPermitted: refused(401),
        TooManyGuesses: refused(429),
        StorageFailed: refused(503)
      })
    )
  })

/** Does it for who is logged in and sent a form of ours; else says why not, and does nothing. */
const asPermitted = <R>(
  options: FormOptions,
  run: (
    form: ReadonlyMap<string, string>,
    session: Session
  ) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
) =>
  Effect.gen(function* () {
    const visit = yield* visitOf(options.dashboardToken)
    const form = yield* short(formOf)
    return yield* permitted(visit, form).pipe(
      Effect.matchEffect({
        onFailure: ({ message }) =>
          Effect.succeed(respond(visit, Option.none(), problem("Not permitted", message, 403))),
        onSuccess: (session) => run(form, session)
      })
    )
  })

export const logOut = (options: FormOptions) =>
  asPermitted(options, () =>
    Effect.map(HttpServerRequest.HttpServerRequest, (request) =>
      HttpServerResponse.unsafeSetCookie(
        seeOther("", options.dashboardToken, "You are logged out."),
        sessionCookie,
        "",
        cookieOptions(request, 0)
      )
    )
  )

const preview = (options: FormOptions, form: ReadonlyMap<string, string>) =>
  Effect.gen(function* () {
    const name = form.get("source") ?? ""
    const catalog = yield* Effect.flatMap(LiveState, (live) => live.catalog)
    const source = [...catalog.sources.values()].find(({ id }) => id === name)
    const visit = { ...(yield* visitOf(options.dashboardToken)), here: backOf(form) }
    const late = { message: `The source did not answer within ${previewPatience}.` }
    const found =
      source === undefined
        ? Option.none()
        : Option.some(
            yield* options.preview(source).pipe(
              Effect.timeoutFail({ duration: previewPatience, onTimeout: () => late }),
              Effect.catchAll(({ message }) => Effect.succeed({ failed: message }))
            )
          )
    return yield* shown(visit, options.snapshot, (status) => Contents.source(found)(visit, status, name))
  })

const command = (options: FormOptions, form: ReadonlyMap<string, string>, { name }: Session) =>
  Effect.gen(function* () {
    const said = yield* obey(yield* Commands, form).pipe(Effect.provideService(Actor, actorOf(name)))
    yield* options.changed
    return seeOther(backOf(form), options.dashboardToken, said)
  })

export const perform = (options: FormOptions) =>
  asPermitted(options, (form, session) =>
    Effect.if(form.get("command") === "preview", {
      onTrue: () => preview(options, form),
      onFalse: () => command(options, form, session)
    })
  )

/** An answer stands in an address. */
const longestAnswer = 1_000

/** Shows a change of the catalog, or makes it. */
export const edit = (options: FormOptions) =>
  asPermitted(options, (form, session) =>
    Effect.gen(function* () {
      const visit = { ...(yield* visitOf(options.dashboardToken)), here: "catalog" }
      const outcome = yield* changeCatalog(visit, session, form).pipe(
        Effect.provideService(Actor, actorOf(session.name)),
        Effect.either
      )
      yield* options.changed
      return Either.isRight(outcome) && "said" in outcome.right
        ? seeOther("catalog", options.dashboardToken, outcome.right.said.slice(0, longestAnswer))
        : yield* shown(visit, options.snapshot, (status) =>
            Effect.map(outcome, (found) =>
              "page" in found ? found.page : closedCatalog(visit, status, found.said)
            ).pipe(
              Effect.catchTag("NotPossible", ({ message }) =>
                Effect.succeed(closedCatalog(visit, status, message))
              )
            )
          )
    })
  )
