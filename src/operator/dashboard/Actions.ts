// The forms of the pages: each becomes one of the commands. Promises: nothing is done for who is not logged in or whose form is not from a
// page of ours, whatever the browser sent along; who did it is in the audit log.
// @source https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html (2026-11-26)
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Effect, Option, Schema } from "effect"
import { AttemptId } from "../../domain/Names.ts"
import { isSame, NotPermitted } from "../Authorization.ts"
import type { Commands } from "../Commands.ts"
import type { Session } from "./Session.ts"
import { isPlace, type Visit } from "./Visit.ts"

const Id = Schema.NumberFromString.pipe(Schema.int(), Schema.positive())

/** The attempt that the page showed. */
const About = Schema.Struct({
  attempt: Schema.optionalWith(Schema.compose(Id, AttemptId), { exact: true })
})

/** What a form can ask for. */
const Order = Schema.Union(
  Schema.Struct({ command: Schema.Literal("pause"), name: Schema.NonEmptyString }),
  Schema.Struct({ command: Schema.Literal("resume"), name: Schema.NonEmptyString }),
  Schema.Struct({ command: Schema.Literal("absent"), delivery: Id, ...About.fields }),
  Schema.Struct({ command: Schema.Literal("retry"), delivery: Id }),
  Schema.Struct({ command: Schema.Literal("withdraw"), delivery: Id }),
  Schema.Struct({ command: Schema.Literal("sent"), delivery: Id, messageId: Id, ...About.fields }),
  Schema.Struct({
    command: Schema.Literal("reorder"),
    delivery: Id,
    place: Schema.Literal("first", "last")
  }),
  Schema.Struct({ command: Schema.Literal("post"), url: Schema.NonEmptyString, channel: Schema.String }),
  Schema.Struct({ command: Schema.Literal("release"), source: Schema.String, newest: Id }),
  Schema.Struct({
    command: Schema.Literal("release"),
    source: Schema.String,
    post: Schema.Literal("all", "none")
  }),
  Schema.Struct({
    command: Schema.Literal("restored"),
    channel: Schema.NonEmptyString,
    decision: Schema.Literal("send", "skip")
  })
)
type Order = typeof Order.Type

const decodeOrder = Schema.decodeUnknownOption(Order)

/** The fields of a form, each once. */
export const formOf = Effect.gen(function* () {
  const request = yield* HttpServerRequest.HttpServerRequest
  const parameters = yield* request.urlParamsBody
  return new Map<string, string>(parameters)
}).pipe(
  // A body that is no form is like one with nothing in it.
  Effect.orElseSucceed(() => new Map<string, string>())
)

/** Where the form's answer leads; the overview where it names no place of ours. */
export const backOf = (form: ReadonlyMap<string, string>, name = "back"): string => {
  const place = form.get(name) ?? ""
  return isPlace(place) ? place : ""
}

const refuse = (why: string) => new NotPermitted({ why })

/** The session, if the form is from one of our own pages. */
export const permitted = (
  visit: Visit,
  form: ReadonlyMap<string, string>
): Effect.Effect<Session, NotPermitted, HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function* () {
    const { headers } = yield* HttpServerRequest.HttpServerRequest
    const site = headers["sec-fetch-site"] ?? "same-origin"
    if (site !== "same-origin") return yield* refuse("This form was sent by another site; nothing was done.")
    if (Option.isNone(visit.session)) return yield* refuse("Log in first; nothing was done.")
    return isSame(visit.session.value.csrf, form.get("csrf") ?? "")
      ? visit.session.value
      : yield* refuse("This form is of an earlier log-in; load its page anew. Nothing was done.")
  })

const give = (commands: typeof Commands.Service, order: Order) => {
  switch (order.command) {
    case "pause":
      return commands.pause(order.name)
    case "resume":
      return commands.resume(order.name)
    case "retry":
      return commands.retry(order.delivery)
    case "withdraw":
      return commands.withdraw(order.delivery)
    case "absent":
      return commands.settle(order.delivery, "absent", order.attempt)
    case "sent":
      return commands.settle(order.delivery, { messageId: order.messageId }, order.attempt)
    case "post":
      return commands.post(order.url.trim(), order.channel)
    case "reorder":
      return commands.reorder(order.delivery, order.place)
    case "restored":
      return commands.restored(order.channel, order.decision)
    case "release":
      return commands.release(
        order.source,
        "newest" in order ? { newest: order.newest } : order.post === "all" ? "release" : "discard"
      )
  }
}

/** The sentence that the command answered with, or why it was refused. */
export const obey = (
  commands: typeof Commands.Service,
  form: ReadonlyMap<string, string>
): Effect.Effect<string> =>
  Option.match(decodeOrder(Object.fromEntries(form)), {
    onNone: () => Effect.succeed("This form is not complete; nothing was done."),
    onSome: (order) =>
      Effect.match(give(commands, order), {
        onFailure: ({ message }) => message,
        onSuccess: (answer) => answer
      })
  })
