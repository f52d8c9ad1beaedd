// Makes markup fit its limit. Enters: any markup, the limit of its form. Leaves: markup within every limit of Telegram. Promises: what is
// not marked as `Cut` stays (prices, links, source lines) as long as it fits at all; nothing ends inside a tag, an entity or a
// character; the text is trimmed, so that what is stored is what will stand there.
// @source reference/telegram-bot-api.md §2 (sizes) and §3 ("Truncation must")
import {
  lengthOf,
  type Markup,
  mapElements,
  mapText,
  type Node,
  type TextNode,
  text,
  textsOf
} from "./Markup.ts"
import { cutText } from "./PlainText.ts"
import { thinned } from "./Thin.ts"
import { tidy, trimmedEnd } from "./Tidy.ts"

/** UTF-16 units after parsing. */
export const limits = { text: 4096, caption: 1024 } as const

const ellipsis = "…"

/** `limit` in UTF-16 units. */
export const fitted = (markup: Markup, limit: number): Markup => {
  const thin = thinned(markable(markup))
  return tidy(unmarked(shortened(thin, limit)))
}

/** Where nothing is marked, the longest text may be cut. */
const markable = (markup: Markup): Markup => {
  if (hasCut(markup)) return markup
  const longest = longestText(markup)
  return longest === undefined
    ? markup
    : mapText(markup, (node) => (node === longest ? { _tag: "Cut", children: [node] } : node))
}

/** Takes from the marked parts, the last first; when they are used up, from the longest of the rest. */
const shortened = (markup: Markup, limit: number): Markup => {
  let excess = lengthOf(markup) - limit
  if (excess <= 0) return markup
  const cuts = allCuts(markup)
  const short = new Map<Node, Markup>()
  for (const cut of cuts.reverse()) {
    if (excess <= 0) break
    const children = taken(cut.children, Math.max(0, lengthOf(cut.children) - excess))
    excess -= lengthOf(cut.children) - lengthOf(children)
    short.set(cut, children)
  }
  return rest(
    mapElements(markup, (node) => ({ ...node, children: short.get(node) ?? node.children })),
    limit
  )
}

const rest = (markup: Markup, limit: number): Markup => {
  let result = markup
  for (let round = 0; round < maxRounds; round++) {
    const excess = lengthOf(result) - limit
    const longest = excess > 0 ? longestText(result) : undefined
    if (longest === undefined) break
    const kept = taken([longest], Math.max(1, longest.text.length - excess))
    result = mapText(result, (node) => (node === longest ? (kept[0] ?? text("")) : node))
  }
  return taken(result, limit)
}

/** More long texts than this are no template's intent; then the end goes. */
const maxRounds = 20

/** The first `room` units, the last of them an ellipsis; nothing where there is room for nothing else. */
const taken = (markup: Markup, room: number): Markup => {
  if (lengthOf(markup) <= room) return markup
  let left = room - ellipsis.length
  const start = mapText(markup, (node) => {
    const kept = left <= 0 ? "" : cutText(node.text, left)
    left = kept.length < node.text.length ? 0 : left - kept.length
    return text(kept)
  })
  return withEllipsis(trimmedEnd(start))
}

const withEllipsis = (markup: Markup): Markup => {
  const last = markup.at(-1)
  if (last === undefined) return markup
  const ended: Node =
    last._tag === "Text" ? text(last.text + ellipsis) : { ...last, children: withEllipsis(last.children) }
  return [...markup.slice(0, -1), ended]
}

const unmarked = (markup: Markup): Markup =>
  markup.flatMap((node): Markup => {
    if (node._tag === "Text") return [node]
    const children = unmarked(node.children)
    return node._tag === "Cut" ? children : [{ ...node, children }]
  })

const longestText = (markup: Markup) =>
  textsOf(markup).reduce<TextNode | undefined>(
    (longest, node) => (node.text.length > (longest?.text.length ?? 1) ? node : longest),
    undefined
  )

const allCuts = (markup: Markup): Array<Extract<Node, { readonly _tag: "Cut" }>> =>
  markup.flatMap((node) =>
    node._tag === "Text" ? [] : node._tag === "Cut" ? [node] : allCuts(node.children)
  )

const hasCut = (markup: Markup): boolean => allCuts(markup).length > 0
