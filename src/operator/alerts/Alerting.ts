// Looks every half minute at what is wrong, and tells what has changed: a janitor of the service. Enters: the status and what the process knows.
// Leaves: messages. Promises: one process tells, of what the others know of themselves too; each notice is told once to each, over restarts too (twice when the process dies between
// telling and noting it); who cannot be reached holds up nobody; a disk that is full is told of though nothing can be noted then.
import { Clock, Effect, Metric, Option } from "effect"
import type { Catalog } from "../../config/Catalog.ts"
import { alertDefaults } from "../../domain/AlertTerms.ts"
import type { Millis } from "../../domain/Names.ts"
import type { StorageFailed } from "../../domain/StorageFailed.ts"
import { alertsTold } from "../../Metrics.ts"
import { type AlertState, Alerts } from "../../outbox/Alerts.ts"
import type { Choices } from "../../outbox/Choices.ts"
import type { Intake } from "../../outbox/Intake.ts"
import { Ledger } from "../../outbox/Ledger.ts"
import { Restoration } from "../../outbox/Restoration.ts"
import type { Steering } from "../../outbox/Steering.ts"
import { snapshot } from "../Status.ts"
import { step } from "./Episodes.ts"
import type { Facts, Look } from "./Look.ts"
import { problemsOf } from "./Problems.ts"
import { NotTold, type Recipient } from "./Recipient.ts"
import { serviceProblems } from "./ServiceProblems.ts"
import { dayMs, isDue, summaryOf } from "./Summing.ts"
import { beginning, delivered, due, noted } from "./Telling.ts"

export interface AlertingOptions {
  /** Names this process. */
  readonly owner: string
  /** Absolute path, for the status. */
  readonly database: string
  /** In force at the moment it is asked for. */
  readonly catalog: Effect.Effect<Catalog>
  readonly facts: Effect.Effect<Facts>
  readonly recipients: (admins: ReadonlyArray<number>) => ReadonlyArray<Recipient>
}

export type AlertingNeeds = Alerts | Ledger | Restoration | Steering | Intake | Choices

const lookEvery = "30 seconds"
/** Renewed when half of it is over: one write a minute. */
const leaseMs = 120_000

/** Less than what is left of the lease when a round begins: nobody else tells meanwhile. */
const patience = "45 seconds"

const tooSlow = () => new NotTold({ detail: `it took longer than ${patience}`, lasting: false })

const firstRetryMs = 60_000
const mostRetryMs = 1_800_000

/** A recipient that could not be told last time. */
interface Trouble {
  readonly failures: number
  readonly retryAt: Millis
  readonly why: string
}

const isPassing = (failure: StorageFailed): boolean => failure.passes

/** What this process knows of the telling; what is on disk may lag while the disk is full. */
class Desk {
  /** Undefined: another process tells. */
  state: AlertState | undefined
  kept: AlertState | undefined
  leaseUntil: Millis = 0
  readonly troubles = new Map<string, Trouble>()
  /** Another process tells, and has something of this one to tell. */
  hasReported = false

  leave(): void {
    this.state = this.kept = undefined
    this.leaseUntil = 0
  }
}

/** While the disk is full nobody can take the telling, nor renew it: whoever may have it tells. */
const isOurs = Effect.fnUntraced(function* (desk: Desk, owner: string, now: Millis) {
  if (now < desk.leaseUntil - leaseMs / 2 && now > desk.leaseUntil - 2 * leaseMs) return true
  const alerts = yield* Alerts
  return yield* alerts.lease(owner, now, leaseMs).pipe(
    Effect.tap((ours) => {
      // Another one may have told meanwhile.
      if (desk.leaseUntil < now && desk.state === desk.kept) desk.leave()
      desk.leaseUntil = ours ? now + leaseMs : 0
    }),
    Effect.catchIf(isPassing, ({ reason }) => Effect.succeed(desk.state !== undefined || reason !== "busy"))
  )
})

const keep = Effect.fnUntraced(function* (desk: Desk, owner: string) {
  const { state } = desk
  if (state === undefined || state === desk.kept) return
  const alerts = yield* Alerts
  yield* alerts.keep(owner, state).pipe(
    Effect.tap((kept) => {
      if (kept) desk.kept = state
      else desk.leave()
    }),
    Effect.catchIf(isPassing, (error) => Effect.logDebug("What is told cannot be noted now", error))
  )
})

const look = Effect.fnUntraced(function* (desk: Desk, options: AlertingOptions, catalog: Catalog) {
  const restoration = yield* Restoration
  const alerts = yield* Alerts
  const status = yield* snapshot(catalog, options.database)
  const seen: Look = {
    status,
    catalog,
    restored: yield* restoration.unsettled,
    facts: yield* options.facts,
    webhookFailed: desk.troubles.get("webhook")?.why ?? null,
    reported: yield* alerts.reported(options.owner, status.at)
  }
  return seen
})

