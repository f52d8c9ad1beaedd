// A date as feeds write it (RFC 822 with every oddity, W3C and ISO forms, asctime, Unix time) → epoch milliseconds.
// Pure: what lacks a zone is UTC, what makes no sense is undefined; never asks what time it is.
import { monthNamed, zoneOffset } from "./DateNames.ts"

const time = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap]\.?m\b\.?)?`
const zone = String.raw`\s*([A-Za-z]{0,5}\s*[+-]\s?\d{1,2}:?\d{0,2}|[A-Za-z]{1,5})?`

/** "2004-01-05T19:48:21.5+01:00", "20040105T194821Z", "2004-01-05 19:48", "2004-01", "2004". */
const iso =
  /^(\d{4})(?:-?(\d{1,2})(?:-?(\d{1,2}))?)?(?:\s*T\s*|\s+|$)(?:(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*([A-Za-z]{0,5}\s*[+-]\d{1,2}:?\d{0,2}|[A-Za-z]{1,5})?$/i

/** "Mon, 05 Jan 2004 19:48:21 EST" with or without weekday, seconds, zone; "5 января 2004 г.". */
const dayFirst = new RegExp(
  String.raw`^(?:\p{L}+\.?,?\s*)?(\d{1,2})(?:st|nd|rd|th|\.)?[\s-]+(?:de\s+)?(\p{L}+)\.?,?[\s-]+(?:de\s+)?(\d{2,4})(?:,?\s+(?:г\.?\s+)?${time})?${zone}`,
  "iu"
)

/** "Jan 5, 2004 7:48 pm", and asctime's "Mon Jan  5 19:48:21 2004". */
const monthFirst = new RegExp(
  String.raw`^(?:\p{L}+\.?,?\s+)?(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(\d{4}),?\s*)?(?:${time})?${zone}(?:\s+(\d{4}))?$`,
  "iu"
)

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly fraction: string | undefined
  readonly zone: string
}

const epochOf = (parts: Parts): number | undefined => {
  const { year, month, day, hour, minute, fraction } = parts
  if (year < 1970 || hour > 24 || minute > 59 || parts.second > 60) return undefined
  const milliseconds = Math.floor(Number(`0.${fraction ?? 0}`) * 1000)
  const date = Date.UTC(year, month - 1, day)
  const real = new Date(date)
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return undefined
  const offset = zoneOffset(parts.zone)
  return date + ((hour * 60 + minute - offset) * 60 + Math.min(parts.second, 59)) * 1000 + milliseconds
}

/** @source https://datatracker.ietf.org/doc/html/rfc2822#section-4.3 */
const fullYear = (digits: string): number => {
  const year = Number(digits)
  return digits.length > 3 ? year : digits.length === 3 || year >= 50 ? 1900 + year : 2000 + year
}

const hour24 = (hour: string | undefined, half: string | undefined): number =>
  half === undefined ? Number(hour ?? 0) : (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0)

const named = (
  match: RegExpExecArray,
  [day, month, year]: readonly [string | undefined, string | undefined, string | undefined],
  timeAt: number
): number | undefined => {
  const number = monthNamed(month ?? "")
  if (number === undefined || year === undefined) return undefined
  return epochOf({
    year: fullYear(year),
    month: number,
    day: Number(day),
    hour: hour24(match[timeAt], match[timeAt + 4]),
    minute: Number(match[timeAt + 1] ?? 0),
    second: Number(match[timeAt + 2] ?? 0),
    fraction: match[timeAt + 3],
    zone: match[timeAt + 5] ?? ""
  })
}

const fromIso = (match: RegExpExecArray): number | undefined =>
  epochOf({
    year: Number(match[1]),
    month: Number(match[2] ?? 1),
    day: Number(match[3] ?? 1),
    hour: Number(match[4] ?? 0),
    minute: Number(match[5] ?? 0),
    second: Number(match[6] ?? 0),
    fraction: match[7],
    zone: match[8] ?? ""
  })

/** What `bared` takes out. */
const ornate = /[\\()]|^\s|\s$|\s\s|\s,|[^\S ]/

/** Without comments and needless space. */
const bared = (text: string): string =>
  text
    .slice(0, 200)
    .replace(/\\.|\([^()]*\)/g, "")
    .replace(/\([^()]*\)/g, "")
    .replace(/\s+/g, " ")
    .replace(/\s+,/g, ",")
    .trim()

/** Epoch milliseconds of a date in a feed; undefined when it is none or before 1970. */
export const feedDate = (text: string): number | undefined => {
  if (text === "") return undefined
  const bare = text.length > 200 || ornate.test(text) ? bared(text) : text
  if (/^\d{10}(\d{3})?$/.test(bare)) return Number(bare) * (bare.length === 10 ? 1000 : 1)
  const standard = iso.exec(bare)
  if (standard !== null) return fromIso(standard)
  const first = dayFirst.exec(bare)
  if (first !== null) return named(first, [first[1], first[2], first[3]], 4)
  const american = monthFirst.exec(bare)
  if (american !== null) return named(american, [american[2], american[1], american[3] ?? american[10]], 4)
  return undefined
}
