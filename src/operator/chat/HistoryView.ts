// /history: the last posts, and who changed what and when. /retry without a number: what was not posted and can be tried again.
import { Effect } from "effect"
import { type Html, html } from "../../domain/Html.ts"
import { type AuditEntry, AuditLog } from "../../outbox/AuditLog.ts"
import { type DeliveryRow, Ledger } from "../../outbox/Ledger.ts"
import { said } from "../dashboard/Parts.ts"
import { relative } from "../Wording.ts"
import { dataOf } from "./ButtonData.ts"
import { button, lines, type Said, saying } from "./Said.ts"

const posts = 5
const changes = 8
const failures = 6

const post = ({ id, channel, title, stateAt }: DeliveryRow, now: number): Html =>
  html`<b>${id}</b> ${said(title, 150) || "(no title)"} → ${said(channel)}, ${relative(stateAt, now)}`

const change = ({ at, by, command, target, done, answer }: AuditEntry, now: number): Html => {
  const outcome =
    done === null ? "not known: the process ended meanwhile" : `${done ? "done" : "refused"}: ${answer ?? ""}`
  return html`${relative(at, now)}, <b>${said(by, 60)}</b>: ${command} ${said(target, 120)} (${said(outcome, 150)})`
}

/** `before`: of the audit log's entries only those with a smaller id; the posts stand on the first page. */
export const historyView = (before: number | undefined, now: number) =>
  Effect.gen(function* () {
    const [ledger, log] = yield* Effect.all([Ledger, AuditLog])
    const sent = before === undefined ? yield* ledger.deliveries({ state: "sent", limit: posts }) : []
    const entries = yield* log.entries({ before, limit: changes })
    const last = entries.at(-1)
    return {
      text: lines(
        ...(before === undefined
          ? [
              html`<b>Last posts</b>`,
              ...(sent.length === 0 ? ["None yet."] : sent.map((one) => post(one, now)))
            ]
          : []),
        html`<b>Changes by people</b>`,
        ...(entries.length === 0 ? ["None."] : entries.map((one) => change(one, now)))
      ),
      buttons:
        last === undefined || entries.length < changes
          ? []
          : [[button("Older changes ›", dataOf("history", last.id))]]
    } satisfies Said
  })

const failed = ({ id, channel, title, state, reason, stateAt }: DeliveryRow, now: number): Html =>
  html`<b>${id}</b> ${said(title, 120) || "(no title)"} → ${said(channel)}: ${state} ${relative(stateAt, now)}, ${said(reason ?? "", 200)}`

export const failedView = (now: number) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    const refused = yield* ledger.deliveries({ state: "refused", limit: failures })
    const expired = yield* ledger.deliveries({ state: "expired", limit: failures })
    const shown = [...refused, ...expired]
      .toSorted((one, other) => other.stateAt - one.stateAt)
      .slice(0, failures)
    if (shown.length === 0) return saying("Nothing was refused or given up.")
    return {
      text: lines(html`<b>Refused or given up</b>, newest first`, ...shown.map((one) => failed(one, now))),
      buttons: shown.map(({ id }) => [button(`Queue ${id} again`, dataOf("retry", id))])
    } satisfies Said
  })
