// The frame of every page: what stands around its content. Reads without a script; the script only keeps it fresh.
import { Option } from "effect"
import { type Html, html, type Value } from "../../domain/Html.ts"
import type { Status } from "../Status.ts"
import { decisionsOf, verdictOf } from "../Verdict.ts"
import type { Visit } from "./Visit.ts"

export interface Page {
  readonly title: string
  readonly main: Value
  /** Answered with this status; 200 where it is absent. */
  readonly code?: number
}

const places = [
  ["", "Overview"],
  ["decisions", "Decisions"],
  ["deliveries", "Deliveries"],
  ["sources", "Sources"],
  ["catalog", "Catalog"],
  ["supervision", "Supervision"],
  ["charts", "Charts"],
  ["audit", "Audit log"],
  ["docs", "API"]
] as const

const isAt = (here: string, path: string): boolean => {
  const [room = ""] = here.split(/[/?]/)
  return path === room || (path === "" && room === "channels")
}

const navigation = (visit: Visit, decisions: number): Html =>
  html`<nav class="places" aria-label="Pages"><ul>${places.map(
    ([path, name], at) =>
      html`<li><a href="${path === "" ? "./" : path}" accesskey="${at + 1}"${isAt(visit.here, path) ? html` aria-current="page"` : undefined}>${name}${path === "decisions" && decisions > 0 ? html` <span class="counter">${decisions}</span>` : undefined}</a></li>`
  )}</ul></nav>`

const account = (visit: Visit): Html | undefined =>
  Option.match(visit.session, {
    onSome: ({ name, csrf }) =>
      html`<form method="post" action="log-out" class="account"><input type="hidden" name="csrf" value="${csrf}"><span class="who">${name}</span><button class="plain">Log out</button></form>`,
    onNone: () =>
      visit.hasToken
        ? html`<a class="account" href="log-in?to=${encodeURIComponent(visit.here)}">Log in</a>`
        : undefined
  })

const stripe = (status: Status): Html => {
  const { tone, sentence } = verdictOf(status)
  return html`<p id="verdict" class="verdict ${tone}" role="status">${sentence}</p>`
}

/** `status` none: the store cannot be read just now. */
export const layout = (visit: Visit, status: Option.Option<Status>, page: Page): string => {
  const decisions = Option.match(status, { onNone: () => 0, onSome: decisionsOf })
  return `<!doctype html>${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<base href="${visit.base}"><title>${page.title} · Oncecast</title><meta name="color-scheme" content="light dark">
<link rel="icon" href="assets/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="assets/chart.css"><link rel="stylesheet" href="assets/dashboard.css">
<script src="assets/chart.js" defer></script><script src="assets/dashboard.js" defer></script></head>
<body><a class="skip" href="${visit.here === "" ? "./" : visit.here}#main">Skip to the content</a>
<header class="bar"><a class="brand" href="./">Oncecast</a>${navigation(visit, decisions)}<span class="live" id="live" hidden>Live</span>${account(visit)}</header>
${Option.match(visit.said, { onNone: () => undefined, onSome: (text) => html`<p id="said" class="said" role="status">${text}</p>` })}
<div id="page">${Option.match(status, { onNone: () => undefined, onSome: stripe })}<main id="main" tabindex="-1">${page.main}</main></div>
<footer>${Option.match(status, { onNone: () => undefined, onSome: ({ version, publishesTo }) => html`Oncecast ${version} · posts go to ${publishesTo ?? "nowhere"} · Alt (or Alt and Shift) with 1 to ${places.length} opens a page` })}</footer>
</body></html>`.markup
  }`
}