const stepped = Effect.fnUntraced(function* (
  state: AlertState,
  seen: Look,
  recipients: ReadonlyArray<string>
) {
  const now = seen.status.at
  const { episodes, changes } = step(state.episodes, problemsOf(seen), now)
  const same =
    episodes.length === state.episodes.length && episodes.every((one, n) => one === state.episodes[n])
  const after = noted(same ? state : { ...state, episodes }, changes, recipients, now)
  if (!isDue(seen.catalog.alerts ?? alertDefaults, state.summedUpAt, now)) return after
  const ledger = yield* Ledger
  const summary = summaryOf(seen, yield* ledger.tally(now - dayMs))
  return noted({ ...after, summedUpAt: now }, [{ event: "summary", summary }], recipients, now)
})

const tell = Effect.fnUntraced(function* (desk: Desk, owner: string, recipient: Recipient, now: Millis) {
  const trouble = desk.troubles.get(recipient.name)
  const notices = desk.state === undefined ? [] : due(desk.state, recipient.name, now)
  if (notices.length === 0 || (trouble !== undefined && now < trouble.retryAt)) return
  // A send may wait for an hour while Telegram holds back all of the bot's calls.
  const failure = yield* recipient
    .tell(notices)
    .pipe(Effect.timeoutFail({ duration: patience, onTimeout: tooSlow }), Effect.flip, Effect.option)
  const outcome = Option.isSome(failure) ? "failed" : "told"
  const counted = alertsTold.pipe(
    Metric.tagged("recipient", recipient.kind),
    Metric.tagged("outcome", outcome)
  )
  yield* Metric.update(counted, 1)
  if (Option.isSome(failure)) {
    yield* Effect.annotateLogs(Effect.logWarning(failure.value.message), { recipient: recipient.name })
  }
  if (Option.isSome(failure) && !failure.value.lasting) {
    const failures = (trouble?.failures ?? 0) + 1
    const waitMs = Math.min(mostRetryMs, firstRetryMs * 2 ** (failures - 1))
    desk.troubles.set(recipient.name, { failures, retryAt: now + waitMs, why: failure.value.detail })
    return
  }
  desk.troubles.delete(recipient.name)
  if (desk.state !== undefined) desk.state = delivered(desk.state, recipient.name, notices)
  yield* keep(desk, owner)
})

/** Of a process that does not tell: its children, its Redis, its catalog, of which nobody else knows. */
const report = Effect.fnUntraced(function* (desk: Desk, options: AlertingOptions, catalog: Catalog) {
  const seen = yield* look(desk, options, catalog)
  const problems = serviceProblems({ ...seen, webhookFailed: null })
  if (problems.length === 0 && !desk.hasReported) return
  const alerts = yield* Alerts
  yield* alerts.report(options.owner, problems, seen.status.at + leaseMs)
  desk.hasReported = problems.length > 0
})

const round = Effect.fnUntraced(function* (desk: Desk, options: AlertingOptions) {
  const { owner } = options
  const catalog = yield* options.catalog
  const recipients = (catalog.alerts ?? alertDefaults).on ? options.recipients(catalog.admins) : []
  if (recipients.length === 0) return desk.leave()
  const now = yield* Clock.currentTimeMillis
  if (!(yield* isOurs(desk, owner, now))) {
    desk.leave()
    return yield* report(desk, options, catalog)
  }
  if (desk.state === undefined) {
    const alerts = yield* Alerts
    desk.kept = Option.getOrUndefined(yield* alerts.load)
    desk.state = desk.kept ?? beginning(now)
  }
  const seen = yield* look(desk, options, catalog)
  desk.state = yield* stepped(
    desk.state,
    seen,
    recipients.map(({ name }) => name)
  )
  yield* keep(desk, owner)
  yield* Effect.forEach(recipients, (recipient) => tell(desk, owner, recipient, now), {
    concurrency: "unbounded",
    discard: true
  })
})

/** Looks and tells for ever; ends with a store that cannot go on. */
export const alerting = (options: AlertingOptions): Effect.Effect<never, StorageFailed, AlertingNeeds> =>
  Effect.suspend(() => {
    const desk = new Desk()
    const goBy = Effect.flatMap(Alerts, (alerts) =>
      Effect.zipRight(alerts.report(options.owner, [], 0), alerts.yieldLease(options.owner))
    ).pipe(
      // It ends by itself soon.
      Effect.catchAll((error) => Effect.logDebug("The telling of alerts could not be given back", error))
    )
    return round(desk, options).pipe(
      Effect.catchIf(isPassing, (error) => Effect.logDebug("The alerts are looked at later", error)),
      Effect.zipRight(Effect.sleep(lookEvery)),
      Effect.forever,
      Effect.ensuring(goBy)
    )
  })
