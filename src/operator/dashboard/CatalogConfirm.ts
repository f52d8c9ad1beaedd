// Asks once more before a change of the catalog: which lines go and come, and what it means for what runs.
import { type Html, html } from "../../domain/Html.ts"
import type { Proposal } from "../CatalogCommands.ts"
import type { Page } from "./Layout.ts"
import { lines, section } from "./Parts.ts"

export interface Confirmation {
  readonly title: string
  readonly proposal: Proposal
  /** The form that asked, field by field. */
  readonly asked: ReadonlyMap<string, string>
  /** It can be filled in once more. */
  readonly editable: boolean
  /** Whether the catalog is not any more what whoever asks has seen. */
  readonly overtaken: boolean
}

const look = (line: string): string =>
  line.startsWith("+") ? "comes" : line.startsWith("-") ? "goes" : line.startsWith("@@") ? "place" : "stays"

/** Lines that go and come, each as what it is. */
export const difference = (diff: ReadonlyArray<string>): Html =>
  diff.length === 0
    ? html`<p class="empty">Nothing changes: the catalog is so already.</p>`
    : html`<pre class="diff" tabindex="0" aria-label="Lines that go and come">${diff.map(
        (line) => html`<span class="${look(line)}">${lines(line)}
</span>`
      )}</pre>`

const warning = html`<p class="failing problem" role="alert">The catalog was changed by somebody else since you began. Nothing is written yet: this is what your change would do to it now.</p>`

export const confirmPage = ({ asked, editable, overtaken, proposal, title }: Confirmation): Page => ({
  title,
  ...(overtaken ? { code: 409 } : {}),
  main: html`<h1>${title}?</h1>${overtaken ? warning : undefined}
${section("Lines", difference(proposal.diff))}
${section("What it means", html`<ul class="sentences">${proposal.means.map((sentence) => html`<li>${sentence}</li>`)}</ul>`)}
<form method="post" action="change-catalog" class="actions">${[...asked].map(([name, value]) =>
    name === "version" || name === "step"
      ? undefined
      : html`<input type="hidden" name="${name}" value="${value}">`
  )}<input type="hidden" name="version" value="${proposal.version}">
${proposal.diff.length === 0 ? undefined : html`<button class="main" name="step" value="apply">Yes, change the catalog</button>`}${editable ? html`<button name="step" value="edit">Edit it again</button>` : undefined}<a href="catalog">Leave it as it is</a></form>`
})
