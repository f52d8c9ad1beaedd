// Blanks as they should stand after parts were taken out of a post: none at either end, never more than one blank line.
import { type Markup, mapText, text } from "./Markup.ts"

/** No blank at either end, no more than one blank line where a part was taken out, no element without text. */
export const tidy = (markup: Markup): Markup => {
  let breaks = 2
  let begun = false
  const tidied = mapText(markup, (node) => {
    let value = begun ? node.text : node.text.trimStart()
    const leading = /^\n+/.exec(value)?.[0].length ?? 0
    if (breaks + leading > 2) value = value.slice(Math.min(leading, breaks + leading - 2))
    if (value !== "") {
      begun = true
      const trailing = /\n*$/.exec(value)?.[0].length ?? 0
      breaks = trailing === value.length ? breaks + trailing : trailing
    }
    return text(value)
  })
  return trimmedEnd(tidied)
}

/** Without blanks, and elements that hold nothing else, at the end. */
export const trimmedEnd = (markup: Markup): Markup => {
  const nodes = [...markup]
  while (nodes.length > 0) {
    const last = nodes.pop()
    if (last === undefined) break
    if (last._tag === "Text") {
      const value = last.text.trimEnd()
      if (value !== "") return [...nodes, text(value)]
    } else {
      const children = trimmedEnd(last.children)
      if (children.length > 0) return [...nodes, { ...last, children }]
    }
  }
  return []
}
