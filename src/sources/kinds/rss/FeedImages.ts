// The pictures that a feed item names outside its text: Media RSS, enclosures, iTunes, Google Merchant. The main one first.
import { absolute } from "../../reading/Links.ts"
import {
  childrenAmong,
  childrenNamed,
  elementsOf,
  textOf,
  textsNamed,
  type XmlElement
} from "../../xml/XmlElement.ts"

/** As many as one Telegram album holds. @source https://core.telegram.org/bots/api#sendmediagroup (2026-11) */
export const maxImages = 10

const imageFile = /\.(jpe?g|png|gif|webp|avif)(?:$|[?#])/i

const isImage = ({ attributes }: XmlElement): boolean => {
  const medium = attributes["medium"] ?? ""
  const type = attributes["type"] ?? ""
  if (medium !== "" || type !== "") return medium === "image" || /^image\//i.test(type)
  return imageFile.test(attributes["url"] ?? attributes["href"] ?? "")
}

const mediaWithin = (element: XmlElement, name: string): ReadonlyArray<XmlElement> =>
  elementsOf(element).flatMap((child) =>
    child.name === name
      ? [child, ...mediaWithin(child, name)]
      : child.name === "media:group" || child.name === "media:content"
        ? mediaWithin(child, name)
        : []
  )

const pictures = childrenAmong(
  ...["g:image_link", "g:additional_image_link", "media:content", "media:group", "media:thumbnail"],
  ...["enclosure", "link", "atom:link", "itunes:image"]
)

/** Most links are no pictures, and most items have none. */
const namesNone = (item: XmlElement): boolean =>
  pictures(item.children).every(
    ({ attributes, name }) => (name === "link" || name === "atom:link") && attributes["rel"] !== "enclosure"
  )

const none: ReadonlyArray<string> = []

/** Absolute URLs without repetition; the Google ones decide alone what an offer looks like. */
export const imagesOf = (item: XmlElement, base: string): ReadonlyArray<string> => {
  if (namesNone(item)) return none
  const found: ReadonlyArray<string | undefined> = [
    ...textsNamed(item, "g:image_link"),
    ...textsNamed(item, "g:additional_image_link").flatMap((text) => text.split(/,(?=\s*https?:)/)),
    ...mediaWithin(item, "media:content")
      .filter(isImage)
      .map(({ attributes }) => attributes["url"]),
    ...childrenNamed(item, "enclosure")
      .filter(isImage)
      .map(({ attributes }) => attributes["url"]),
    ...[...childrenNamed(item, "link"), ...childrenNamed(item, "atom:link")]
      .filter((link) => link.attributes["rel"] === "enclosure" && isImage(link))
      .map(({ attributes }) => attributes["href"]),
    ...childrenNamed(item, "itunes:image").map((image) => image.attributes["href"] ?? textOf(image))
  ]
  const thumbnails = mediaWithin(item, "media:thumbnail").map(({ attributes }) => attributes["url"])
  const urls = [...found, ...(found.length === 0 ? thumbnails : [])].flatMap(
    (url) => absolute(url, item.base ?? base) ?? []
  )
  return [...new Set(urls)].slice(0, maxImages)
}
