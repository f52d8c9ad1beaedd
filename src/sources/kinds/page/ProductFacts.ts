// Single facts of a product, as its description gives them: brand, numbers, pictures, options. Text is one clean line, addresses are absolute.
import type { Offer } from "../../../domain/Item.ts"
import { normalizeGtin } from "../../../identity/Gtin.ts"
import { absolute } from "../../reading/Links.ts"
import { clean, plainText } from "../../reading/PlainText.ts"
import { type Thing, textNamed, textsNamed, thingsNamed, valuesNamed } from "./Thing.ts"

const maxImages = 10

/** One line of at most 200 characters, if any. */
export const short = (text: string | undefined): string | undefined => {
  const line = plainText(text ?? "", 200)
  return line === "" ? undefined : line
}

/** Longer ones are slogans or titles that stand in the wrong place. */
export const brandOf = (product: Thing): string | undefined =>
  [...textsNamed(product, "brand"), ...textsNamed(product, "manufacturer")]
    .map((text) => plainText(text, 200))
    .find((text) => text !== "" && text.length <= 50)

/** The first number with a right check digit, else the first. */
export const gtinOf = (product: Thing): string | undefined => {
  const labelled = textsNamed(product, "productID").filter((text) => /^(?:isbn|gtin|ean|upc)\S*:/i.test(text))
  const written = ["gtin", "gtin13", "gtin14", "gtin12", "gtin8", "isbn"].flatMap((name) =>
    textsNamed(product, name)
  )
  const found = [...written, ...labelled].map((text) => clean(text).slice(0, 50))
  return found.find((text) => normalizeGtin(text) !== undefined) ?? found[0]
}

/** The shop's own number; a single offer's counts as the product's. */
export const idOf = (product: Thing, offers: ReadonlyArray<Thing>): string | undefined => {
  const [only] = offers.length === 1 ? offers : []
  const own = textNamed(product, "sku") ?? (only && textNamed(only, "sku"))
  const other = textsNamed(product, "productID").find((text) => !/^(?:isbn|gtin|ean|upc)\S*:/i.test(text))
  return short(own ?? other)
}

/** The main one first. */
export const imagesOf = (product: Thing, base: string): ReadonlyArray<string> => {
  const values = ["image", "images", "photo"].flatMap((name) => valuesNamed(product, name))
  const urls = values.flatMap((value) => {
    const address =
      typeof value === "string" ? value : (textNamed(value, "url", "contentUrl", "thumbnailUrl") ?? value.id)
    return absolute(address, base) ?? []
  })
  return [...new Set(urls)].slice(0, maxImages)
}

const described = ["color", "size", "material", "pattern"] as const

/** What describes it or tells it from its variants. */
export const optionsOf = (product: Thing): NonNullable<Offer["options"]> => {
  const own = described.flatMap((name) => {
    const value = short(textNamed(product, name))
    return value === undefined ? [] : [{ name: `${name.charAt(0).toUpperCase()}${name.slice(1)}`, value }]
  })
  const others = thingsNamed(product, "additionalProperty").flatMap((property) => {
    const name = short(textNamed(property, "name"))
    const value = short(textNamed(property, "value"))
    const unit = short(textNamed(property, "unitText"))
    return name === undefined || value === undefined || name === value
      ? []
      : [{ name, value: unit === undefined ? value : `${value} ${unit}` }]
  })
  return [...own, ...others].slice(0, 30)
}

/** "https://schema.org/UsedCondition" → "used". */
export const conditionOf = (thing: Thing): string | undefined =>
  /([a-z]+)Condition\W*$/i.exec(textNamed(thing, "itemCondition") ?? "")?.[1]?.toLowerCase()

/** By the product's own word. */
export const isForAdults = (product: Thing): boolean =>
  textNamed(product, "hasAdultConsideration") !== undefined ||
  /^(?:false|no)$/i.test(textNamed(product, "isFamilyFriendly") ?? "")
