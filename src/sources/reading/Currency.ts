// How texts write a currency → its ISO 4217 code, or nothing where the sign could mean several.
import { remembered } from "./Remembered.ts"

const isoCodes = new Set(Intl.supportedValuesOf("currency"))

/** Codes that shops still write after the currency was renamed. */
const renamed: Readonly<Record<string, string>> = {
  RUR: "RUB",
  BYR: "BYN",
  UAK: "UAH",
  TRL: "TRY",
  RMB: "CNY"
}

/** Signs and words that mean one currency only. "$" and "¥" and "kr" are missing on purpose: the source has to say which. */
const signs: ReadonlyArray<readonly [pattern: RegExp, code: string]> = [
  [/R\$/, "BRL"],
  [/US\s?\$|\$\s?US\b/i, "USD"],
  [/(?:CA|C|CDN)\s?\$/, "CAD"],
  [/AU?\s?\$/, "AUD"],
  [/NZ\s?\$/, "NZD"],
  [/HK\s?\$/, "HKD"],
  [/NT\s?\$/, "TWD"],
  [/(?:SG|S)\s?\$/, "SGD"],
  [/MX\s?\$/, "MXN"],
  [/(?<!\p{L})K\.?D(?!\p{L})/u, "KWD"],
  [/€|(?<!\p{L})евро(?!\p{L})|\beuros?\b/iu, "EUR"],
  [/£/, "GBP"],
  [/₽|(?<!\p{L})(?:руб|rub)(?:лей|ля|ль)?(?!\p{L})|(?<=\d\s?)[рР](?:\.|(?![\p{L}\d]))/iu, "RUB"],
  [/₴|(?<!\p{L})грн(?!\p{L})|(?<!\p{L})гривен/iu, "UAH"],
  [/₸|(?<!\p{L})(?:тг|тенге)(?!\p{L})/iu, "KZT"],
  [/(?<!\p{L})(?:бел\.?\s?руб)/iu, "BYN"],
  [/(?<!\p{L})z[łl](?!\p{L})/iu, "PLN"],
  [/(?<!\p{L})K[čc](?!\p{L})/iu, "CZK"],
  [/(?<!\p{L})Ft(?!\p{L})/u, "HUF"],
  [/(?<!\p{L})лв(?!\p{L})/iu, "BGN"],
  [/(?<!\p{L})lei(?!\p{L})/iu, "RON"],
  [/(?<!\p{L})SFr(?!\p{L})|(?<!\p{L})Fr\.(?=\s?\d)/u, "CHF"],
  [/(?<!\p{L})сум(?!\p{L})/iu, "UZS"],
  [/₪/, "ILS"],
  [/₹|(?<!\p{L})Rs\.?(?=\s?\d)/u, "INR"],
  [/₩/, "KRW"],
  [/₺|(?<!\p{L})TL(?!\p{L})/u, "TRY"],
  [/₫/, "VND"],
  [/฿/, "THB"],
  [/₱/, "PHP"],
  [/₦/, "NGN"],
  [/₾/, "GEL"],
  [/֏/, "AMD"],
  [/₼/, "AZN"]
]

const codeNamed = (letters: string): string | undefined => {
  const code = letters.toUpperCase()
  const current = renamed[code] ?? code
  return isoCodes.has(current) ? current : undefined
}

/** The code of a field that holds nothing else ("RUR", "eur", "₴"). */
export const currencyNamed = remembered((text): string | undefined =>
  /^[a-z]{3}$/i.test(text.trim()) ? codeNamed(text.trim()) : currencyIn(text)
)

/** The one currency that a text names; undefined when there is none or only an ambiguous sign. */
export const currencyIn = (text: string): string | undefined => {
  // A code next to a number counts in any case, elsewhere only in capitals: "new" and "all" are words.
  const beside = /(?:(?<![\p{L}\d])([a-z]{3})\s?(?=[\d.]))|(?<=\d\s?)([a-z]{3})(?!\p{L})/giu
  for (const match of text.matchAll(beside)) {
    const code = codeNamed(match[1] ?? match[2] ?? "")
    if (code !== undefined) return code
  }
  const sign = signs.find(([pattern]) => pattern.test(text))
  if (sign !== undefined) return sign[1]
  for (const match of text.matchAll(/(?<!\p{L})[A-Z]{3}(?!\p{L})/gu)) {
    const code = codeNamed(match[0])
    if (code !== undefined) return code
  }
  return undefined
}
