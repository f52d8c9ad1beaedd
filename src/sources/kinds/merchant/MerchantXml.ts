// Decoded text of a product feed in XML, chunk by chunk → its products as items: Google Merchant in RSS or Atom, Meta, Criteo, Skroutz,
// and plain lists of products that use such names. A feed in which nothing is an offer is none of these.
import { Either } from "effect"
import type { Item } from "../../../domain/Item.ts"
import { isHttpUrl } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import { textOf, type XmlElement } from "../../xml/XmlElement.ts"
import { type DocumentShape, XmlReader } from "../../xml/XmlReader.ts"
import { pageOf } from "../rss/FeedLinks.ts"
import type { ProductContext } from "../shop/ProductItem.ts"
import { ProductTally } from "../shop/ProductTally.ts"
import type { TextFormat } from "../shop/TextDocument.ts"
import { productOf } from "./XmlProduct.ts"

const shape: DocumentShape = {
  containers: new Set([
    ...["rss", "rdf:rdf", "rdf", "channel", "feed", "atom:feed"],
    ...["products", "items", "store", "mywebstore", "shop", "catalog", "data", "root"]
  ]),
  items: new Set(["item", "entry", "atom:entry", "product"])
}

/** Whether a product feed can begin like that. */
export const isProductFeed = (root: string): boolean => shape.containers.has(root)

export class MerchantXml implements TextFormat {
  private readonly xml: XmlReader
  private readonly tally = new ProductTally()
  private context: ProductContext
  private title = ""

  constructor(context: ProductContext) {
    this.xml = new XmlReader(shape, context.base)
    this.context = context
  }

  write(text: string): ReadonlyArray<Item> {
    const items: Array<Item> = []
    this.xml.each(text, (element) => {
      if (shape.items.has(element.name)) items.push(this.itemOf(element))
      else this.note(element)
    })
    return items
  }

  end(): ReadonlyArray<Item> {
    this.xml.end()
    return []
  }

  done(): boolean {
    return this.xml.stopped !== undefined
  }

  facts(): ReturnType<TextFormat["facts"]> {
    const { count, offers } = this.tally
    if (count > 0 && offers === 0) return Either.left("a feed in which nothing has an id or a price")
    const { complete: whole, stopped } = this.xml
    const none = "no products; the shop may be writing the file just now"
    return this.tally.facts({ whole, stopped, none, title: this.title })
  }

  /** What stands before the products. */
  private note(element: XmlElement): void {
    if (element.name === "title" || element.name === "atom:title") this.title ||= plainText(textOf(element))
    else if (element.name === "link" && isHttpUrl(textOf(element)))
      this.context = { ...this.context, base: textOf(element) }
  }

  private itemOf(element: XmlElement): Item {
    const base = element.base ?? this.context.base
    const product = productOf(element, 3)
    // Atom's link is an attribute.
    if (product.texts.link === undefined) product.add("link", pageOf(element, base) ?? "")
    return this.tally.itemOf(product, { ...this.context, base })
  }
}
