// Global trade item numbers: the barcode of a product, the same in every shop. Enters: what a feed calls gtin, EAN, UPC or barcode.
// Leaves: its 14-digit form, or none. Never a number that shops give out themselves: it would join different products.

// GS1 keeps these prefixes (first three digits of the 13-digit form) for use inside one shop: weighed goods, own labels.
// @source https://www.gs1.org/standards/id-keys/company-prefix, 2026-11-24
const isInStore = (gtin14: string): boolean => /^.(?:02|04|2)/.test(gtin14)

/** Whether the last digit is the check digit of the others (weights 3 and 1 from the right). */
export const hasCheckDigit = (digits: string): boolean => {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0)
  return sum % 10 === 0
}

/** "EAN: ", "gtin14: ": some feeds label the number. */
const label = /^\s*(?:gtin|ean|upc|isbn)(?:-?(?:8|1[234]))?\s*[:#]/i

/** The 14-digit form of a valid 8-, 12-, 13- or 14-digit number; spaces and hyphens between its digits do not count. */
export const normalizeGtin = (text: string): string | undefined => {
  const digits = text.replace(label, "").replace(/[\s-]/g, "")
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits) || /^0+$/.test(digits) || !hasCheckDigit(digits)) return undefined
  const gtin14 = digits.padStart(14, "0")
  // Eight digits have prefixes of their own: those that begin with 0 or 2 never leave a shop.
  if (digits.length === 8) return /^[02]/.test(digits) ? undefined : gtin14
  return isInStore(gtin14) ? undefined : gtin14
}
