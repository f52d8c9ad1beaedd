// Puts the marker of an attempt into its post: into the query of the link to the item where the post shows one, else into a link that has no
// width. Pure. Promises: readers see the same as without, every post has one, and no cut can take it away, for it is put in after the cut.
// @source reference/telegram-bot-api.md §5.3 "Marker" (a zero-width text with a link survives)
import { type Marker, withMarker } from "../../domain/Marker.ts"
import type { Button } from "../../domain/Post.ts"
import { isKept } from "./Links.ts"
import { type Element, type Markup, mapElements, plainText, text } from "./Markup.ts"
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

/** A text that is an address itself must not differ from where it leads; a link that a cut left without text is not sent at all. */
const isShownLink = (element: Element, link: string): boolean => {
  if (element._tag !== "Link" || element.href !== link) return false
  const shown = plainText(element.children)
  return isVisible(shown) && !shown.includes("://")
}

/** Undefined when the post does not show the link, or Telegram would drop it. */
export const markedLink = (
  markup: Markup,
  link: string | undefined,
  { marker, revision, place }: Marking
): Markup | undefined => {
  if (link === undefined || place === "hidden" || !isKept(link)) return undefined
  let marked = false
  const result = mapElements(markup, (element) => {
    if (marked || !isShownLink(element, link) || element._tag !== "Link") return element
    marked = true
    return { ...element, href: withMarker(link, marker, revision) }
  })
  return marked ? result : undefined
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
