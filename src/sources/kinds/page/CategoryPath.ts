// Where in the shop's tree a product stands: its own category, else the page's breadcrumbs without the front page and the product itself.
import { absolute } from "../../reading/Links.ts"
import { plainText } from "../../reading/PlainText.ts"
import { isA, type Thing, textNamed, textsNamed, thingsNamed, valuesNamed } from "./Thing.ts"

const maxLevels = 12
const lists: ReadonlySet<string> = new Set(["BreadcrumbList"])

const line = (text: string): string => plainText(text, 100)

/** "A > B", "A / B", "A » B" and Etsy's "A < B" are paths. */
export const pathIn = (text: string): ReadonlyArray<string> =>
  line(text)
    .split(/\s*[<>›»→|]\s*|\s+\/\s+/)
    .filter((level) => level !== "")
    .slice(0, maxLevels)

interface Crumb {
  readonly name: string
  readonly position: number
  readonly url: string | undefined
}

const crumbOf = (element: Thing, index: number, base: string): Crumb => {
  const [item] = valuesNamed(element, "item")
  const inner = typeof item === "object" ? item : undefined
  const name = textNamed(element, "name") ?? (inner && textNamed(inner, "name", "title")) ?? ""
  const address = typeof item === "string" ? item : (inner?.id ?? (inner && textNamed(inner, "url")))
  const position = Number(textNamed(element, "position") ?? index)
  return {
    name: line(name),
    position: Number.isFinite(position) ? position : index,
    url: absolute(address, base)
  }
}

const isHome = ({ name, url }: Crumb): boolean =>
  /^(?:home|homepage|home page|start|startseite|inicio|início|accueil|strona główna|главная|головна)$/i.test(
    name
  ) ||
  (url !== undefined && /^\/?$/.test(new URL(url).pathname) && new URL(url).search === "")

/** The names in the first breadcrumb list among `things`; `name` and `link` are the product's. */
const crumbsIn = (things: ReadonlyArray<Thing>, base: string, name: string, link: string | undefined) => {
  const list = things
    .flatMap((thing) => [thing, ...thingsNamed(thing, "breadcrumb"), ...thingsNamed(thing, "@graph")])
    .find((thing) => isA(thing, lists))
  const crumbs = (list === undefined ? [] : thingsNamed(list, "itemListElement"))
    .slice(0, 50)
    .map((element, index) => crumbOf(element, index, base))
    .sort((a, b) => a.position - b.position)
  return crumbs
    .filter((crumb, index) => crumb.name !== "" && !(index === 0 && isHome(crumb)))
    .filter((crumb, index, all) => index < all.length - 1 || (crumb.name !== name && crumb.url !== link))
    .map((crumb) => crumb.name)
}

/** From the root down; a number is the code of somebody's taxonomy, not a name. */
export const categoryPathOf = (
  product: Thing,
  page: ReadonlyArray<Thing>,
  base: string,
  name: string,
  link: string | undefined
): ReadonlyArray<string> => {
  const own = textsNamed(product, "category")
    .map(pathIn)
    .filter(([first]) => first !== undefined && !/^\d+$|^https?:/.test(first))
    .sort((a, b) => b.length - a.length)[0]
  return (own ?? crumbsIn(page, base, name, link)).slice(0, maxLevels)
}
