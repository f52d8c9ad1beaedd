// The Google Merchant fields of a feed item → an offer. Only direct children count: the price inside `g:shipping` is not the price.
// @source https://support.google.com/merchants/answer/7052112 (product data specification, 2026-11)
import type { Offer } from "../../../domain/Item.ts"
import { childrenNamed, type XmlElement } from "../../xml/XmlElement.ts"
import { productOf } from "../merchant/XmlProduct.ts"
import { offerOf as offerOfProduct } from "../shop/ProductItem.ts"

/** Whether the item is an offer: it has an id and a price of its own, by Google's names with or without their namespace. */
const isOffer = (item: XmlElement): boolean =>
  childrenNamed(item, "g:id").length > 0 ||
  childrenNamed(item, "g:price").length > 0 ||
  (childrenNamed(item, "id").length > 0 && childrenNamed(item, "price").length > 0)

/** The offer that an item is; undefined for articles. `nowMs` decides whether a dated sale price holds. */
export const offerOf = (item: XmlElement, nowMs: number): Offer | undefined =>
  isOffer(item) ? offerOfProduct(productOf(item, 1), { nowMs, prices: "field" }) : undefined
