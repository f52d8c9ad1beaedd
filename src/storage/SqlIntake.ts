// Intake on SQLite: the rules of the outbox room over the rows of IntakeReading, IntakeItems, IntakeBursts, IntakeQueue, IntakeTelling and IntakeForgetting.
import { Effect, Layer } from "effect"
import { Intake } from "../outbox/Intake.ts"
import { intakeOn } from "../outbox/IntakeOn.ts"
import type { IntakeReads, IntakeRows, IntakeStore } from "../outbox/IntakeStore.ts"
import { Signals } from "../outbox/Signals.ts"
import { type TraceParent, traceParent } from "../Spans.ts"
import { Database } from "./Database.ts"
import { burstWrites } from "./IntakeBursts.ts"
import { forget, forgetPrices } from "./IntakeForgetting.ts"
import { itemWrites } from "./IntakeItems.ts"
import { queueWrites } from "./IntakeQueue.ts"
import { intakeReads } from "./IntakeReading.ts"
import { tellingWrites } from "./IntakeTelling.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

const rowsOf = (db: Statements, trace: TraceParent | undefined): IntakeRows => ({
  ...intakeReads(db),
  ...itemWrites(db),
  ...queueWrites(db, trace),
  ...burstWrites(db),
  ...tellingWrites(db)
})

/** Made once for a connection: a poll that finds nothing new would pay for them twice. */
const onceOf = <Db extends ReadStatements, Rows>(make: (db: Db) => Rows): ((db: Db) => Rows) => {
  const made = new WeakMap<Db, Rows>()
  return (db) => {
    const known = made.get(db)
    if (known !== undefined) return known
    const rows = make(db)
    made.set(db, rows)
    return rows
  }
}

const readsOf = onceOf<ReadStatements, IntakeReads>(intakeReads)

/** What is written outside of a trace. */
const untracedRowsOf = onceOf<Statements, IntakeRows>((db) => rowsOf(db, undefined))

const rowsIn = (db: Statements, trace: TraceParent | undefined): IntakeRows =>
  trace === undefined ? untracedRowsOf(db) : rowsOf(db, trace)

/** The rows of Intake on this database. */
export const storeOn = (database: Database["Type"]): IntakeStore => ({
  read: (operation, run) => database.read(operation, (db) => run(readsOf(db))),
  transaction: (operation, run) =>
    // A document that was admitted all the same when its disk failed is found as known by the next poll.
    Effect.flatMap(traceParent, (trace) => database.together(operation, (db) => run(rowsIn(db, trace)))),
  provisional: (operation, run) =>
    Effect.flatMap(traceParent, (trace) => database.provisional(operation, (db) => run(rowsIn(db, trace)))),
  flush: database.flush,
  forget: (before) => forget(database, before),
  forgetPrices: (before) => forgetPrices(database, before)
})

export const layer: Layer.Layer<Intake, never, Database | Signals> = Layer.effect(
  Intake,
  Effect.zipWith(Database, Signals, (database, signals) => intakeOn(storeOn(database), signals))
)
