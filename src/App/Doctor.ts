// `oncecast doctor`: what is wrong with an installation, also with one that does not start, and the next step for each finding. Changes nothing.
// Where `check` tries what the service will need, this looks at what has become of it.
import { Effect, Either, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { ConfigInvalid } from "../config/ConfigInvalid.ts"
import { quietLogging } from "../operator/Logging.ts"
import { snapshot } from "../operator/Status.ts"
import { count } from "../operator/Wording.ts"
import { Restoration } from "../outbox/Restoration.ts"
import { redisFinding } from "./Check.ts"
import { backupFinding, databaseFindings } from "./DoctorDatabase.ts"
import { stateFindings } from "./DoctorState.ts"
import { telegramFindings } from "./DoctorTelegram.ts"
import { CommandFailed } from "./Failure.ts"
import { show } from "./Finding.ts"
import { store } from "./Layers.ts"
import { askService, catalogOf } from "./Queries.ts"
import { readSetting, refuseOpenPort, type Setting } from "./Setting.ts"

const faultFindings = (what: string, next: string, { message }: ConfigInvalid) =>
  Effect.forEach(message.split("\n"), (says) => Effect.as(show({ what, good: false, says, next }), false))

const catalogFindings = (read: Either.Either<Catalog, ConfigInvalid>) =>
  Either.match(read, {
    onLeft: (faults) =>
      faultFindings(
        "catalog",
        "mend the line; the running service stays with the catalog that it has",
        faults
      ),
    onRight: ({ sources, channels }) =>
      Effect.as(
        show({
          what: "catalog",
          good: true,
          says: `${count(sources.size, "source")}, ${count(channels.size, "channel")}`
        }),
        [true]
      )
  })

const nothingKnown: Catalog = { admins: [], channels: new Map(), sources: new Map(), forgetMs: 0 }

/** What the store and the running service say; the store is read here, whoever runs. */
const state = (setting: Setting, catalog: Catalog) =>
  Effect.gen(function* () {
    const live = yield* askService(setting)
    const unsettled = yield* Effect.flatMap(Restoration, (restoration) => restoration.unsettled)
    const status = Option.isSome(live) ? live.value : yield* snapshot(catalog, setting.database)
    const found = stateFindings(status, unsettled)
    yield* Effect.forEach(found, show, { discard: true })
    return found.map(({ good, optional }) => good || optional === true)
  }).pipe(
    Effect.provide(store(setting.database)),
    Effect.catchAll((error) =>
      Effect.as(
        show({
          what: "state",
          good: false,
          says: error.message,
          next: "see the findings about the database"
        }),
        [false]
      )
    )
  )

/** For each finding whether it is good; each is shown as soon as it is known. */
export const examined = (setting: Setting) =>
  Effect.gen(function* () {
    const read = yield* Effect.either(Effect.zipRight(refuseOpenPort(setting), catalogOf(setting)))
    const configured = yield* catalogFindings(read)
    const database = yield* databaseFindings(setting)
    const backups = yield* backupFinding(setting)
    const limits = yield* redisFinding(setting)
    const catalog = Either.getOrElse(read, () => nothingKnown)
    const remote = yield* telegramFindings(setting, catalog)
    const inside = database.readable ? yield* state(setting, catalog) : []
    return [...configured, ...database.good, backups, limits, ...remote, ...inside]
  }).pipe(Effect.provide(quietLogging(setting.settings.logLevel)))

export const doctor = (config: Option.Option<string>) =>
  Effect.gen(function* () {
    const setting = yield* Effect.either(readSetting(config))
    const good = Either.isLeft(setting)
      ? yield* faultFindings("environment", "mend the variable, in the environment or in .env", setting.left)
      : yield* examined(setting.right)
    const sick = good.filter((one) => !one).length
    if (sick > 0) {
      const things = sick === 1 ? "One thing needs" : `${sick} things need`
      return yield* new CommandFailed({ sentence: `${things} you; the arrows say what to do.` })
    }
  })
