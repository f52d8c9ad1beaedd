// Shop feeds of as many offers and bytes as one likes, written as a stream, so that nobody holds them: Google Merchant in RSS, and YML.
import { once } from "node:events"
import { createWriteStream } from "node:fs"

export interface FeedShape {
  readonly offers: number
  /** Of the whole document. */
  readonly bytes: number
  /** Every so many-th offer has another price than in the first document; 0: none. */
  readonly changedEach: number
}

interface Format {
  readonly start: string
  readonly end: string
  /** The offer before and behind its description. */
  readonly around: (id: number, title: string, price: number) => readonly [before: string, behind: string]
}

const merchant: Format = {
  start: `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Shop</title><link>https://shop.example/</link>\n`,
  end: "</channel></rss>\n",
  around: (id, title, price) => [
    `<item><g:id>sku-${id}</g:id><title>${title}</title><link>https://shop.example/p/${id}?utm_source=feed</link>` +
      `<g:price>${price}.90 EUR</g:price><g:availability>in_stock</g:availability><g:brand>Acme ${id % 97}</g:brand>` +
      `<g:product_type>Home &gt; Light</g:product_type><g:image_link>https://img.example/${id}.jpg</g:image_link><description>`,
    "</description></item>\n"
  ]
}

const yml: Format = {
  start: `<?xml version="1.0" encoding="UTF-8"?>
<yml_catalog date="2026-11-20 10:00"><shop><name>Shop</name><company>Shop</company><url>https://shop.example/</url>
<currencies><currency id="RUB" rate="1"/></currencies><categories><category id="1">Home</category></categories><offers>\n`,
  end: "</offers></shop></yml_catalog>\n",
  around: (id, title, price) => [
    `<offer id="sku-${id}" available="true"><url>https://shop.example/p/${id}?utm_source=feed</url><price>${price}.90</price>` +
      `<currencyId>RUB</currencyId><categoryId>1</categoryId><picture>https://img.example/${id}.jpg</picture><name>${title}</name>` +
      `<vendor>Acme ${id % 97}</vendor><param name="Color">red</param><param name="Size">M</param><description>`,
    "</description></offer>\n"
  ]
}

/** By the name of the source kind that reads it. */
export const formats: Readonly<Record<string, Format>> = { rss: merchant, merchant, yml }

const words = "ёжик лампа стол phone cable чехол red blue большой малый".split(" ")

const offer = ({ around }: Format, id: number, { bytes, changedEach, offers }: FeedShape): string => {
  const price = (id % 900) + 100 + (changedEach > 0 && id % changedEach === 0 ? 1 : 0)
  const [before, behind] = around(id, `${words[id % 10]} ${words[(id >> 3) % 10]} ${id}`, price)
  const room = Math.max(0, Math.floor(bytes / offers) - Buffer.byteLength(before) - behind.length)
  let text = ""
  // Latin letters, so that a character is a byte; no two offers alike.
  for (let word = id; text.length < room; word = (word * 31 + 7) % 10_007) text += `word${word} `
  return before + text.slice(0, room) + behind
}

/** Writes the document; returns its size in bytes. */
export const writeFeed = async (path: string, format: Format, shape: FeedShape): Promise<number> => {
  const file = createWriteStream(path)
  file.write(format.start)
  let part = ""
  for (let id = 1; id <= shape.offers; id++) {
    part += offer(format, id, shape)
    if (part.length < 1_000_000 && id < shape.offers) continue
    if (!file.write(part)) await once(file, "drain")
    part = ""
  }
  file.end(format.end)
  await once(file, "close")
  return file.bytesWritten
}
