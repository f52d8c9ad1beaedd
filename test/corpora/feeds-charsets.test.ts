// The charset of every corpus file that names its own: by file name (miniflux) or by the expectation of its author (feedparser).
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { charsetOf } from "../../src/sources/reading/Charset.ts"
import { knownCharset } from "../../src/sources/reading/Decoder.ts"
import { bytesOf, exists, filesOf, linesOf, requireCorpora } from "./Corpora.ts"

requireCorpora()

const Line = Schema.Struct({ file: Schema.String, encoding: Schema.optional(Schema.String) })

/** The file names of miniflux tell the truth, unlike the declarations inside. */
const trueCharsets: ReadonlyArray<readonly [name: RegExp, charset: string]> = [
  [/iso-?8859-?1/, "windows-1252"],
  [/koi8r/, "koi8-r"],
  [/1251/, "windows-1251"],
  [/windows-1252/, "windows-1252"],
  [/utf-?8|invalid-prolog/i, "utf-8"]
]

describe("charsets of the corpora", () => {
  it("miniflux: as the file name says", async () => {
    for (const path of filesOf("miniflux")) {
      const expected = trueCharsets.find(([name]) => name.test(path))?.[1]
      if (expected === undefined) continue
      assert.strictEqual(await Effect.runPromise(charsetOf(bytesOf(path), undefined)), expected, path)
    }
  })

  it("feedparser: as the author expects, wherever a byte could tell the difference", async () => {
    if (!exists("feedparser")) return
    for (const line of linesOf("feedparser/_expect.jsonl")) {
      const { encoding, file } = Schema.decodeUnknownSync(Line)(line)
      const bytes =
        encoding !== undefined && exists(`feedparser/${file}`) ? bytesOf(`feedparser/${file}`) : undefined
      if (!bytes?.some((byte) => byte >= 0x80)) continue
      assert.strictEqual(await Effect.runPromise(charsetOf(bytes, undefined)), knownCharset(encoding), file)
    }
  })
})
