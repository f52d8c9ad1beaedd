// Puts the marker of an attempt into its post: into the query of the link to the item where the post shows one, else into a link that has no
// width. Pure. Promises: readers see the same as without, every post has one, and no cut can take it away, for it is put in after the cut.
// @source reference/telegram-bot-api.md §5.3 "Marker" (a zero-width text with a link survives)
import { type Marker, withMarker, withoutMarker } from "../../domain/Marker.ts"
import type { Button } from "../../domain/Post.ts"
import { isKept } from "./Links.ts"
import { type Element, type Markup, mapElements, mapText, plainText, text } from "./Markup.ts"
import { isVisible } from "./PlainText.ts"

export interface Marking {
  readonly marker: Marker
  /** 0 when the post is sent, then that of the edit. */
  readonly revision: number
  /** `link`: in the link to the item, if it is shown. `hidden`: never touch a link that readers follow. */
  readonly place: "link" | "hidden"
}

/** Takes one character of the text's limit. */
export const hiddenLength = 1
const zeroWidth = "\u200b"

/** Longer links would not leave room for the text. */
const longestHidden = 512

/** For items without a link of their own that Telegram would keep: a page that is there and says nothing. */
export const nowhere = "https://telegram.org/"

/**
 * Without the markers that came with the words, however they were written there: readers of the post would take the first for its own. To be
 * done before its own is put in.
 */
export const unmarked = (markup: Markup): Markup =>
  mapText(
    mapElements(markup, (element) =>
      element._tag === "Link" ? { ...element, href: withoutMarker(element.href) } : element
    ),
    (node) => text(withoutMarker(node.text))
  )

/** Where all of its text is code, Telegram keeps the code and drops the link. */
const hasCode = (markup: Markup): boolean =>
  markup.some(
    (node) =>
      node._tag !== "Text" &&
      (node._tag === "Pre" || (node._tag === "Mark" && node.mark === "code") || hasCode(node.children))
  )

/** A text that is an address itself must not differ from where it leads; a link that a cut left without text is not sent at all. */
const isShownLink = (element: Element, link: string): boolean => {
  if (element._tag !== "Link" || element.href !== link || hasCode(element.children)) return false
  const shown = plainText(element.children)
  return isVisible(shown) && !shown.includes("://")
}

/**
 * What Telegram may recognise by itself as a tag, a name, a command or an address: all of it counts among the hundred entities that it keeps,
 * and Thin.ts leaves that much room for it.
 */
const mostRecognised = 20
const recognisable = /[#@$/.]\S/g

const recognisedBefore = (markup: Markup, link: Element): number => {
  let before = 0
  const passes = (nodes: Markup): boolean =>
    nodes.every((node) => {
      if (node === link) return false
      if (node._tag !== "Text") return passes(node.children)
      before += node.text.match(recognisable)?.length ?? 0
      return true
    })
  passes(markup)
  return before
}

const shownLinkIn = (markup: Markup, link: string): Element | undefined => {
  for (const node of markup) {
    if (node._tag === "Text") continue
    const found = isShownLink(node, link) ? node : shownLinkIn(node.children, link)
    if (found !== undefined) return found
  }
  return undefined
}

/** Undefined when the post does not show the link, or Telegram would drop it. */
export const markedLink = (
  markup: Markup,
  link: string | undefined,
  { marker, revision, place }: Marking
): Markup | undefined => {
  if (link === undefined || place === "hidden" || !isKept(link)) return undefined
  const shown = shownLinkIn(markup, link)
  if (shown === undefined || recognisedBefore(markup, shown) > mostRecognised) return undefined
  return mapElements(markup, (element) =>
    element === shown && element._tag === "Link"
      ? { ...element, href: withMarker(link, marker, revision) }
      : element
  )
}

/** The markup must leave `hiddenLength` of its limit free. */
export const markedHidden = (
  markup: Markup,
  link: string | undefined,
  { marker, revision }: Marking
): Markup => {
  const fits = link !== undefined && /^https?:/.test(link) && link.length <= longestHidden && isKept(link)
  const page = fits ? link : nowhere
  return [{ _tag: "Link", href: withMarker(page, marker, revision), children: [text(zeroWidth)] }, ...markup]
}

/** A second copy, for readers who get the keyboard. */
export const markedButton = (
  button: Button,
  link: string | undefined,
  { marker, revision, place }: Marking
): Button =>
  place === "link" && button.url === link ? { ...button, url: withMarker(link, marker, revision) } : button
