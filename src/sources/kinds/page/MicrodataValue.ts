// Which part of an element is the value of its `itemprop`. The specification takes the address of a link and the source of a picture;
// shops also put names, brands and prices on links and pictures, so texts are looked for in words first.
import { amountInText, priceInText } from "../../reading/Price.ts"

type Attributes = Readonly<Record<string, string>>

/** Properties whose values are addresses or words of a vocabulary. */
const addresses =
  /url$|^(?:image|images|logo|item|sameas|availability|itemcondition|additionaltype|associatedmedia|mainentityofpage|license|thumbnail|photo|businessfunction|acceptedpaymentmethod|pricetype|itemavailability)$/i

const prices = new Set(["price", "lowPrice", "highPrice", "minPrice", "maxPrice"])

const sources = new Set(["audio", "embed", "iframe", "img", "source", "track", "video"])
const links = new Set(["a", "area", "link"])

/** Lazy pictures hold a grey dot in `src`. */
const sourceOf = (attributes: Attributes): string | undefined => {
  const { src } = attributes
  const lazy = attributes["data-src"] ?? attributes["data-lazy-src"] ?? attributes["data-original"]
  return src === undefined || /^\s*data:/i.test(src) ? (lazy ?? src) : src
}

/** The value that stands in an attribute; undefined when it is the element's text. */
export const attributeValue = (
  element: string,
  attributes: Attributes,
  property: string
): string | undefined => {
  const { content } = attributes
  if (content !== undefined) return content.trim()
  const isAddress = addresses.test(property)
  if (element === "link" || (links.has(element) && isAddress)) return attributes["href"]?.trim()
  if (element === "img" && !isAddress) return attributes["alt"]?.trim() ?? ""
  if (sources.has(element)) return sourceOf(attributes)?.trim()
  if (element === "object") return attributes["data"]?.trim()
  if (element === "data" || element === "meter") return attributes["value"]?.trim()
  return element === "time" ? attributes["datetime"]?.trim() : undefined
}

const voids = new Set(["meta", "link", "img", "source", "track", "embed", "area"])

/** Whether the element's text is its value when no attribute is: never that of a link's address. */
export const isText = (element: string, property: string): boolean =>
  !voids.has(element) && !(links.has(element) && addresses.test(property))

/** A price in words is written as people write it; what leaves is a plain decimal, with its currency if it has one. */
export const valueOfText = (property: string, text: string): string => {
  if (!prices.has(property)) return text
  const money = priceInText(text)
  return money === undefined ? (amountInText(text) ?? "") : `${money.amount} ${money.currency}`
}
