// The command for the worst day: a backup takes the database's place.
import { Clock, Console, Effect, Option } from "effect"
import { quietLogging } from "../operator/Logging.ts"
import { relative } from "../operator/Wording.ts"
import { DatabaseInUse, restore as putInPlace, type Restored } from "../storage/Restore.ts"
import { askService, catalogOf } from "./Queries.ts"
import { readSetting, type Setting } from "./Setting.ts"

const said = (setting: Setting, file: string, { kept, lastKnownAt }: Restored, now: number): string =>
  [
    `${setting.database} is now the backup ${file}; the last it knows of was ${lastKnownAt === null ? "nothing" : relative(lastKnownAt, now)}.`,
    ...Option.toArray(Option.map(kept, (path) => `The database before is kept as ${path}.`)),
    "Each channel looks first for what was posted since, and sends nothing until that is known; `oncecast status` shows it.",
    "Pauses, answers and edits that were made since the backup are forgotten."
  ].join("\n")

export const restore = (file: string) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    const catalog = yield* catalogOf(setting)
    // A service on a damaged database cannot be told by its locks.
    if (Option.isSome(yield* askService(setting))) return yield* new DatabaseInUse({ path: setting.database })
    const done = yield* putInPlace(setting.database, file, [...catalog.channels.keys()]).pipe(
      Effect.provide(quietLogging(setting.settings.logLevel))
    )
    yield* Console.log(said(setting, file, done, yield* Clock.currentTimeMillis))
  })
