// An entry of a news sitemap → the item that it is. The namespace is known by its address, or by its usual prefix where nobody declares it.
import type { Item } from "../../../domain/Item.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { given } from "../../reading/Given.ts"
import { absolute } from "../../reading/Links.ts"
import { escaped, plainText } from "../../reading/PlainText.ts"
import { elementsOf, firstText, textsNamed, type XmlElement } from "../../xml/XmlElement.ts"

const news = ["{http://www.google.com/schemas/sitemap-news/0.9}", "{news}"]
const image = ["{http://www.google.com/schemas/sitemap-image/1.1}", "{image}"]

const named = (prefixes: ReadonlyArray<string>, name: string) => prefixes.map((prefix) => `${prefix}${name}`)

const childrenOf = (element: XmlElement, names: ReadonlyArray<string>): ReadonlyArray<XmlElement> =>
  elementsOf(element).filter((child) => names.includes(child.name))

/** Nothing when the entry is no news with a title. */
export const newsItemOf = (entry: XmlElement, link: string): Item | undefined => {
  const [article] = childrenOf(entry, named(news, "news"))
  const title = article && plainText(escaped(firstText(article, named(news, "title")) ?? ""))
  if (article === undefined || title === undefined || title === "") return undefined
  const images = childrenOf(entry, named(image, "image")).flatMap(
    (picture) => absolute(firstText(picture, named(image, "loc")), link) ?? []
  )
  const keywords = named(news, "keywords")
    .flatMap((name) => textsNamed(article, name))
    .join(",")
  return {
    link,
    title,
    body: "",
    ...given("publishedAt", feedDate(firstText(article, named(news, "publication_date")) ?? "")),
    images: images.slice(0, 10),
    categories: [...new Set(keywords.split(",").map((word) => plainText(escaped(word), 200)))]
      .filter((word) => word !== "")
      .slice(0, 50)
  }
}
