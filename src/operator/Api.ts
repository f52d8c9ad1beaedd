// The HTTP API as a value: what can be asked and what comes back. `/openapi.json` is made from it.
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import { Schema } from "effect"
import { DeliveryState } from "../domain/Delivery.ts"
import { AttemptId, ChannelId, SourceId } from "../domain/Names.ts"
import { PollRecord } from "../domain/Poll.ts"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { version } from "../domain/Version.ts"
import { AuditEntry } from "../outbox/AuditLog.ts"
import { DeliveryRow } from "../outbox/Ledger.ts"
import { Sample } from "../outbox/Samples.ts"
import { DeliveryLife } from "../outbox/Views.ts"
import { Authorization } from "./Authorization.ts"
import { CatalogGroup } from "./CatalogApi.ts"
import { NotFound, NotPossible } from "./NotDone.ts"
import { Status } from "./Status.ts"
import { WaitingRow } from "./Waits.ts"

/** What goes on from the field's name when its value does not fit; `Refusals` makes a sentence of it. */
const needs = (words: string) => ({ message: () => ({ message: words, override: true }) })

const State = DeliveryState.annotations(needs(`must be one of ${DeliveryState.literals.join(", ")}`))
const Limit = Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 1_000)).annotations(
  needs("must be a whole number from 1 to 1000")
)

const DeliveriesQuery = Schema.Struct({
  state: Schema.optionalWith(State, { exact: true }),
  channel: Schema.optionalWith(ChannelId, { exact: true }),
  limit: Schema.optionalWith(Limit, { exact: true, default: () => 100 })
})

const delivery = HttpApiSchema.param(
  "delivery",
  Schema.NumberFromString.pipe(Schema.int(), Schema.positive()).annotations(
    needs("must be a whole number from 1")
  )
)
const channel = HttpApiSchema.param("channel", ChannelId)
const source = HttpApiSchema.param("source", SourceId)
const Page = Schema.Struct({ limit: Schema.optionalWith(Limit, { exact: true, default: () => 50 }) })
const Whole = Schema.NumberFromString.pipe(Schema.int(), Schema.nonNegative()).annotations(
  needs("must be a whole number from 0")
)
const Hours = Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 336)).annotations(
  needs("must be a whole number from 1 to 336")
)

const Reading = HttpApiGroup.make("reading", { topLevel: true })
  .add(
    HttpApiEndpoint.get("status", "/api/status")
      .addSuccess(Status)
      .annotate(OpenApi.Description, "What each channel and source does or waits for, and why.")
  )
  .add(
    HttpApiEndpoint.get("deliveries", "/api/deliveries")
      .setUrlParams(DeliveriesQuery)
      .addSuccess(Schema.Array(WaitingRow))
      .annotate(
        OpenApi.Description,
        "The outbox, newest change first; of what is queued, why it waits and until when."
      )
  )
  .add(
    HttpApiEndpoint.get("delivery")`/api/deliveries/${delivery}`
      .addSuccess(DeliveryLife)
      .addError(NotFound, { status: 404 })
      .annotate(OpenApi.Description, "The whole life of a delivery: its item, its tries, its receipts.")
  )
  .add(
    HttpApiEndpoint.get("queue")`/api/channels/${channel}/queue`
      .setUrlParams(
        Schema.Struct({
          ...Page.fields,
          from: Schema.optionalWith(Whole, { exact: true, default: () => 0 })
        })
      )
      .addSuccess(Schema.Array(DeliveryRow))
      .annotate(OpenApi.Description, "What waits in a channel, in the order in which it goes out.")
  )
  .add(
    HttpApiEndpoint.get("polls")`/api/sources/${source}/polls`
      .setUrlParams(Page)
      .addSuccess(Schema.Array(PollRecord))
      .annotate(OpenApi.Description, "The last polls of a source, newest first.")
  )
  .add(
    HttpApiEndpoint.get("samples", "/api/samples")
      .setUrlParams(Schema.Struct({ hours: Schema.optionalWith(Hours, { exact: true, default: () => 24 }) }))
      .addSuccess(Schema.Array(Sample))
      .annotate(OpenApi.Description, "What the charts show: posts, latency, queue and memory over time.")
  )
  .add(
    HttpApiEndpoint.get("audit", "/api/audit")
      .setUrlParams(Schema.Struct({ ...Page.fields, before: Schema.optionalWith(Whole, { exact: true }) }))
      .addSuccess(Schema.Array(AuditEntry))
      .annotate(OpenApi.Description, "Who changed what and when, newest first.")
  )
  .addError(StorageFailed, { status: 503 })

