// Who may change something over HTTP: whoever knows DASHBOARD_TOKEN. It travels in a header that no foreign page can set, so a browser cannot be
// made to use it. Where none is configured nothing can be changed.
import { createHash, timingSafeEqual } from "node:crypto"
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import { Effect, Layer, Option, Redacted, Schema } from "effect"

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

export class Authorization extends HttpApiMiddleware.Tag<Authorization>()("oncecast/operator/Authorization", {
  failure: NotPermitted,
  security: { token: HttpApiSecurity.bearer }
}) {
  static readonly layer = (secret: Option.Option<Redacted.Redacted>) =>
    Layer.succeed(Authorization, { token: (given) => judged(secret, given) })
}

const digest = (text: string) => createHash("sha256").update(text).digest()

/** Takes the same time whatever was given. */
const isSame = (secret: Redacted.Redacted, given: Redacted.Redacted): boolean =>
  timingSafeEqual(digest(Redacted.value(secret)), digest(Redacted.value(given)))

const judged = (secret: Option.Option<Redacted.Redacted>, given: Redacted.Redacted) => {
  if (Option.isNone(secret)) {
    return new NotPermitted({ why: "Set DASHBOARD_TOKEN to permit changes over HTTP." })
  }
  return isSame(secret.value, given)
    ? Effect.void
    : new NotPermitted({ why: "Send DASHBOARD_TOKEN as `Authorization: Bearer …`." })
}
