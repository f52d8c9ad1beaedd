// Who changed what and when, newest first.
import { type Html, html } from "../../domain/Html.ts"
import type { AuditEntry } from "../../outbox/AuditLog.ts"
import { difference } from "./CatalogConfirm.ts"
import type { Page } from "./Layout.ts"
import { badge, pager, said, table, when } from "./Parts.ts"

export const auditRows = 50

/** What it was about; the lines of a change of the catalog are folded up. */
const about = (target: string): Html => {
  const [first = "", ...rest] = target.split("\n")
  return rest.length === 0
    ? html`<small>${said(first)}</small>`
    : html`<small>${said(first)}</small><details><summary>Lines</summary>${difference(rest)}</details>`
}

export const auditPage = (entries: ReadonlyArray<AuditEntry>, now: number): Page => {
  const last = entries.at(-1)
  return {
    title: "Audit log",
    main: html`<h1>Audit log</h1><p class="note">Every change that a person made, on the dashboard, in the chat, by the API or on the command line.</p>${table(
      "Audit log",
      [{ name: "When" }, { name: "Who" }, { name: "What" }, { name: "Came of it" }],
      entries.map(({ id, at, by, command, target, done, answer }) => ({
        key: id,
        cells: [
          when(at, now),
          said(by),
          html`${command}${about(target)}`,
          html`${done === null ? badge("unfinished", "notice") : done ? badge("done", "well") : badge("refused", "failing")}<small>${said(answer ?? "the process ended meanwhile")}</small>`
        ]
      })),
      "Nobody has changed anything yet."
    )}${pager(last === undefined || entries.length < auditRows ? undefined : `audit?before=${last.id}`)}`
  }
}
