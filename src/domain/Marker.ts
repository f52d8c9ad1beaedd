// The marker of an attempt: ten characters that every reader of its post can find, and nobody sees. It travels as the query parameter
// `oncecast` of a link, so that it survives captions, forwards and copies; an edit appends its revision ("…?oncecast=7Kp3xQ2fLw.2").
// Pure. Promises: the rest of the link stays as it was, byte for byte.
// @source reference/telegram-bot-api.md §5.3 "Marker"
import { Schema } from "effect"

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
const length = 10

/** 60 bits: unique per attempt, whoever makes it. */
export const Marker = Schema.String.pipe(
  Schema.pattern(new RegExp(`^[0-9A-Za-z]{${length}}$`)),
  Schema.brand("Marker")
)
export type Marker = typeof Marker.Type

/** How many numbers from 0 to `markerBase` − 1 make a marker. */
export const markerLength = length
export const markerBase = alphabet.length

export const markerOf = (digits: ReadonlyArray<number>): Marker =>
  Marker.make(digits.map((digit) => alphabet.charAt(digit)).join(""))

/** The query parameter; identity does not count it as part of a page's address. */
export const markerParameter = "oncecast"

const inQuery = new RegExp(`[?&]${markerParameter}=([0-9A-Za-z]{${length}})(?:\\.\\d{1,9})?(?=[&#]|$)`)

/** What readers of a link find in it; of the revision that an edit appends nothing is told. */
export const markerIn = (link: string): Marker | undefined => {
  const [, found] = inQuery.exec(link) ?? []
  return found === undefined ? undefined : Marker.make(found)
}

/** `revision` 0: the post as it was sent. */
export const withMarker = (link: string, marker: Marker, revision: number): string => {
  const hash = link.indexOf("#")
  const [page, fragment] = hash < 0 ? [link, ""] : [link.slice(0, hash), link.slice(hash)]
  const mark = `${markerParameter}=${marker}${revision === 0 ? "" : `.${revision}`}`
  return `${page}${page.includes("?") ? "&" : "?"}${mark}${fragment}`
}

const written = `${markerParameter}=[0-9A-Za-z]{${length}}(?:\\.\\d{1,9})?(?![0-9A-Za-z])`
const later = new RegExp(`&(?:amp;)?${written}`, "g")
const first = new RegExp(`\\?${written}(&(?:amp;)?)?`, "g")

/** A link as it was before `withMarker`, and a text or an HTML fragment without the markers of the links that it holds. */
export const withoutMarker = (text: string): string =>
  text.includes(`${markerParameter}=`)
    ? text.replace(later, "").replace(first, (_, more?: string) => (more === undefined ? "" : "?"))
    : text
