// How the contract suite puts deliveries into the Outbox in memory.
import { Effect, Layer } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import { MemoryDeliveries } from "../../src/outbox/OutboxMemory.ts"
import { Enqueue } from "./outbox.ts"

const source = SourceId.make("shop")

export const enqueueMemory = Layer.effect(
  Enqueue,
  Effect.map(
    MemoryDeliveries,
    ({ enqueue }) =>
      ({ title, ...delivery }) =>
        enqueue({ ...delivery, source, item: { title, body: "", images: [], categories: [] } })
  )
)
