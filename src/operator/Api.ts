// The HTTP API as a value: what can be asked and what comes back. `/openapi.json` is made from it.
import { HttpApi, HttpApiEndpoint, HttpApiGroup, OpenApi } from "@effect/platform"
import { Schema } from "effect"
import { DeliveryState } from "../domain/Delivery.ts"
import { ChannelId } from "../domain/Names.ts"
import { StorageFailed } from "../domain/StorageFailed.ts"
import { DeliveryRow } from "../outbox/Ledger.ts"
import { Status } from "./Status.ts"

const DeliveriesQuery = Schema.Struct({
  state: Schema.optionalWith(DeliveryState, { exact: true }),
  channel: Schema.optionalWith(ChannelId, { exact: true }),
  limit: Schema.optionalWith(Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, 1_000)), {
    exact: true,
    default: () => 100
  })
})

const Reading = HttpApiGroup.make("reading", { topLevel: true })
  .add(
    HttpApiEndpoint.get("status", "/api/status")
      .addSuccess(Status)
      .annotate(OpenApi.Description, "What each channel and source does or waits for, and why.")
  )
  .add(
    HttpApiEndpoint.get("deliveries", "/api/deliveries")
      .setUrlParams(DeliveriesQuery)
      .addSuccess(Schema.Array(DeliveryRow))
      .annotate(OpenApi.Description, "The outbox, newest change first.")
  )
  .addError(StorageFailed, { status: 503 })

export const Api = HttpApi.make("oncecast").add(Reading).annotate(OpenApi.Title, "Oncecast")
