// Global trade item numbers: the barcode of a product, the same in every shop. Enters: what a feed calls gtin, EAN, UPC or barcode.
// Leaves: its 14-digit form, or none. Never a number that shops give out themselves: it would join different products.

// GS1 keeps these prefixes (first three digits of the 13-digit form) for use inside one shop: weighed goods, own labels.
// @source https://www.gs1.org/standards/id-keys/company-prefix, 2026-11-24
const isInStore = (gtin14: string): boolean => /^.(?:02|04|2)/.test(gtin14)

/** Whether the last digit is the check digit of the others (weights 3 and 1 from the right). */
export const hasCheckDigit = (digits: string): boolean => {
  let sum = 0
  for (let place = 1; place <= digits.length; place++) {
    sum += Number(digits[digits.length - place]) * (place % 2 === 1 ? 1 : 3)
  }
  return sum % 10 === 0
}

/** "EAN: ", "gtin14: ", "UPC": some feeds label the number. Whether a 12 behind the label belongs to it is told by the rest. */
const labels = [/^\s*(?:gtin|ean|upc|isbn)-?(?:8|1[0234])\s*[:#]?/i, /^\s*(?:gtin|ean|upc|isbn)\s*[:#]?/i]

const fullForm = (digits: string): string | undefined => {
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits) || /^0+$/.test(digits) || !hasCheckDigit(digits)) return undefined
  const gtin14 = digits.padStart(14, "0")
  // Eight digits have prefixes of their own: those that begin with 0 or 2 never leave a shop.
  if (digits.length === 8) return /^[02]/.test(digits) ? undefined : gtin14
  return isInStore(gtin14) ? undefined : gtin14
}

/** The digits alone of a valid 8-, 12-, 13- or 14-digit number; spaces and hyphens between them do not count. */
export const gtinDigits = (text: string): string | undefined =>
  labels
    .map((label) => text.replace(label, "").replace(/[\s-]/g, ""))
    .find((digits) => fullForm(digits) !== undefined)

/** The 14-digit form of a valid number. */
export const normalizeGtin = (text: string): string | undefined => fullForm(gtinDigits(text) ?? "")
