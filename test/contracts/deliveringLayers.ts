// The stores that the suites about posts run on.
import { Effect, Layer } from "effect"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import * as Storage from "../../src/storage/Storage.ts"
import { temporaryPath } from "../storage/fixtures.ts"
import type { Store } from "./delivering.ts"

/** A new file for each build. */
const file = Layer.unwrapScoped(Effect.map(temporaryPath, Storage.layer))

export const stores: ReadonlyArray<Store> = [
  ["SQLite in memory", Layer.provideMerge(SqlIntake.layer, Storage.layerMemory)],
  ["SQLite file", Layer.provideMerge(SqlIntake.layer, file)]
]
