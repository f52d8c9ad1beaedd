// HTML by construction: a tagged template that escapes what is put into it unless it is HTML already. Promises: text from a feed can
// never become markup.

/** Markup that is safe to send. */
export interface Html {
  readonly _tag: "Html"
  readonly text: string
}

type Part = Html | string | number | null | ReadonlyArray<Html>

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? "")

const isList = (part: Part): part is ReadonlyArray<Html> => Array.isArray(part)

const textOf = (part: Part): string => {
  if (part === null) return ""
  if (typeof part === "string") return escape(part)
  if (typeof part === "number") return `${part}`
  return isList(part) ? part.map((html) => html.text).join("") : part.text
}

export const html = (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>): Html => ({
  _tag: "Html",
  text: strings.reduce((text, string, index) => text + textOf(parts[index - 1] ?? null) + string)
})
