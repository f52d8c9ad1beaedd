// Words → hashtags that Telegram links as a whole: letters and digits of any script, joined by underscores, a letter among them.
// A name that cannot be written so (Thai or Devanagari vowel signs end a hashtag) gives none, rather than one that is misspelt.
// @source td MessageEntity.cpp, is_hashtag_letter and match_hashtags: letters, decimal digits, _ and U+200C; at most 256

/** Longer ones nobody searches for; well within what Telegram takes. In code points. */
const longest = 64

/** In these scripts the signs on letters may be left out. */
const optionalSigns = /([\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Hebrew}])\p{M}+/gu

const apostrophes = /(?<=\p{L})['’ʼ`´](?=\p{L})/gu

/** One tag with its #, or "". */
export const hashtag = (name: string): string => {
  const text = name.normalize("NFC").replace(optionalSigns, "$1").replace(apostrophes, "")
  if (/\p{M}/u.test(text.replace(/\p{Emoji}[\u{fe0f}\u{20e3}]+/gu, ""))) return ""
  const words = text.match(/[\p{L}\p{Nd}_]+/gu) ?? []
  let tag = ""
  for (const word of words) {
    const longer = tag === "" ? word : `${tag}_${word}`
    if ([...longer].length > longest) break
    tag = longer
  }
  return /\p{L}/u.test(tag) ? `#${tag}` : ""
}

/** Each tag once, whatever its case, with blanks between. */
export const hashtags = (names: ReadonlyArray<string>): string => {
  const tags = new Map<string, string>()
  for (const name of names) {
    const tag = hashtag(name)
    const key = tag.toLowerCase()
    if (tag !== "" && !tags.has(key)) tags.set(key, tag)
  }
  return [...tags.values()].join(" ")
}
