// One element of a JSON list → an item, by the catalog's mapping.
import type { Item } from "../../../domain/Item.ts"
import { descriptionOf } from "../../reading/Description.ts"
import { feedDate } from "../../reading/FeedDate.ts"
import { given } from "../../reading/Given.ts"
import { absolute } from "../../reading/Links.ts"
import { clean, cut, plainText } from "../../reading/PlainText.ts"
import type { Fields } from "./Fields.ts"
import type { Place } from "./Find.ts"
import { offerFrom } from "./JsonOffer.ts"

const maxImages = 10
const maxCategories = 50

const addressIn = (fields: Fields, base: string): string | undefined => {
  const text = fields.text("link")
  const url = absolute(text, base)
  if (text !== undefined && url === undefined)
    fields.misfit("link", `gives "${text.slice(0, 60)}", which is no address`)
  return url
}

const imagesIn = (fields: Fields, base: string): ReadonlyArray<string> => {
  const texts = fields.texts("image")
  const urls = [...new Set(texts.flatMap((text) => absolute(text, base) ?? []))]
  const [first] = texts
  if (urls.length === 0 && first !== undefined)
    fields.misfit("image", `gives "${first.slice(0, 60)}", which is no address`)
  return urls.slice(0, maxImages)
}

const dateIn = (fields: Fields): number | undefined => {
  const text = fields.text("publishedAt")
  const date = feedDate(text ?? "")
  if (text !== undefined && date === undefined)
    fields.misfit("publishedAt", `gives "${text.slice(0, 60)}", which is no date`)
  return date
}

/** One text may be a path; several are categories side by side, which say nothing of a tree. */
const categoriesIn = (
  fields: Fields
): { readonly names: ReadonlyArray<string>; readonly isPath: boolean } => {
  const texts = fields.texts("category").map((text) => plainText(text, 200))
  const [only = ""] = texts.length === 1 ? texts : []
  const levels = only.split(/\s*>\s*/)
  const names = (texts.length === 1 ? levels : texts).filter((name) => name !== "")
  return { names: [...new Set(names)].slice(0, maxCategories), isPath: texts.length === 1 }
}

/** The item; relative addresses resolve against `base`, the answer's own address. */
export const itemFrom = (place: Place, fields: Fields, base: string): Item => {
  fields.next(place)
  const link = addressIn(fields, base)
  const body = descriptionOf(fields.text("body") ?? "", link ?? base)
  const images = imagesIn(fields, base)
  const categories = categoriesIn(fields)
  const offer = offerFrom(fields)
  const path = categories.isPath && categories.names.length > 0 ? { categoryPath: categories.names } : {}
  const guid = offer === undefined ? cut(clean(fields.text("id") ?? "").trim(), 2_000) : ""
  return {
    ...given("guid", guid),
    ...given("link", link),
    title: plainText(fields.text("title") ?? ""),
    body: body.html,
    ...given("author", plainText(fields.text("author") ?? "", 200)),
    ...given("publishedAt", dateIn(fields)),
    images: images.length > 0 ? images : body.images.slice(0, 1),
    categories: categories.names,
    ...(offer === undefined ? {} : { offer: { ...offer, ...path } })
  }
}
