// What a scripted source truly has, at any time, and what it says: items that appear, change their prices, and are listed while they are among
// the newest. Each title carries the item's true name, so that whatever a channel shows can be recognised without the program's own
// knowledge. Pure but for its dice: asked in the order of time.
import { rssDate, xml } from "../sandbox/samples/Xml.ts"
import type { Dice } from "./Dice.ts"

export interface TrueItem {
  /** "s1.12": of this item, in whatever shape it is met. */
  readonly name: string
  readonly number: number
  readonly at: number
  cents: number
  readonly picture: boolean
}

/** How a document is told wrong. */
export interface Telling {
  /** Another scheme of guids than before. */
  readonly guidScheme: number
  /** Items whose number is odd are left out. */
  readonly half: boolean
  /** Every price is another one. */
  readonly flapped: boolean
}

export const plainly: Telling = { guidScheme: 0, half: false, flapped: false }

const dayMs = 86_400_000
/** How many of the newest a source lists. */
export const usuallyListed = 20

const named = /\[(s\d+\.\d+)\]/

/** The true name in a title, a text or a caption. */
export const nameIn = (text: string): string | undefined => named.exec(text)?.[1]

/** All true names in the text of a digest. */
export const namesIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(new RegExp(named, "g"))].flatMap(([, name]) => name ?? [])

/** How readers tell posts apart: of an item that is new there is one, of its events one each. */
export const postOf = (
  item: string,
  told: { readonly id: number; readonly event: string } | undefined
): string => (told === undefined || told.event === "new" ? item : `${item}#${told.id}`)

/** What all sources of a world have in common. */
export interface Listing {
  readonly itemsPerDay: number
  /** How many of the newest are listed. */
  readonly listed: number
  readonly startMs: number
}

export class Truth {
  readonly source: string
  /** Whether its items carry an id of the shop's own. */
  readonly isShop: boolean
  readonly #dice: Dice
  readonly #gapMs: number
  readonly #listed: number
  readonly #items: Array<TrueItem> = []
  #nextAt: number
  #until = Number.POSITIVE_INFINITY

  constructor(source: string, isShop: boolean, { itemsPerDay, listed, startMs }: Listing, dice: Dice) {
    this.source = source
    this.isShop = isShop
    this.#dice = dice
    this.#gapMs = dayMs / itemsPerDay
    this.#listed = listed
    this.#nextAt = startMs - dayMs / 2
  }

  /** Nothing new appears from `at` on. */
  endAt(at: number): void {
    this.#until = at
  }

  /** The items listed at `now`, newest first. */
  listed(now: number): ReadonlyArray<TrueItem> {
    while (this.#nextAt <= Math.min(now, this.#until)) this.#add(this.#nextAt)
    return this.#items.slice(-this.#listed).reverse()
  }

  /** One of the listed items gets another price. */
  reprice(now: number): void {
    const items = this.listed(now)
    const item = items[this.#dice.below(items.length)]
    if (item !== undefined) item.cents = this.#dice.between(100, 99_900)
  }

  document(now: number, { guidScheme, half, flapped }: Telling): string {
    const items = this.listed(now)
      .filter(({ number }) => !half || number % 2 === 0)
      .map((item) => this.#written(item, guidScheme, flapped))
    return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>${this.source}</title>
${items.join("\n")}
</channel></rss>`
  }

  #add(at: number): void {
    const number = this.#items.length + 1
    const picture = this.#dice.hits(0.1)
    const cents = this.#dice.between(100, 99_900)
    this.#items.push({ name: `${this.source}.${number}`, number, at, cents, picture })
    this.#nextAt = at + this.#dice.gap(this.#gapMs)
  }

  #written({ name, number, at, cents, picture }: TrueItem, guidScheme: number, flapped: boolean): string {
    const site = `https://${this.source}.example`
    const price = ((flapped ? cents + 777 : cents) / 100).toFixed(2)
    const offer = `<g:id>${number}</g:id><g:price>${price} EUR</g:price><g:availability>in_stock</g:availability>`
    const guid = guidScheme === 0 ? `${number}` : `v${guidScheme}-${number}`
    return [
      `<item><title>${xml(`Thing ${number} [${name}]`)}</title><link>${site}/p/${number}</link>`,
      `<guid isPermaLink="false">${guid}</guid><pubDate>${rssDate(at)}</pubDate>`,
      picture ? `<enclosure url="${site}/i/${number}.png" type="image/png" length="1"/>` : "",
      this.isShop ? offer : `<description>News of ${number}</description>`,
      "</item>"
    ].join("")
  }
}

/** What each source truly has; every second one is a shop. */
export const truthsOf = (
  sources: ReadonlyArray<{ readonly id: string }>,
  listing: Listing,
  dice: Dice
): ReadonlyMap<string, Truth> =>
  new Map(
    sources.map(({ id }, index) => [id, new Truth(id, index % 2 === 0, listing, dice.for(`truth/${id}`))])
  )
