// Bytes chunk by chunk → text, in every charset that feeds use. A character split between two chunks arrives whole.
// iconv-lite for all but UTF-8: Node's one-shot TextDecoder reads windows-1252 wrongly (nodejs/node #56542).
import iconv from "iconv-lite"

export interface Decoder {
  readonly write: (bytes: Uint8Array) => string
  /** What is left; call once. */
  readonly end: () => string
}

/** Labels as the web understands them; each name covers the ones it replaces. @source https://encoding.spec.whatwg.org/#names-and-labels */
const aliases: Readonly<Record<string, string>> = {
  utf8: "utf-8",
  unicode11utf8: "utf-8",
  utf16: "utf-16le",
  ucs2: "utf-16le",
  unicode: "utf-16le",
  utf32: "utf-32le",
  ascii: "windows-1252",
  usascii: "windows-1252",
  latin1: "windows-1252",
  iso88591: "windows-1252",
  iso885911: "windows-874",
  tis620: "windows-874",
  iso88599: "windows-1254",
  latin5: "windows-1254",
  gb2312: "gb18030",
  gbk: "gb18030",
  xgbk: "gb18030",
  xsjis: "shift_jis",
  mskanji: "shift_jis",
  xeucjp: "euc-jp",
  ksc56011987: "cp949",
  euckr: "cp949",
  xmaccyrillic: "maccyrillic",
  mac: "macintosh"
}

/** Names that iconv-lite accepts although they are no charsets. */
const noCharset = new Set(["base64", "hex", "binary", "internal", "utf7imap"])

/** The name to give to `decoder` for a label as documents and servers write it; undefined when no one knows it. */
export const knownCharset = (label: string | undefined): string | undefined => {
  if (label === undefined) return undefined
  const lower = label.trim().toLowerCase()
  const bare = lower.replace(/[^a-z0-9]/g, "")
  const alias = aliases[bare]
  if (alias !== undefined) return alias
  const windows = /^(?:x?cp|win|windows)(125\d|874)$/.exec(bare)
  if (windows !== null) return `windows-${windows[1]}`
  return noCharset.has(bare) || !iconv.encodingExists(lower) ? undefined : lower
}

/** A decoder for a charset that `knownCharset` gave; bytes that mean nothing become U+FFFD. */
export const decoder = (charset: string): Decoder => {
  if (charset === "utf-8") {
    const utf8 = new TextDecoder("utf-8")
    return { write: (bytes) => utf8.decode(bytes, { stream: true }), end: () => utf8.decode() }
  }
  const stream = iconv.getDecoder(iconv.encodingExists(charset) ? charset : "windows-1252")
  return {
    write: (bytes) => stream.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
    end: () => stream.end() ?? ""
  }
}
