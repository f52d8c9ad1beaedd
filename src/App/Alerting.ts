// The janitor that tells of alerts. It looks at the children of the pipeline that it is one of, so it is given the services once they stand.
import { statfs } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { Clock, type Context, Deferred, Effect, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { type AlertingNeeds, alerting } from "../operator/alerts/Alerting.ts"
import type { Facts } from "../operator/alerts/Look.ts"
import type { LiveState } from "../operator/LiveState.ts"
import { newestBackupAt } from "../storage/BackupFolder.ts"
import type { Conversation } from "../telegram/Conversation.ts"
import type { Throttle } from "../throttle/Throttle.ts"
import { recipientsOf, webhookOf } from "./AlertRecipients.ts"
import type { Setting } from "./Setting.ts"

type Needs = AlertingNeeds | LiveState | Conversation | Throttle

export interface AlertJanitorOptions {
  readonly setting: Setting
  readonly owner: string
  readonly catalog: Effect.Effect<Catalog>
  /** Why the catalog as it is written is not in force; null when it is. */
  readonly refused: Effect.Effect<string | null>
}

const freeBytes = (database: string): Effect.Effect<number | null> =>
  Effect.tryPromise(() => statfs(dirname(database))).pipe(
    Effect.map((disk) => disk.bavail * disk.bsize),
    // Some file systems do not tell.
    Effect.orElseSucceed(() => null)
  )

const facts = ({ setting, refused }: AlertJanitorOptions): Effect.Effect<Facts> =>
  Effect.gen(function* () {
    const { backupFolder, backupEveryMs } = setting.settings
    const now = yield* Clock.currentTimeMillis
    const backups = Option.map(backupFolder, (folder) => ({
      newestAt: newestBackupAt(resolve(folder), now) ?? null,
      everyMs: backupEveryMs
    }))
    return {
      catalogRefused: yield* refused,
      freeBytes: yield* freeBytes(setting.database),
      ...Option.match(backups, { onNone: () => ({}), onSome: (known) => ({ backups: known }) })
    }
  })

export const alertJanitor = Effect.fnUntraced(function* (options: AlertJanitorOptions) {
  const known = yield* Deferred.make<Context.Context<Needs>>()
  const { database, settings } = options.setting
  const run = Effect.gen(function* () {
    const services = yield* Deferred.await(known)
    const webhook = yield* webhookOf(settings.alertWebhook)
    const recipients = yield* Effect.provide(recipientsOf(webhook), services)
    const { owner, catalog } = options
    return yield* Effect.provide(
      alerting({ owner, database, catalog, facts: facts(options), recipients }),
      services
    )
  }).pipe(Effect.scoped)
  return { run, begin: (services: Context.Context<Needs>) => Deferred.succeed(known, services) }
})
