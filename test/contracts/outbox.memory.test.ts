import { Effect, Layer } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import * as OutboxMemory from "../../src/outbox/OutboxMemory.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { Enqueue, outboxContract } from "./outbox.ts"

const source = SourceId.make("shop")

const enqueue = Layer.effect(
  Enqueue,
  Effect.map(
    OutboxMemory.MemoryDeliveries,
    ({ enqueue }) =>
      ({ title, ...delivery }) =>
        enqueue({ ...delivery, source, item: { title, body: "", images: [], categories: [] } })
  )
)

outboxContract(
  "memory",
  enqueue.pipe(Layer.provideMerge(OutboxMemory.layer), Layer.provideMerge(Steering.layerMemory))
)
