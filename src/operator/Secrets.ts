// What of addresses may be shown to everybody: never user, password or query, which may be secret. Pure.

/** A source's URL, for everybody. */
export const shownUrl = (text: string): string => {
  const url = new URL(text)
  return `${url.protocol}//${url.host}${url.pathname}${url.search === "" ? "" : "?…"}`
}

const address = /(["'])([a-z][a-z0-9+.-]*:\/\/.*?)\1|[a-z][a-z0-9+.-]*:\/\/\S+/gi

/** User, password and query of an address may be secret. */
const masked = (text: string): string =>
  text.replace(/:\/\/[^/?#\\]*@/, "://…@").replace(/[?#].*?(["'])?$/s, "?…$1")

/** The lines without what addresses in them may hold of secrets. */
export const withoutSecrets = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => line.replace(address, masked))

/** The same of a text of several lines. */
export const shownText = (text: string): string => withoutSecrets(text.split("\n")).join("\n")
