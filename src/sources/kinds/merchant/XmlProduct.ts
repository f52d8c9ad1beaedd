// An item element of any XML product feed → a product. Fields go by their local names, Google's before those without a namespace before
// those of one nobody knows before Atom's own: real feeds have all four. Only direct children count: the price in `g:shipping` is not
// the price. @source https://support.google.com/merchants/answer/7052112 (product data specification, 2026-11)
import { remembered } from "../../reading/Remembered.ts"
import { innerMarkup } from "../../xml/Markup.ts"
import { elementsOf, firstText, textOf, type XmlElement } from "../../xml/XmlElement.ts"
import { type Meaning, meanings, plainName } from "../shop/FieldNames.ts"
import { Product } from "../shop/Product.ts"

/** Whose fields are looked at: 0 Google's, 1 those without a namespace, 2 those of unknown ones, 3 Atom's. */
export type Rank = 0 | 1 | 2 | 3

interface Name {
  readonly rank: Rank | undefined
  readonly local: string
}

const nameOf = (name: string): Name => {
  if (name.startsWith("g:")) return { rank: 0, local: plainName(name) }
  if (name.startsWith("{")) return { rank: 2, local: plainName(name.slice(name.indexOf("}") + 1)) }
  if (name.startsWith("atom:"))
    return { rank: 3, local: name === "atom:summary" ? "description" : name.slice(5) }
  return name.includes(":") ? { rank: undefined, local: "" } : { rank: 1, local: plainName(name) }
}

const named = remembered(nameOf)
const meaningsOf = remembered((names): ReadonlyMap<string, Meaning> => meanings(names.split(" ")))

/** Meta nests the address of a picture, and some shops write naked markup. */
const valueOf = (element: XmlElement, local: string): string =>
  elementsOf(element).length === 0
    ? textOf(element)
    : local === "description"
      ? innerMarkup(element, "html")
      : (firstText(element, ["url", "g:url"]) ?? textOf(element))

/** The product that an item describes, by the fields up to a rank. */
export const productOf = (item: XmlElement, upTo: Rank): Product => {
  const product = new Product()
  const fields = elementsOf(item)
    .map((element) => ({ element, ...named(element.name) }))
    .filter(({ rank }) => rank !== undefined && rank <= upTo)
    .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0))
  const known = meaningsOf(fields.map(({ local }) => local).join(" "))
  for (const { element, local } of fields) {
    const meaning = known.get(local)
    if (meaning === undefined) continue
    const value = valueOf(element, local)
    if ("field" in meaning) product.add(meaning.field, value)
    else product.addOption(meaning.option, value)
  }
  product.add("id", item.attributes["id"] ?? "")
  return product
}
