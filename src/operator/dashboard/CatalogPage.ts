// The catalog: what stands in it, for who may change it the text itself, and the ways to change it. Addresses in it may hold secrets, so who only
// reads sees names.
import { Option } from "effect"
import { entriesIn } from "../../config/CatalogEntries.ts"
import type { Section } from "../../config/CatalogText.ts"
import { type Html, html } from "../../domain/Html.ts"
import type { CatalogView } from "../CatalogCommands.ts"
import type { Status } from "../Status.ts"
import type { Page } from "./Layout.ts"
import { channelPath, lines, linkTo, readOnly, section, sourcePath } from "./Parts.ts"
import type { Visit } from "./Visit.ts"

export const one = { channels: "channel", sources: "source" } as const

/** The form of an entry; without a name, of a new one. */
export const entryPath = (of: Section, name?: string): string =>
  `catalog/entry?of=${of}${name === undefined ? "" : `&name=${encodeURIComponent(name)}`}`

const button = (visit: Visit, fields: Readonly<Record<string, string>>, label: string): Html | undefined =>
  Option.match(visit.session, {
    onNone: () => undefined,
    onSome: ({ csrf }) =>
      html`<form method="post" action="change-catalog" class="action"><input type="hidden" name="csrf" value="${csrf}">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button>${label}</button></form>`
  })

const entries = (visit: Visit, of: Section, names: ReadonlyArray<string>, version: string): Html => {
  const path = of === "channels" ? channelPath : sourcePath
  return section(
    of === "channels" ? "Channels" : "Sources",
    names.length === 0
      ? html`<p class="empty">There are none.</p>`
      : html`<ul class="entries">${names.map(
          (name) =>
            html`<li data-key="${of}/${name}">${linkTo(path(name), name)}<span class="actions"><a class="quiet" href="${entryPath(of, name)}" aria-label="Change ${name}">Change</a>${button(visit, { ask: "remove", of, name, version }, "Remove…")}</span></li>`
        )}</ul>`,
    linkTo(entryPath(of), html`Add a ${one[of]}`)
  )
}

const written = ({ text }: CatalogView): Html =>
  section("As it is written", html`<pre class="catalog" tabindex="0">${lines(text)}</pre>`)

/** For who is logged in. `problem`: why what was asked for cannot be. */
export const catalogPage = (visit: Visit, view: CatalogView, problem?: string): Page => ({
  title: "Catalog",
  ...(problem === undefined ? {} : { code: 422 }),
  main: html`<div class="title"><h1>Catalog</h1>${view.undoable ? html`<div class="actions">${button(visit, { ask: "undo", version: view.version }, "Take the last change back…")}</div>` : undefined}</div>
<p class="note">What is changed here is written into the same file that you can edit by hand: comments stay, the version before is kept, and the service takes it over at once.</p>
${problem === undefined ? undefined : html`<p class="failing problem" role="alert">${lines(problem)}</p>`}
<div class="two">${entries(visit, "channels", [...entriesIn(view.text, "channels").keys()], view.version)}${entries(visit, "sources", [...entriesIn(view.text, "sources").keys()], view.version)}</div>
${written(view)}`
})

const named = (of: Section, names: ReadonlyArray<string>): Html => {
  const path = of === "channels" ? channelPath : sourcePath
  return section(
    of === "channels" ? "Channels" : "Sources",
    names.length === 0
      ? html`<p class="empty">There are none.</p>`
      : html`<ul class="entries">${names.map((name) => html`<li>${linkTo(path(name), name)}</li>`)}</ul>`
  )
}

/** For who may only read, or where nothing can be changed: `why`. */
export const closedCatalog = (visit: Visit, { channels, sources }: Status, why?: string): Page => ({
  title: "Catalog",
  main: html`<h1>Catalog</h1>${why === undefined ? html`<p class="note">Its text is shown to who may change it: addresses in it may hold secrets.</p>${readOnly(visit)}` : html`<p class="note">${lines(why)}</p>`}
<div class="two">${named(
    "channels",
    channels.filter(({ capacity }) => capacity > 0).map(({ id }) => id)
  )}${named(
    "sources",
    sources.map(({ id }) => id)
  )}</div>`
})
