// The name of an offer, which YML spreads over several elements depending on the offer's type. Mixed feeds are common, so it is told by
// the elements that are there: a name as it is, else what can be put together.
// @source https://yandex.ru/support/marketplace/assortment/files/yml.html and its older types (2026-11)

/** The elements that make up a name, by their own names in lower case. */
export const nameElements = ["name", "typeprefix", "vendor", "model", "artist", "author", "title"] as const
export type NameParts = { [part in (typeof nameElements)[number]]?: string }

const startsWith = (text: string, start: string): boolean =>
  text.slice(0, start.length).toLowerCase() === start.toLowerCase()

const joined = (parts: ReadonlyArray<string | undefined>, separator: string): string =>
  parts.filter((part) => part !== undefined && part !== "").join(separator)

/** "Printer" + "HP" + "LaserJet"; the maker is not said twice. */
const ofModel = ({ model, typeprefix, vendor }: NameParts): string =>
  joined(
    [typeprefix, model !== undefined && startsWith(model, vendor ?? "") ? undefined : vendor, model],
    " "
  )

/** The name to show; "" when there is nothing to make one of. */
export const offerName = (parts: NameParts, type: string): string => {
  const { artist, author, name, title } = parts
  const work = name ?? title
  if (work === undefined) return ofModel(parts)
  const maker = /book/i.test(type) ? author : /^artist/i.test(type) ? artist : undefined
  return maker === undefined || startsWith(work, maker) ? work : joined([maker, work], " — ")
}
