// The contracts of the other rooms on one Database. Intake stands on the same Database (SqlIntake.ts).
import { Layer } from "effect"
import * as ChangeWatch from "./ChangeWatch.ts"
import { Database } from "./Database.ts"
import * as SqlAlerts from "./SqlAlerts.ts"
import * as SqlAuditLog from "./SqlAuditLog.ts"
import * as SqlChoices from "./SqlChoices.ts"
import * as SqlEvidence from "./SqlEvidence.ts"
import * as SqlInbox from "./SqlInbox.ts"
import * as SqlLedger from "./SqlLedger.ts"
import * as SqlOutbox from "./SqlOutbox.ts"
import * as SqlPages from "./SqlPages.ts"
import * as SqlPosts from "./SqlPosts.ts"
import * as SqlQuestions from "./SqlQuestions.ts"
import * as SqlRestoration from "./SqlRestoration.ts"
import * as SqlSamples from "./SqlSamples.ts"
import * as SqlSourceJournal from "./SqlSourceJournal.ts"
import * as SqlSteering from "./SqlSteering.ts"
import * as SqlViews from "./SqlViews.ts"

/** On any Database. */
export const contracts = Layer.mergeAll(
  SqlOutbox.layer,
  SqlEvidence.layer,
  SqlPosts.layer,
  SqlInbox.layer,
  SqlQuestions.layer,
  SqlRestoration.layer,
  SqlSteering.layer,
  SqlLedger.layer,
  SqlChoices.layer,
  SqlSourceJournal.layer,
  SqlPages.layer,
  SqlViews.layer,
  SqlAuditLog.layer,
  SqlSamples.layer,
  SqlAlerts.layer
)

/** On a file, which is created and migrated if need be; other processes may use it at the same time. */
export const layer = (path: string) =>
  Layer.merge(contracts, ChangeWatch.layer).pipe(Layer.provideMerge(Database.layer(path)))

/** In memory, for simulation and tests; a new database for each build. */
export const layerMemory = contracts.pipe(Layer.provideMerge(Database.layerMemory))
