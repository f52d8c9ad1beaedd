import { Effect, Layer } from "effect"
import * as Storage from "../../src/storage/Storage.ts"
import { enqueueLayer, temporaryPath } from "../storage/fixtures.ts"
import { outboxContract } from "./outbox.ts"
import { outboxChoicesContract } from "./outboxChoices.ts"

outboxContract("SQLite in memory", Layer.provideMerge(enqueueLayer, Storage.layerMemory))

const file = Layer.unwrapScoped(Effect.map(temporaryPath, Storage.layer))

outboxContract("SQLite file", Layer.provideMerge(enqueueLayer, file))
outboxChoicesContract("SQLite file", Layer.provideMerge(enqueueLayer, file))