/** As its row names it: what was found is said of this attempt, and of no newer one. */
const About = Schema.Struct({ attempt: Schema.optionalWith(AttemptId, { exact: true }) })

/** What was found: the post stands under this message id, or it does not stand. */
const Found = Schema.Union(
  Schema.Struct({ messageId: Schema.Int.pipe(Schema.positive()), ...About.fields }),
  Schema.Struct({ absent: Schema.Literal(true), ...About.fields })
).annotations(needs('say {"messageId": N} with N from 1 on, or {"absent": true}'))

const Place = Schema.Struct({ place: Schema.Literal("first", "last") }).annotations(
  needs('say {"place": "first"} or {"place": "last"}')
)

const Named = Schema.Struct({ name: Schema.NonEmptyString }).annotations(
  needs('say {"name": "a channel or source"}')
)

const Decision = Schema.Union(
  Schema.Struct({ post: Schema.Literal("all", "none") }),
  Schema.Struct({ newest: Schema.Int.pipe(Schema.positive()) })
).annotations(needs('say {"post": "all"}, {"post": "none"}, or {"newest": K} with K from 1 on'))

const Restored = Schema.Struct({ decision: Schema.Literal("send", "skip") }).annotations(
  needs('say {"decision": "send"} or {"decision": "skip"}')
)

/** The sentence that a command answers, the same as on the command line. */
const Done = Schema.Struct({ done: Schema.String })

const Steering = HttpApiGroup.make("steering", { topLevel: true })
  .add(
    HttpApiEndpoint.post("settle")`/api/deliveries/${delivery}/settle`
      .setPayload(Found)
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Decides a delivery of which it is not known whether it arrived.")
  )
  .add(
    HttpApiEndpoint.post("retry")`/api/deliveries/${delivery}/retry`
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Queues a refused or expired delivery again.")
  )
  .add(
    HttpApiEndpoint.post("withdraw")`/api/deliveries/${delivery}/withdraw`
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Marks or deletes the post of a delivery.")
  )
  .add(
    HttpApiEndpoint.post("reorder")`/api/deliveries/${delivery}/reorder`
      .setPayload(Place)
      .addSuccess(Done)
      .annotate(
        OpenApi.Description,
        "Lets a queued delivery go out before all others of its channel, or last."
      )
  )
  .add(
    HttpApiEndpoint.post("pause", "/api/pause")
      .setPayload(Named)
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Stops a channel or source until it is resumed.")
  )
  .add(
    HttpApiEndpoint.post("resume", "/api/resume")
      .setPayload(Named)
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Lets a channel or source go on.")
  )
  .add(
    HttpApiEndpoint.post("post", "/api/post")
      .setPayload(Schema.Struct({ url: Schema.NonEmptyString, channel: Schema.NonEmptyString }))
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Posts what a page is about into a channel, once.")
  )
  .add(
    HttpApiEndpoint.post(
      "release"
    )`/api/sources/${HttpApiSchema.param("source", Schema.NonEmptyString)}/release`
      .setPayload(Decision)
      .addSuccess(Done)
      .annotate(OpenApi.Description, "Decides a held flood of new items.")
  )
  .add(
    HttpApiEndpoint.post(
      "restored"
    )`/api/channels/${HttpApiSchema.param("channel", Schema.NonEmptyString)}/restored`
      .setPayload(Restored)
      .addSuccess(Done)
      .annotate(
        OpenApi.Description,
        "Decides, after a backup was restored, about a channel of which nobody can see what was posted since."
      )
  )
  .addError(NotFound, { status: 404 })
  .addError(NotPossible, { status: 409 })
  .addError(StorageFailed, { status: 503 })
  .middleware(Authorization)

export const Api = HttpApi.make("oncecast")
  .add(Reading)
  .add(Steering)
  .add(CatalogGroup)
  .annotate(OpenApi.Title, "Oncecast")
  .annotate(OpenApi.Version, version)
