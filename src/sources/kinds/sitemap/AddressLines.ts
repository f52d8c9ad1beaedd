// A plain list of addresses, one a line, piece by piece → the addresses. Lines that are none are passed over.
import { absolute } from "../../reading/Links.ts"

const maxLine = 4_096

/** A line that is too long for an address is none, and stays none when more of it comes. */
const short = (line: string): string => (line.length > maxLine ? "none:" : line)

export class AddressLines {
  /** Addresses so far, also repeated ones. */
  count = 0
  private line = ""

  /** The addresses on the lines that this piece finished. */
  write(text: string): ReadonlyArray<string> {
    const lines = `${this.line}${text}`.split(/[\r\n]+/)
    this.line = short(lines.pop() ?? "")
    const urls = lines.flatMap((line) => absolute(short(line).replace(/^\ufeff/, "")) ?? [])
    this.count += urls.length
    return urls
  }
}
