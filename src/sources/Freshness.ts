// What a server says about when to come back: Retry-After, Cache-Control and Expires as lengths of time. Pure. Promises: never negative,
// never above 24 h (a typing error of a server must not switch a source off).
// @source RFC 9110 §10.2.3 (Retry-After), RFC 9111 §4.2 and §5.3 (freshness), read 2026-11-24.
import type { Millis } from "../domain/Names.ts"

type Headers = Readonly<Record<string, string | undefined>>

/** No hint counts for more, ms. */
export const maxHintMs = 86_400_000

const positive = (ms: number): number | undefined => (ms > 0 ? Math.min(ms, maxHintMs) : undefined)

const date = (value: string | undefined): Millis | undefined => {
  // A bare number is a date to Date.parse ("0" is the year 2000), but not to HTTP.
  if (value === undefined || !/[a-z]/i.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

/** The server's own now: its dates are compared with its own clock, so that a wrong one does no harm. */
const serverNow = (headers: Headers, now: Millis): Millis => date(headers["date"]) ?? now

/** How long to stay away, ms, from `Retry-After` in either form (seconds or a date). */
export const retryAfterMs = (headers: Headers, now: Millis): number | undefined => {
  const value = headers["retry-after"]?.trim()
  if (value === undefined) return undefined
  if (/^\d+$/.test(value)) return positive(Number(value) * 1000)
  const at = date(value)
  return at === undefined ? undefined : positive(at - serverNow(headers, now))
}

/** How long the answer stays good, ms: `max-age` less its `Age`, else `Expires`; undefined when it says nothing or forbids caching. */
export const maxAgeMs = (headers: Headers, now: Millis): number | undefined => {
  const control = headers["cache-control"]?.toLowerCase() ?? ""
  if (/\bno-(cache|store)\b/.test(control)) return undefined
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d+)/.exec(control)?.[1]
  if (maxAge !== undefined) {
    const age = /^\d+$/.test(headers["age"] ?? "") ? Number(headers["age"]) : 0
    return positive((Number(maxAge) - age) * 1000)
  }
  const expires = date(headers["expires"])
  return expires === undefined ? undefined : positive(expires - serverNow(headers, now))
}
