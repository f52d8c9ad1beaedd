// Text made fit to be shown: cleaned as Telegram would clean it, so that what is stored is what will stand in the channel, and cut where
// a reader would cut it.

/** Telegram blanks control characters and drops these; what is left lone of a pair is no text. NFC keeps letters with a ring above. */
const unwanted = /[\u00ad\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\u0333|\u033f|\u030a/g
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g
const lineSeparators = /[\u2028\u2029\u000b\u0085]/g
const runsOfMarks = /([\u200e\u200f])[\u200e\u200f]+/g
const loneSurrogates = /\p{Surrogate}/gu

/** @source reference/telegram-bot-api.md §3 (TDLib `clean_input_string`); isolates and soft hyphens by our own choice */
export const cleanText = (value: string): string =>
  value
    .replace(loneSurrogates, "\ufffd")
    .normalize("NFC")
    .replace(/\r\n?/g, "\n")
    .replace(lineSeparators, "\n")
    .replace(unwanted, "")
    .replace(controls, " ")
    .replace(runsOfMarks, "$1")

/** Letters and symbols by name, but blank to the eye; Telegram counts the first two as empty. */
const fillers = /[\u2800\ufffc\u115f\u1160\u3164\uffa0]/g

/** Whether anything of it can be seen. */
export const isVisible = (value: string): boolean =>
  /[\p{L}\p{N}\p{P}\p{S}]/u.test(value.replace(fillers, ""))

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })

/** How far back a cut looks for the end of a word, UTF-16 units. */
const wordReach = 30

/** At most `max` UTF-16 units of it, ending with a whole character as readers see them, if possible with a whole word. */
export const cutText = (value: string, max: number): string => {
  if (value.length <= max) return value
  const end = characterEnd(value, max)
  const kept = value.slice(0, end)
  const word = Math.max(kept.lastIndexOf(" "), kept.lastIndexOf("\n"))
  const whole =
    word > 0 && end - word <= wordReach && !/\s/.test(value.charAt(end)) ? kept.slice(0, word) : kept
  return whole.replace(/[\s,;:–—-]+$/u, "")
}

/** The last boundary at or before `max`; one inside the character where the first character alone is longer. */
const characterEnd = (value: string, max: number): number => {
  if (max <= 0) return 0
  const end = graphemes.segment(value).containing(max)?.index ?? value.length
  if (end > 0) return end
  const splitsPair =
    /[\udc00-\udfff]/.test(value.charAt(max)) && /[\ud800-\udbff]/.test(value.charAt(max - 1))
  return splitsPair ? max - 1 : max
}
