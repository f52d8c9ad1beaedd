// Where the parts of a tag begin and end in a text, from a place on: places behind the last character where the text ends before, -1 for
// what has no end in it. Reads what is wrong as htmlparser2 does.
import { dereferenced } from "./References.ts"

/** The characters that markup is made of. */
export const code = {
  exclamation: 33,
  quote: 34,
  apostrophe: 39,
  dash: 45,
  slash: 47,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
  bracket: 91
} as const

const isSpace = (found: number): boolean =>
  found === 32 || found === 10 || found === 13 || found === 9 || found === 12

/** Whether no name goes on with it. */
export const endsName = (found: number): boolean =>
  found === code.greater || found === code.slash || isSpace(found)

export const behindSpace = (source: string, from: number): number => {
  let at = from
  while (isSpace(source.charCodeAt(at))) at++
  return at
}

export const nameEnd = (source: string, from: number): number => {
  for (let at = from; at < source.length; at++) if (endsName(source.charCodeAt(at))) return at
  return -1
}

export const attributeNameEnd = (source: string, from: number): number => {
  for (let at = from; at < source.length; at++) {
    const found = source.charCodeAt(at)
    if (found === code.equals || endsName(found)) return at
  }
  return -1
}

export const isQuoted = (source: string, at: number): boolean => {
  const found = source.charCodeAt(at)
  return found === code.quote || found === code.apostrophe
}

/** Where the value of an attribute begins whose name ends there, its quote included; -1 when it has none. */
export const valueStart = (source: string, named: number): number => {
  const sign = named < 0 ? named : behindSpace(source, named)
  return sign >= 0 && source.charCodeAt(sign) === code.equals ? behindSpace(source, sign + 1) : -1
}

/** The closing quote, or what is behind a value without quotes. */
export const valueEnd = (source: string, start: number): number => {
  if (isQuoted(source, start)) return source.indexOf(source.charAt(start), start + 1)
  for (let at = start; at < source.length; at++) {
    const found = source.charCodeAt(at)
    if (found === code.greater || isSpace(found)) return at
  }
  return -1
}

/** What an attribute says between these two. */
export const value = (source: string, start: number, end: number): string =>
  dereferenced(source.slice(isQuoted(source, start) ? start + 1 : start, end))
