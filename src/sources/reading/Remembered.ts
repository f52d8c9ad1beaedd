// A pure function of short texts that comes back to the same few a million times (names of fields, months, "in stock") → one that looks
// them up. Bounded: neither many nor long texts are kept.
import { alone } from "./Alone.ts"

const mostKeys = 1_000
const longestKey = 100

/** `make`, which is asked once for each of the first texts. */
export const remembered = <A>(make: (text: string) => A): ((text: string) => A) => {
  const known = new Map<string, { readonly is: A }>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found.is
    if (known.size >= mostKeys || text.length > longestKey) return make(text)
    const own = alone(text)
    const is = make(own)
    known.set(own, { is })
    return is
  }
}
