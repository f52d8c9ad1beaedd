// The terms of a source: what of its catalog entry decides which items it has. Pure. Whether a source is what it was cannot be told by its
// documents alone: an operator who leaves pages out, or names another address, says nothing about what is sold there.
import type { Source } from "../domain/Source.ts"
import { hash16 } from "./Keys.ts"

const readings = new WeakMap<Source, string>()

/**
 * What of a source decides what its bytes say. A source may be changed while nobody is there to see it, and what was not understood before
 * would wait for the next change of the document.
 */
export const readingOf = (source: Source): string => {
  const { kind, variants, identity, maxItems, links, skip, items, fields, next, page } = source
  const { currency, encoding, delimiter, columns } = source
  const reading =
    readings.get(source) ??
    JSON.stringify([
      ...[kind, variants, identity, maxItems, links, skip, items, fields, next, page],
      ...[currency, encoding, delimiter, columns]
    ])
  readings.set(source, reading)
  return reading
}

const terms = new WeakMap<Source, string>()

/** Another one: what a document lacks is not gone, and what is unknown need not be new. A hash, for addresses may hold secrets. */
export const termsOf = (source: Source): string => {
  const known = terms.get(source) ?? hash16(JSON.stringify([source.url, readingOf(source)]))
  terms.set(source, known)
  return known
}
