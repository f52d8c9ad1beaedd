// What only the running process knows, as the operator's surfaces need it; App fills it in. A stopped service has none.
import { Context, type Effect, type Option, Schema } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Millis } from "../domain/Names.ts"
import type { ChildId, ChildState } from "../supervision/ChildState.ts"

/** How the rate limits are kept: in this process alone, in Redis, or for the time being without the Redis that should be there. */
export const LimitsStatus = Schema.Struct({
  kept: Schema.Literal("memory", "redis", "local-share"),
  since: Schema.NullOr(Schema.Number),
  why: Schema.NullOr(Schema.String)
})
export type LimitsStatus = typeof LimitsStatus.Type

export class LiveState extends Context.Tag("oncecast/operator/LiveState")<
  LiveState,
  {
    readonly startedAt: Millis
    /** Where posts go, for people: "the built-in sandbox", "api.telegram.org". */
    readonly publishesTo: string
    readonly catalog: Effect.Effect<Catalog>
    /** Why the catalog's file, as it stands now, is not the one in force; none when it is. */
    readonly refusedCatalog: Effect.Effect<Option.Option<string>>
    readonly children: Effect.Effect<ReadonlyMap<ChildId, ChildState>>
    readonly limits: Effect.Effect<LimitsStatus>
    /** True from the first step of a shutdown on. */
    readonly draining: Effect.Effect<boolean>
  }
>() {}
