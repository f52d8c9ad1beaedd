// The character references that Telegram's HTML knows: numeric ones and &lt; &gt; &amp; &quot;. Everything else stays as it is written.
// @source reference/telegram-bot-api.md §3 (td MessageEntity.cpp, decode_html_entity)

const named: Readonly<Record<string, number>> = { lt: 0x3c, gt: 0x3e, amp: 0x26, quot: 0x22 }

const codeOf = (digits: string, radix: number, written: number): number | undefined => {
  const code = digits === "" ? 0 : Number.parseInt(digits, radix)
  return code === 0 || code >= 0x10ffff || written >= 10 ? undefined : code
}

/** The code point that a reference at `at` (which is an `&`) stands for, and where the text goes on; a missing `;` is accepted. */
export const characterReference = (
  source: string,
  at: number
): { readonly code: number; readonly next: number } | undefined => {
  const [written = "&", hex, decimal, name = ""] =
    /^&(?:#x([0-9a-f]*)|#([0-9]*)|([a-zA-Z]*))/.exec(source.slice(at, at + 40)) ?? []
  const code =
    hex !== undefined
      ? codeOf(hex, 16, written.length)
      : decimal !== undefined
        ? codeOf(decimal, 10, written.length)
        : named[name]
  if (code === undefined) return undefined
  const end = at + written.length
  return { code, next: source[end] === ";" ? end + 1 : end }
}
