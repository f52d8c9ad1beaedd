// Notices as people read them: Telegram's HTML, plain text, and what a webhook is given. Pure. Promises: what comes from outside is escaped and
// stripped of control characters; a message is never longer than Telegram takes.
import { type Html, html } from "../../domain/Html.ts"
import type { Notice, Problem, Summary } from "../../outbox/Alerts.ts"
import { plain } from "../Tables.ts"
import { span } from "../Wording.ts"

interface Entry {
  readonly title: string
  readonly lines: ReadonlyArray<string>
}

const headings: Readonly<Record<Problem["tone"], string>> = {
  failing: "Needs a look",
  decide: "Needs a decision",
  notice: "For your information"
}

const mostWhy = 400

const shortened = (text: string): string => (text.length > mostWhy ? `${text.slice(0, mostWhy)}…` : text)

const named = (of: ReadonlyArray<{ readonly name: string; readonly count: number }>, most = 10): string => {
  const some = of.filter(({ count }) => count > 0)
  const total = some.reduce((sum, { count }) => sum + count, 0)
  const names = some.slice(0, most).map(({ name, count }) => `${name} ${count}`)
  const rest = some.length > most ? [`${some.length - most} more`] : []
  return some.length === 0 ? "none" : `${total} (${[...names, ...rest].join(", ")})`
}

const ofSummary = ({ posts, fresh, failures, decisions, verdict }: Summary): Entry => ({
  title: "The last 24 hours",
  lines: [
    `Posts: ${named(posts.map(({ channel, posts }) => ({ name: channel, count: posts })))}`,
    `New items: ${named(fresh.map(({ source, items }) => ({ name: source, count: items })))}`,
    `Failures: ${failures.length === 0 ? "none" : failures.join("; ")}`,
    `Waits for you: ${decisions.length === 0 ? "nothing" : decisions.join("; ")}`,
    verdict
  ]
})

const entryOf = (notice: Notice): Entry => {
  if (notice.event === "summary") return ofSummary(notice.summary)
  const { goneAt = notice.at, problem, since, times } = notice
  const reason = problem.why === "" ? [] : [shortened(problem.why)]
  const next = `→ ${problem.next}`
  switch (notice.event) {
    case "opened":
      return { title: `${headings[problem.tone]}: ${problem.what}`, lines: [...reason, next] }
    case "flapping": {
      const silence = "It comes and goes: its end is told when it has been away for an hour."
      return { title: `${times} times: ${problem.what}`, lines: [...reason, silence, next] }
    }
    case "ended": {
      const lasted = `It lasted ${span(goneAt - since)}${times > 1 ? ` and came ${times} times` : ""}.`
      return { title: `Over: ${problem.what}`, lines: [lasted] }
    }
  }
}

/** Commands stand between backticks. */
const coded = (text: string): Html => {
  const parts = plain(text).split("`")
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

const shownAs = ({ title, lines }: Entry): string =>
  [html`<b>${coded(title)}</b>`, ...lines.map(coded)].map(({ markup }) => markup).join("\n")

/** @source https://core.telegram.org/bots/api#sendmessage, read 2026-11-26: 4096 characters; what is left is for the last line. */
const mostCharacters = 3_900

export const htmlOf = (notices: ReadonlyArray<Notice>): string => {
  const shown: Array<string> = []
  let length = 0
  for (const entry of notices.map(entryOf).map(shownAs)) {
    length += entry.length + 2
    if (length > mostCharacters) break
    shown.push(entry)
  }
  const left = notices.length - shown.length
  return [...shown, ...(left === 0 ? [] : [`<b>… and ${left} more</b>: see the dashboard.`])].join("\n\n")
}

export const textOf = (notices: ReadonlyArray<Notice>): string =>
  notices
    .map(entryOf)
    .map(({ title, lines }) => [title, ...lines].map(plain).join("\n"))
    .join("\n\n")

const isoOf = (at: number): string => new Date(at).toISOString()

const eventOf = (notice: Notice) => {
  const { id, event } = notice
  const at = isoOf(notice.at)
  if (notice.event === "summary") return { id, at, event, ...notice.summary }
  const { key, about, tone, what, why, next } = notice.problem
  const { times } = notice
  return { id, at, event, key, about, severity: tone, what, why, next, since: isoOf(notice.since), times }
}

/** The body of a webhook call; `text` is what chat programs show. */
export const payloadOf = (notices: ReadonlyArray<Notice>) => ({
  text: textOf(notices),
  events: notices.map(eventOf)
})
