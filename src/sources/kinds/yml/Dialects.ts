// The formats that share YML's shape, told by their root element: Yandex Market and those who read its files (Prom, Rozetka, Megamarket),
// Kaspi and Alatau in Kazakhstan, and the "price" of Hotline and MarketGid in Ukraine.
// @source https://yandex.ru/support/marketplace/assortment/files/yml.html, https://sellerhelp.rozetka.com.ua,
// https://partner-wiki.megamarket.ru, https://kaspi.kz/merchantcabinet/support, https://hotline.ua/about/price_lists (2026-11)
import type { DocumentShape } from "../../xml/XmlReader.ts"

export interface Dialect {
  readonly shape: DocumentShape
  /** Where the format knows only one. */
  readonly currency?: string
}

const header = ["shop", "catalog", "categories", "currencies"]
const offers: DocumentShape = {
  containers: new Set(["yml_catalog", "kaspi_catalog", "jmart_catalog", ...header, "offers"]),
  items: new Set(["offer"])
}
const items: DocumentShape = {
  containers: new Set(["price", ...header, "items"]),
  items: new Set(["item"])
}

/** The dialect that a root element begins; `sample` is the document's beginning. */
export const dialectOf = (root: string, sample: string): Dialect | undefined => {
  switch (root) {
    case "yml_catalog":
      return { shape: offers }
    case "kaspi_catalog":
    case "jmart_catalog":
      return { shape: offers, currency: "KZT" }
    case "price":
      return { shape: items }
    case "shop":
      return { shape: /<items[\s>]/i.test(sample) ? items : offers }
    default:
      return undefined
  }
}
