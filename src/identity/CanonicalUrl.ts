// Which URLs name the same page. Enters: a URL as a feed wrote it. Leaves: one comparable spelling, or none when it is no web address.
// Promises: idempotent; what is kept can be identity (`id`, `p`, `variant`, `sku`, `color`). Never for following: the scheme is always
// https, credentials, fragment and trackers are gone, and a server may answer the result differently.
import { isTracker } from "./TrackingParameters.ts"

// Only escapes whose character is no hex digit: decoding one can then never complete another ("%%341"), so once is enough.
const plainEscapes: Readonly<Record<string, string>> = { "%2D": "-", "%2E": ".", "%5F": "_", "%7E": "~" }

const normalizeEscapes = (text: string): string =>
  text.replace(/%[0-9a-f]{2}/gi, (escape) => plainEscapes[escape.toUpperCase()] ?? escape.toUpperCase())

/** `host` without its root dot and `www.`, as long as a name with a dot remains. */
const plainHost = (host: string): string => {
  const name = host.replace(/\.+$/, "")
  const bare = name.replace(/^(?:www\.)+/, "")
  return bare.includes(".") ? bare : name
}

const isIndexPage = (segment: string | undefined): boolean =>
  segment === "index.html" || segment === "index.php"

/** The path without doubled and trailing slashes, session ids and index pages: "/a/b", or "" for the front page. */
const plainPath = (path: string): string => {
  const segments = normalizeEscapes(path)
    .split("/")
    .map((segment) => segment.replace(/;jsessionid=[^;]*/gi, ""))
    .filter((segment) => segment !== "")
  while (isIndexPage(segments.at(-1))) segments.pop()
  return segments.map((segment) => `/${segment}`).join("")
}

// By hand, not by URLSearchParams: that decodes windows-1251 escapes to U+FFFD and so makes different pages one.
const plainQuery = (query: string, hosts: ReadonlyArray<string>): string => {
  const kept = normalizeEscapes(query.replace(/^\?/, ""))
    .replaceAll("%20", "+")
    .split("&")
    .filter((parameter) => parameter !== "" && !isTracker(parameter, hosts))
    .sort()
  return kept.length === 0 ? "" : `?${kept.join("&")}`
}

const parse = (text: string): URL | undefined => {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** The host of a web address, lower case, without `www.`; undefined when it is none. */
export const hostOf = (text: string): string | undefined => {
  const url = parse(text)
  return url === undefined || url.hostname === "" ? undefined : plainHost(url.hostname)
}

/**
 * The comparable spelling of an absolute http(s) URL ("https://example.com/a?id=1"), undefined for anything else. `feedUrl` is where it
 * was found: `ref=` and `partner=` with that host as their value are trackers.
 * @source reference/feeds.md §4.6, 2026-11-24
 */
export const canonicalUrl = (text: string, feedUrl?: string): string | undefined => {
  const url = parse(text.trim())
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined
  const host = plainHost(url.hostname)
  const feedHost = feedUrl === undefined ? undefined : hostOf(feedUrl)
  // 80 and 443 go whatever the scheme is, since the scheme does not count either.
  const port = url.port === "" || url.port === "443" || url.port === "80" ? "" : `:${url.port}`
  const hosts = feedHost === undefined ? [host] : [host, feedHost]
  return `https://${host}${port}${plainPath(url.pathname)}${plainQuery(url.search, hosts)}`
}
