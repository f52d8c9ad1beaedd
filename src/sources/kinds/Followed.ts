// Which of the addresses that a document names are followed: those that the operator's patterns mean; without patterns, those of the
// same site. Never decides how many.
import type { Source } from "../../domain/Source.ts"
import { hostOf } from "../../identity/CanonicalUrl.ts"
import { matchesAny, matchesPattern } from "../reading/PathPattern.ts"

type LinkSettings = Pick<Source, "links" | "skip">

/** One host, or one below the other ("shop.example", "www.shop.example", "img.shop.example"). */
const isSameSite = (url: string, other: string): boolean => {
  const [host, known] = [hostOf(url), hostOf(other)]
  if (host === undefined || known === undefined) return false
  return host === known || host.endsWith(`.${known}`) || known.endsWith(`.${host}`)
}

/** Only a pattern with a host permits another site. */
const means = (pattern: string, url: string, from: string): boolean =>
  matchesPattern(pattern, url) && (/^https?:/.test(pattern) || isSameSite(url, from))

/** Whether the page at `url` (absolute), which the document at `from` names, is one to fetch. */
export const isFollowed = (url: string, from: string, { links, skip = [] }: LinkSettings): boolean => {
  if (matchesAny(skip, url)) return false
  return links === undefined ? isSameSite(url, from) : links.some((pattern) => means(pattern, url, from))
}
