// The commands that care for the database file: online backup and migration.
import { Console, Effect, Option } from "effect"
import { quietLogging } from "../operator/Logging.ts"
import { backup as copyDatabase } from "../storage/Backup.ts"
import { migrate as bringUp } from "../storage/Migrations.ts"
import { showProgress } from "./Progress.ts"
import { readSetting } from "./Setting.ts"

export const backup = (file: string, force: boolean) =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    const progress = showProgress("Backing up")
    const bytes = yield* copyDatabase(setting.database, file, {
      force,
      onProgress: ({ total, remaining }) => progress.show(total - remaining, total)
    }).pipe(
      Effect.ensuring(Effect.sync(progress.clear)),
      Effect.provide(quietLogging(setting.settings.logLevel))
    )
    yield* Console.log(`${setting.database} is backed up to ${file} (${bytes} bytes, checked).`)
  })

export const migrate = () =>
  Effect.gen(function* () {
    const setting = yield* readSetting(Option.none())
    const applied = yield* bringUp(setting.database).pipe(
      Effect.provide(quietLogging(setting.settings.logLevel))
    )
    yield* Console.log(
      applied.length === 0
        ? `${setting.database} is at the newest version already.`
        : `${setting.database}: applied ${applied.join(", ")}.`
    )
  })
