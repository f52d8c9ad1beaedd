import { Layer } from "effect"
import * as OutboxMemory from "../../src/outbox/OutboxMemory.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { outboxContract } from "./outbox.ts"
import { outboxChoicesContract } from "./outboxChoices.ts"
import { enqueueMemory } from "./outboxMemory.ts"

const memory = enqueueMemory.pipe(
  Layer.provideMerge(OutboxMemory.layer),
  Layer.provideMerge(Steering.layerMemory)
)

outboxContract("memory", memory)
outboxChoicesContract("memory", memory)
