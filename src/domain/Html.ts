// HTML that is safe by construction: `html` escapes every value that is not HTML already. No page makes markup from text in another way.

export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

export type Value = string | number | Html | undefined | ReadonlyArray<Value>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

const rendered = (value: Value): string => {
  if (value === undefined) return ""
  if (value instanceof Html) return value.markup
  if (typeof value === "object") return value.map(rendered).join("")
  return `${value}`.replace(/[&<>"']/g, (character) => entities[character] ?? "")
}

/** Attribute values must stand in double quotes. */
export const html = (parts: TemplateStringsArray, ...values: ReadonlyArray<Value>): Html =>
  new Html(parts.map((part, index) => part + rendered(values[index])).join(""))
