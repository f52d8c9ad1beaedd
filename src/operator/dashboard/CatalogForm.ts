// The form of one entry of the catalog: its usual keys as fields, all others as YAML below them. Works without a script.
import type { Section } from "../../config/CatalogText.ts"
import { type Html, html } from "../../domain/Html.ts"
import { type Field, type Filled, fieldsOf } from "./CatalogFields.ts"
import { one } from "./CatalogPage.ts"
import type { Page } from "./Layout.ts"
import { lines } from "./Parts.ts"

export interface EntryForm {
  readonly csrf: string
  readonly of: Section
  readonly name: string
  /** Whether it stands in the catalog already: then its name stays. */
  readonly known: boolean
  /** Of the catalog that it is about. */
  readonly version: string
  /** What the catalog has. */
  readonly channels: ReadonlyArray<string>
  readonly filled: Filled
  /** Why the last try cannot be. */
  readonly problem?: string
}

const choice = (key: string, value: string, choices: ReadonlyArray<string>): Html =>
  html`<select id="${key}" name="field.${key}">${(choices.includes(value) || value === "" ? choices : [value, ...choices]).map((one) => html`<option${one === value ? html` selected` : undefined}>${one}</option>`)}</select>`

const boxes = (key: string, value: string, choices: ReadonlyArray<string>): Html => {
  const chosen = value.split("\n").filter((name) => name !== "")
  const only = choices.length === 1
  return html`<span class="boxes" id="${key}" role="group" aria-label="Channels">${[
    ...new Set([...choices, ...chosen])
  ].map(
    (name) =>
      html`<label><input type="checkbox" name="field.${key}/${name}"${chosen.includes(name) || (only && value === "") ? html` checked` : undefined}> ${name}</label>`
  )}</span>`
}

const text = ({ key, required, suggested }: Field, value: string): Html =>
  html`<input id="${key}" name="field.${key}" value="${value}" autocomplete="off" spellcheck="false"${required ? html` required` : undefined}${suggested === undefined ? undefined : html` list="${key}-list"`} aria-describedby="${key}-hint">${suggested === undefined ? undefined : html`<datalist id="${key}-list">${suggested.map((one) => html`<option>${one}</option>`)}</datalist>`}`

const field = (one: Field, { filled, channels }: EntryForm): Html => {
  const value = filled.fields.get(one.key) ?? ""
  const input =
    one.choices === undefined
      ? text(one, value)
      : one.choices === "channels"
        ? boxes(one.key, value, channels)
        : choice(one.key, value, one.choices)
  const label =
    one.choices === "channels"
      ? html`<span class="label">${one.label}</span>`
      : html`<label for="${one.key}">${one.label}</label>`
  return html`<div class="field">${label}${input}${one.hint === "" ? undefined : html`<small id="${one.key}-hint">${one.hint}</small>`}</div>`
}

const nameField = ({ known, name, of }: EntryForm): Html =>
  known
    ? html`<input type="hidden" name="name" value="${name}"><input type="hidden" name="known" value="yes">`
    : html`<div class="field"><label for="name">Name</label><input id="name" name="name" value="${name}" required maxlength="64" autocomplete="off" spellcheck="false" aria-describedby="name-hint"><small id="name-hint">letters, digits, - _ and .; it names the ${one[of]} everywhere and stays</small></div>`

export const entryForm = (form: EntryForm): Page => {
  const { csrf, filled, known, name, of, problem, version } = form
  const title = known ? `Change ${one[of]} ${name}` : `Add a ${one[of]}`
  return {
    title,
    ...(problem === undefined ? {} : { code: 422 }),
    main: html`<form method="post" action="change-catalog" class="entry"><h1>${title}</h1>
${problem === undefined ? undefined : html`<p class="failing problem" role="alert">${lines(problem)}</p>`}
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="ask" value="put"><input type="hidden" name="of" value="${of}"><input type="hidden" name="version" value="${version}">
${nameField(form)}${fieldsOf(of).map((one) => field(one, form))}
<div class="field"><label for="rest">Other keys</label><textarea id="rest" name="rest" rows="${Math.max(5, filled.rest.split("\n").length + 1)}" spellcheck="false" aria-describedby="rest-hint">
${filled.rest}</textarea><small id="rest-hint">as in the catalog file, a key a line; the README names them all</small></div>
<div class="actions"><button class="main">See what changes</button><a href="catalog">Back to the catalog</a></div></form>`
  }
}
