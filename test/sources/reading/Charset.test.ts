// Bytes become the text that was meant, whatever servers and declarations say about them.
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import iconv from "iconv-lite"
import { charsetOf } from "../../../src/sources/reading/Charset.ts"
import { decoder, knownCharset } from "../../../src/sources/reading/Decoder.ts"
import { onlyItem, read } from "./read.ts"

const russian = "Новая цена на ёжиков: всего сто рублей, только сегодня и завтра"
const feed = (title: string, declaration: string) =>
  `${declaration}<rss><channel><item><title>${title}</title></item></channel></rss>`
const declared = (charset: string) => `<?xml version="1.0" encoding="${charset}"?>`

const cases: ReadonlyArray<
  readonly [name: string, title: string, bytes: (title: string) => Uint8Array, contentType?: string]
> = [
  ["UTF-8 that declares nothing", russian, (title) => Buffer.from(feed(title, ""))],
  [
    "UTF-8 with a byte order mark and a blank line",
    russian,
    (title) => Buffer.from(`\ufeff\n${feed(title, declared("utf-8"))}`)
  ],
  [
    "windows-1251 as declared",
    russian,
    (title) => iconv.encode(feed(title, declared("windows-1251")), "win1251")
  ],
  [
    "windows-1251 under another label",
    russian,
    (title) => iconv.encode(feed(title, declared("CP-1251")), "win1251")
  ],
  [
    "windows-1251 that only HTTP names",
    russian,
    (title) => iconv.encode(feed(title, ""), "win1251"),
    "text/xml; charset=windows-1251"
  ],
  [
    "windows-1251 declared as UTF-8",
    russian,
    (title) => iconv.encode(feed(title, declared("utf-8")), "win1251")
  ],
  ["windows-1251 that declares nothing", russian, (title) => iconv.encode(feed(title, ""), "win1251")],
  ["koi8-r as declared", russian, (title) => iconv.encode(feed(title, declared("koi8-r")), "koi8-r")],
  ["UTF-8 declared as ISO-8859-1", russian, (title) => Buffer.from(feed(title, declared("iso-8859-1")))],
  [
    "UTF-8 that HTTP calls windows-1252",
    russian,
    (title) => Buffer.from(feed(title, "")),
    "text/xml; charset=windows-1252"
  ],
  ["UTF-8 declared as UTF-16", russian, (title) => Buffer.from(feed(title, declared("utf-16")))],
  ["UTF-8 with an unknown declaration", russian, (title) => Buffer.from(feed(title, declared("bogus")))],
  [
    "windows-1252 quotes declared as ISO-8859-1",
    "“price” 5 €",
    (title) => iconv.encode(feed(title, declared("iso-8859-1")), "win1252")
  ],
  [
    "UTF-16 LE with a byte order mark",
    russian,
    (title) => iconv.encode(feed(title, declared("utf-16")), "utf-16le", { addBOM: true })
  ],
  ["UTF-16 BE without one", russian, (title) => iconv.encode(feed(title, declared("utf-16")), "utf-16be")],
  ["UTF-32 LE", russian, (title) => iconv.encode(feed(title, ""), "utf-32le", { addBOM: true })],
  [
    "Shift_JIS as declared",
    "日本語の見出し",
    (title) => iconv.encode(feed(title, declared("Shift_JIS")), "shift_jis")
  ],
  ["GBK declared as GB2312", "中文标题㎡", (title) => iconv.encode(feed(title, declared("gb2312")), "gbk")],
  ["EUC-KR as declared", "한국어 제목", (title) => iconv.encode(feed(title, declared("euc-kr")), "euc-kr")]
]

describe("charset", () => {
  for (const [name, title, bytes, contentType] of cases) {
    it.effect(`${name} is read right`, () =>
      Effect.gen(function* () {
        assert.strictEqual(onlyItem(yield* read(bytes(title), {}, contentType)).title, title)
      })
    )
  }

  it.effect("UTF-8 with one bad byte keeps the other letters", () =>
    Effect.gen(function* () {
      const bytes = Buffer.concat([
        Buffer.from("<rss><item><title>Привет мир "),
        Buffer.from([0xff]),
        Buffer.from("</title></item></rss>")
      ])
      assert.strictEqual(onlyItem(yield* read(bytes)).title, "Привет мир \ufffd")
    })
  )

  it.effect("some charset that can be decoded is found for any bytes and any header", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (bytes, charset) => {
          const found = await Effect.runPromise(charsetOf(bytes, `text/xml; charset=${charset}`))
          assert.strictEqual(knownCharset(found), found)
          decoder(found).write(bytes)
        })
      )
    )
  )

  it("a character that is split between two chunks arrives whole", () => {
    for (const charset of [
      "utf-8",
      "utf-16le",
      "windows-1251",
      "gb18030",
      "shift_jis",
      "euc-jp",
      "utf-32le"
    ]) {
      const text = charset.startsWith("windows") ? russian.replace("ё", "е") : "Привет 日本 мир"
      const bytes = iconv.encodingExists(charset) ? iconv.encode(text, charset) : Buffer.from(text)
      for (let size = 1; size <= 64; size++) {
        const { end, write } = decoder(charset)
        let decoded = ""
        for (let at = 0; at < bytes.length; at += size) decoded += write(bytes.subarray(at, at + size))
        assert.strictEqual(decoded + end(), text, `${charset} in chunks of ${size}`)
      }
    }
  })
})
