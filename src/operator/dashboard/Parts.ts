// What the pages are put together from. Every text goes through `html`, which escapes it, and text from outside through `said`, which takes
// what could steer a reader's eye or terminal out of it.
import { Option } from "effect"
import { Html, html, type Value } from "../../domain/Html.ts"
import type { Activity, Status } from "../Status.ts"
import { plain } from "../Tables.ts"
import { type Tone, toneOf } from "../Verdict.ts"
import { due as dueText, relative } from "../Wording.ts"
import type { Visit } from "./Visit.ts"

/** Text from outside, at most so long. */
export const said = (text: string, most = 300): string => {
  const shown = plain(text)
  return shown.length > most
    ? `${[...shown.slice(0, most)].join("").replace(/[\ud800-\udbff]$/, "")}…`
    : shown
}

/** A moment, as people say it; the script keeps it true while the page stands. */
export const when = (at: number, now: number): Html => {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso.slice(0, 19).replace("T", " ")} UTC">${relative(at, now)}</time>`
}

/** A moment to come: "now" once it is there. */
export const due = (at: number, now: number): Html =>
  html`<time data-due datetime="${new Date(at).toISOString()}">${dueText(at, now)}</time>`

/** A word with a colour and a shape: nobody has to tell the colours apart. */
export const badge = (word: string, tone: Tone): Html => html`<span class="badge ${tone}">${word}</span>`

const deliveryTones: Readonly<Record<string, Tone>> = {
  sent: "well",
  edited: "well",
  queued: "well",
  sending: "notice",
  unknown: "failing",
  parked: "decide",
  refused: "failing",
  expired: "notice",
  withdrawn: "notice"
}

export const stateBadge = (state: string): Html => badge(state, deliveryTones[state] ?? "notice")

/** What something does, why, and until when. */
export const activity = ({ is, why, until }: Activity, now: number): Html =>
  html`${badge(is, toneOf(is))}${why === "" && until === null ? undefined : html`<small>${said(why)}${until === null ? undefined : html`${why === "" ? undefined : ", "}${due(until, now)}`}</small>`}`

export const channelPath = (id: string): string => `channels/${encodeURIComponent(id)}`
export const sourcePath = (id: string): string => `sources/${encodeURIComponent(id)}`
export const deliveryPath = (id: number): string => `deliveries/${id}`

export const linkTo = (path: string, text: Value): Html => html`<a href="${path}">${text}</a>`

/** A source's name; a page it has only while it is in the catalog, and what was posted by hand (`post URL`) never was. */
export const sourceLink = ({ sources }: Pick<Status, "sources">, id: string): Value =>
  sources.some((source) => source.id === id) ? linkTo(sourcePath(id), id) : id

/** A link out of the dashboard: only to the web, and its text is its address where there is no other. */
export const webLink = (url: string | null, text: string = url ?? ""): Html =>
  url !== null && /^https?:\/\//i.test(url) && URL.canParse(url)
    ? html`<a href="${url}" rel="noopener noreferrer">${said(text, 70)}</a>`
    : html`${said(text)}`

export interface Column {
  readonly name: string
  readonly number?: true
  /** Left out on a phone. */
  readonly wide?: true
}

const classOf = ({ number, wide }: Column) => [number ? "number" : "", wide ? "wide" : ""].join(" ").trim()

/** The first cell of a row names it. `key` keeps a row the same while the page is brought up to date. */
export const table = (
  caption: string,
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<{ readonly key: string | number; readonly cells: ReadonlyArray<Value> }>,
  empty: string
): Html =>
  rows.length === 0
    ? html`<p class="empty">${empty}</p>`
    : html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption class="hidden">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.name}</th>`)}</tr></thead>
<tbody>${rows.map(
        ({ key, cells }) =>
          html`<tr data-key="${key}">${cells.map((cell, at) =>
            at === 0
              ? html`<th scope="row">${cell}</th>`
              : html`<td class="${classOf(columns[at] ?? { name: "" })}">${cell}</td>`
          )}</tr>`
      )}</tbody></table></div>`

/** Terms and what they are; a pair without a value is left out. */
export const facts = (pairs: ReadonlyArray<readonly [string, Value]>): Html =>
  html`<dl class="facts">${pairs.flatMap(([term, value]) => (value === undefined ? [] : [html`<div><dt>${term}</dt><dd>${value}</dd></div>`]))}</dl>`

export const section = (title: string, content: Value, aside?: Value): Html =>
  html`<section><header><h2>${title}</h2>${aside}</header>${content}</section>`

const hidden = (name: string, value: string | number) =>
  html`<input type="hidden" name="${name}" value="${value}">`

/** A form that gives a command; undefined for who may only read. `inputs`: what else is asked. */
export const action = (
  visit: Visit,
  command: string,
  fields: Readonly<Record<string, string | number>>,
  label: string,
  look: "plain" | "main" | "danger" = "plain",
  inputs?: Html
): Html | undefined =>
  Option.match(visit.session, {
    onNone: () => undefined,
    onSome: ({ csrf }) =>
      html`<form method="post" action="do" class="action">${hidden("csrf", csrf)}${hidden("back", visit.here)}${hidden("command", command)}${Object.entries(
        fields
      ).map(([name, value]) => hidden(name, value))}${inputs}<button class="${look}">${label}</button></form>`
  })

/** Asks once more before something that cannot be taken back; works without a script. */
export const confirmed = (question: string, form: Html | undefined): Html | undefined =>
  form === undefined
    ? undefined
    : html`<details class="confirm"><summary>${question}</summary>${form}</details>`

/** Says where changes can be made to who may only read. */
export const readOnly = (visit: Visit): Html | undefined =>
  Option.isSome(visit.session)
    ? undefined
    : visit.hasToken
      ? html`<p class="hint"><a href="log-in?to=${encodeURIComponent(visit.here)}">Log in</a> to change anything.</p>`
      : html`<p class="hint">Set <code>DASHBOARD_TOKEN</code> to change anything here; the command line can at any time.</p>`

/** To the next page; undefined on the last. */
export const pager = (path: string | undefined, text = "Older"): Html | undefined =>
  path === undefined
    ? undefined
    : html`<nav class="pager" aria-label="Pages"><a rel="next" href="${path}">${text}</a></nav>`

/** Text of several lines from outside. */
export const lines = (text: string): Html =>
  new Html(
    text
      .split("\n")
      .map((line) => html`${plain(line)}`.markup)
      .join("\n")
  )
