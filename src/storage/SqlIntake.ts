// Intake on SQLite: the rules of the outbox room over the rows of IntakeReading, IntakeItems, IntakeBursts, IntakeQueue, IntakeTelling and IntakeForgetting.
import { Effect, Layer } from "effect"
import { Intake } from "../outbox/Intake.ts"
import { intakeOn } from "../outbox/IntakeOn.ts"
import type { IntakeRows, IntakeStore } from "../outbox/IntakeStore.ts"
import { Signals } from "../outbox/Signals.ts"
import { type TraceParent, traceParent } from "../Spans.ts"
import { Database } from "./Database.ts"
import { burstWrites } from "./IntakeBursts.ts"
import { forget, forgetPrices } from "./IntakeForgetting.ts"
import { itemWrites } from "./IntakeItems.ts"
import { queueWrites } from "./IntakeQueue.ts"
import { intakeReads } from "./IntakeReading.ts"
import { tellingWrites } from "./IntakeTelling.ts"
import type { Statements } from "./Statements.ts"

const rowsOf = (db: Statements, trace: TraceParent | undefined): IntakeRows => ({
  ...intakeReads(db),
  ...itemWrites(db),
  ...queueWrites(db, trace),
  ...burstWrites(db),
  ...tellingWrites(db)
})

/** The rows of Intake on this database. */
export const storeOn = (database: Database["Type"]): IntakeStore => ({
  read: (operation, run) => database.read(operation, (db) => run(intakeReads(db))),
  transaction: (operation, run) =>
    Effect.flatMap(traceParent, (trace) => database.transaction(operation, (db) => run(rowsOf(db, trace)))),
  provisional: (operation, run) =>
    Effect.flatMap(traceParent, (trace) => database.provisional(operation, (db) => run(rowsOf(db, trace)))),
  flush: database.flush,
  forget: (before) => forget(database, before),
  forgetPrices: (before) => forgetPrices(database, before)
})

export const layer: Layer.Layer<Intake, never, Database | Signals> = Layer.effect(
  Intake,
  Effect.zipWith(Database, Signals, (database, signals) => intakeOn(storeOn(database), signals))
)
