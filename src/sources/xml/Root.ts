// Which root element the beginning of a document opens.
import { XmlReader } from "./XmlReader.ts"

const nothing = { containers: new Set<string>(), items: new Set<string>() }

/** As much as is read at once: the root is to be known, not what is in it. */
const step = 512

/** The root's canonical name; undefined when no element begins in the sample. */
export const rootIn = (sample: string): string | undefined => {
  const reader = new XmlReader(nothing)
  for (let at = 0; at < sample.length && reader.root === undefined; at += step) {
    reader.write(sample.slice(at, at + step))
  }
  return reader.root?.name
}
