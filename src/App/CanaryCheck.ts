// The channels of a catalog tried by a canary each, with the bots listening as the service has them.
import { Effect, Layer, Option, type Redacted } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { Replies } from "../operator/chat/Replies.ts"
import { ChildReport } from "../supervision/ChildReport.ts"
import { bots } from "./Bots.ts"
import { canary } from "./Canary.ts"
import { CommandFailed } from "./Failure.ts"
import { show } from "./Finding.ts"
import { guarantee } from "./Guarantee.ts"
import { botApi, store, throttle, updatesOf } from "./Layers.ts"
import { commandsOf } from "./Queries.ts"
import type { Setting } from "./Setting.ts"

/** Posts into the channels and says of each what follows when a send is not answered. */
const canaries = (setting: Setting, catalog: Catalog, only: string) =>
  Effect.gen(function* () {
    const channels = [...catalog.channels.values()].filter(({ id }) => only === "all" || id === only)
    if (channels.length === 0) {
      const known = [...catalog.channels.keys()].join(", ")
      return yield* new CommandFailed({
        sentence: `There is no channel "${only}" in the catalog (${known}).`
      })
    }
    const good = yield* Effect.forEach(channels, (channel) =>
      Effect.gen(function* () {
        const ways = yield* canary(channel, Option.isSome(setting.settings.witnessToken))
        for (const { name, works, says, wanted } of ways) {
          yield* show({ what: `${channel.id}: ${name}`, good: works, says, optional: !wanted })
        }
        yield* show({ what: channel.id, good: true, says: guarantee(channel, ways) })
        return ways.every(({ works, wanted }) => works || !wanted)
      }).pipe(
        Effect.catchAll((error) =>
          Effect.as(show({ what: `channel ${channel.id}`, good: false, says: error.message }), false)
        )
      )
    )
    return good
  })

/** As the service listens: a running one has the bots' updates, and what it hears is seen here as well. */
const listening = (setting: Setting, catalog: Catalog, token: Redacted.Redacted) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const { settings } = setting
      const options = {
        catalog: Effect.succeed(catalog),
        owner: `check/${process.pid}`,
        updates: {
          publisher: updatesOf(settings, token),
          witness: Option.map(settings.witnessToken, (one) => updatesOf(settings, one))
        }
      }
      const children = bots(options, () => Effect.void)
      for (const [name, run] of children) if (name !== "questions") yield* Effect.forkScoped(run)
    })
  ).pipe(Layer.provide(Layer.succeed(ChildReport, unheard)))

const unheard = {
  running: () => Effect.void,
  waiting: () => Effect.void,
  openCircuit: () => Effect.void
}

export const canaryFindings = (setting: Setting, catalog: Catalog, only: string, token: Redacted.Redacted) =>
  canaries(setting, catalog, only).pipe(
    Effect.provide(
      listening(setting, catalog, token).pipe(
        Layer.provide(Layer.merge(commandsOf(Effect.succeed(catalog)), Replies.layer)),
        Layer.provideMerge(botApi(setting.settings, token)),
        Layer.provideMerge(throttle(setting.settings)),
        Layer.provideMerge(store(setting.database))
      )
    )
  )
