// What Telegram marks by itself in a text: addresses, e-mails, @names, #tags, $tags and /commands. Text enters, entities leave, sorted and
// apart from each other. Simplified: bare domains are known by a short list of endings; phone and card numbers are not looked for.
// @source reference/telegram-bot-api.md §3 (td MessageEntity.cpp, find_entities and its match_* functions)
import type { Entity } from "../Wire.ts"

const endings = "com|net|org|info|io|me|app|dev|shop|store|news|ru|de|uk|fr|it|es|pl|ua|eu|co|tv|xyz|example"
const word = "\\p{L}\\p{N}_"
const tag = "\\p{L}\\p{Nd}_\\u200c"

const patterns: ReadonlyArray<{ readonly type: string; readonly pattern: RegExp }> = [
  { type: "email", pattern: /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w])/giu },
  {
    type: "url",
    pattern:
      /(?<![\p{L}\p{N}_])https?:\/\/(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]{2,}(?::\d+)?(?:[/?#][^\s<>]*)?/giu
  },
  {
    type: "url",
    pattern: new RegExp(
      `(?<![${word}@./-])(?:[\\p{L}\\p{N}_-]+\\.)+(?:${endings})(?![${word}-])(?::\\d+)?(?:[/?#][^\\s<>]*)?`,
      "giu"
    )
  },
  { type: "mention", pattern: new RegExp(`(?<![${word}])@[a-zA-Z0-9_]{2,32}(?![${word}])`, "gu") },
  {
    type: "hashtag",
    pattern: new RegExp(`(?<![${tag}])#(?=[\\p{Nd}_]*\\p{L})[${tag}]{1,256}(?![${tag}#])`, "gu")
  },
  { type: "cashtag", pattern: new RegExp(`(?<![${tag}$])\\$(?:1INCH|[A-Z]{1,8})(?![${tag}$])`, "gu") },
  {
    type: "bot_command",
    pattern: new RegExp(`(?<![${word}/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![${word}/<>])`, "gu")
  }
]

/** Sentence marks at the end do not belong to an address. */
const withoutTail = (match: string) => match.replace(/[.,:;!?'"»”’)\]]+$/u, "")

export const foundEntities = (text: string): ReadonlyArray<Entity> => {
  const found: Array<Entity> = []
  for (const { type, pattern } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const shown = type === "url" ? withoutTail(match[0]) : match[0]
      const entity = { type, offset: match.index, length: shown.length }
      const taken = found.some(
        (other) => entity.offset < other.offset + other.length && other.offset < entity.offset + entity.length
      )
      if (!taken && entity.length > 0) found.push(entity)
    }
  }
  return found.toSorted((a, b) => a.offset - b.offset)
}
