// Who may change something over HTTP: whoever knows DASHBOARD_TOKEN. The API takes it in a header that no foreign page can set, so a browser
// cannot be made to use it; the dashboard takes it once, by its log-in (Session.ts). Where none is configured nothing can be changed.
import { createHash, timingSafeEqual } from "node:crypto"
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Effect, Layer, Option, Redacted, Schema } from "effect"
import { Guesses } from "./Guesses.ts"
import { span } from "./Wording.ts"

/** The token is missing, wrong, or there is none to know. */
export class NotPermitted extends Schema.TaggedError<NotPermitted>("oncecast/operator/NotPermitted")(
  "NotPermitted",
  { why: Schema.String },
  HttpApiSchema.annotations({ status: 401 })
) {
  override get message(): string {
    return this.why
  }
}

/** Too many wrong tokens came from there; `why` says for how long it must wait. */
export class TooManyGuesses extends Schema.TaggedError<TooManyGuesses>("oncecast/operator/TooManyGuesses")(
  "TooManyGuesses",
  { why: Schema.String },
  HttpApiSchema.annotations({ status: 429 })
) {
  override get message(): string {
    return this.why
  }
}

export class Authorization extends HttpApiMiddleware.Tag<Authorization>()("oncecast/operator/Authorization", {
  failure: Schema.Union(NotPermitted, TooManyGuesses),
  security: { token: HttpApiSecurity.bearer }
}) {
  static readonly layer = (secret: Option.Option<Redacted.Redacted>) =>
    Layer.effect(
      Authorization,
      Effect.map(Guesses, (guesses) => ({
        token: (given: Redacted.Redacted) =>
          permit(secret, given, "Send DASHBOARD_TOKEN as `Authorization: Bearer …`.").pipe(
            Effect.provideService(Guesses, guesses)
          )
      }))
    )
}

const digest = (text: string) => createHash("sha256").update(text).digest()

/** Takes the same time whatever was given. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

/** `otherwise`: what to do about a wrong one. */
export const permit = (
  secret: Option.Option<Redacted.Redacted>,
  given: Redacted.Redacted,
  otherwise: string
): Effect.Effect<void, NotPermitted | TooManyGuesses, Guesses | HttpServerRequest.HttpServerRequest> =>
  Effect.gen(function* () {
    if (Option.isNone(secret)) {
      return yield* new NotPermitted({ why: "Set DASHBOARD_TOKEN to permit changes over HTTP." })
    }
    // Who says nothing guesses nothing.
    if (Redacted.value(given) === "") return yield* new NotPermitted({ why: otherwise })
    const guesses = yield* Guesses
    const request = yield* HttpServerRequest.HttpServerRequest
    const address = Option.getOrElse(request.remoteAddress, () => "")
    const waitMs = yield* guesses.waitMs(address)
    if (waitMs > 0) {
      return yield* new TooManyGuesses({ why: `Too many wrong tokens: wait ${span(waitMs)}.` })
    }
    const right = isSame(Redacted.value(secret.value), Redacted.value(given))
    yield* guesses.note(address, right)
    if (!right) return yield* new NotPermitted({ why: otherwise })
  })
