// Decoded text of a shop catalog, chunk by chunk → its offers as items, one by one. Categories and currencies come first in every known
// format, so one pass suffices; of an offer that comes before its category the id is kept instead of the path.
import type { Item } from "../../../domain/Item.ts"
import { currencyNamed } from "../../reading/Currency.ts"
import { isHttpUrl } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import { firstText, textOf, type XmlElement } from "../../xml/XmlElement.ts"
import { XmlReader } from "../../xml/XmlReader.ts"
import { ProductTally } from "../shop/ProductTally.ts"
import type { TextFormat } from "../shop/TextDocument.ts"
import { Categories } from "./Categories.ts"
import type { Dialect } from "./Dialects.ts"
import { productOf } from "./OfferProduct.ts"

export interface YmlContext {
  /** Where the document is. */
  readonly url: string
  readonly nowMs: number
  /** What the source says that prices without a currency mean. */
  readonly currency: string | undefined
}

export class YmlReader implements TextFormat {
  private readonly xml: XmlReader
  private readonly dialect: Dialect
  private readonly context: YmlContext
  private readonly categories = new Categories()
  private title = ""
  private base: string
  private currency: string | undefined
  private readonly tally = new ProductTally()

  constructor(dialect: Dialect, context: YmlContext) {
    this.xml = new XmlReader(dialect.shape, context.url)
    this.dialect = dialect
    this.context = context
    this.base = context.url
  }

  write(text: string): ReadonlyArray<Item> {
    const items: Array<Item> = []
    this.xml.each(text, (element) => {
      if (this.dialect.shape.items.has(element.name)) items.push(this.itemOf(element))
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
    const { complete: whole, stopped } = this.xml
    const none = "no offers; the shop may be writing the file just now"
    return this.tally.facts({ whole, stopped, none, title: this.title })
  }

  private itemOf(offer: XmlElement): Item {
    return this.tally.itemOf(productOf(offer, this.categories), {
      base: this.base,
      nowMs: this.context.nowMs,
      currency: this.currency ?? this.dialect.currency ?? this.context.currency,
      prices: "field"
    })
  }

  /** What stands before the offers. */
  private note(element: XmlElement): void {
    const { attributes, name } = element
    if (name === "category") this.noteCategory(element)
    else if (name === "currency") {
      const code = currencyNamed(attributes["id"] ?? attributes["code"] ?? textOf(element))
      // The main one has the rate 1; where none has, the first.
      if (Number(attributes["rate"]) === 1 || this.currency === undefined)
        this.currency = code ?? this.currency
    } else if (name === "name" || name === "company" || name === "firmname") {
      this.title ||= plainText(textOf(element))
    } else if (name === "url" && isHttpUrl(textOf(element))) this.base = textOf(element)
  }

  /** `<category id="2" parentId="1">Lamps</category>`; Hotline has an element for each. */
  private noteCategory(element: XmlElement): void {
    const { attributes } = element
    const id = attributes["id"] ?? firstText(element, ["id"]) ?? ""
    const parent = attributes["parentid"] ?? firstText(element, ["parentid"])
    this.categories.add(
      id.trim(),
      plainText(firstText(element, ["name"]) ?? textOf(element), 200),
      parent?.trim() || undefined
    )
  }
}
