// The address of a feed as lists write it → one that can be polled. Pure.
import { Either } from "effect"

/** Some programs hand feeds over as `feed://host/path` or `feed:https://host/path`. */
const withoutFeedScheme = (text: string): string =>
  text.replace(/^feed:(?=https?:)/i, "").replace(/^feed:\/\//i, "http://")

/** The absolute URL, or what is wrong as a clause that goes on from the text. */
export const feedUrl = (text: string): Either.Either<string, string> => {
  const address = withoutFeedScheme(text.trim())
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.protocol === "http:" || url?.protocol === "https:") return Either.right(address)
  const shown = address.length > 80 ? `${address.slice(0, 80)}…` : address
  return Either.left(address === "" ? "has no address" : `"${shown}" is not an http or https URL`)
}
