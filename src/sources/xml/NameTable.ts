// The names that one document writes again and again: of a million tags some thirty have different ones, each of which is cut out once.
// Flat memory: one name for each place, without the text that it stood in.
import { alone } from "../reading/Alone.ts"

const places = 256

export class NameTable {
  private readonly names: Array<string> = new Array<string>(places).fill("")

  /** The text from `start` to before `end`, which is not empty. */
  at(source: string, start: number, end: number): string {
    const length = end - start
    const place = (source.charCodeAt(start) * 31 + source.charCodeAt(end - 1) * 7 + length) % places
    const known = this.names[place] ?? ""
    if (known.length === length && source.startsWith(known, start)) return known
    const name = alone(source.slice(start, end))
    this.names[place] = name
    return name
  }
}
