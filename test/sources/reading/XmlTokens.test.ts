// The scanner of markup against htmlparser2's tokenizer in XML mode, whose reading of everything wrong it promises to have.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { Tokenizer } from "htmlparser2"
import { XmlTokens } from "../../../src/sources/xml/XmlTokens.ts"
import { cpuMs } from "../../setup/cpu.ts"

type Token = readonly [kind: string, ...what: ReadonlyArray<string>]

const maxAttributes = 3

/** What a tokenizer reports, with neighbouring texts as one. */
class Told {
  readonly tokens: Array<Token> = []
  add(token: Token): void {
    const last = this.tokens.at(-1)
    const [kind, text = ""] = token
    if (kind === "text" && text === "") return
    if (kind === "text" && last?.[0] === "text")
      this.tokens[this.tokens.length - 1] = ["text", last[1] + text]
    else this.tokens.push(token)
  }
}

const ours = (chunks: Iterable<string>): ReadonlyArray<Token> => {
  const told = new Told()
  const tokens = new XmlTokens(
    {
      opened: (name, attributes) => told.add(["opened", name, ...Object.entries(attributes).flat()]),
      text: (text) => told.add(["text", text]),
      closed: (name) => told.add(["closed", name]),
      passed: () => told.add(["passed"])
    },
    maxAttributes
  )
  for (const chunk of chunks) tokens.write(chunk)
  return told.tokens
}

const theirs = (text: string): ReadonlyArray<Token> => {
  const told = new Told()
  let [tag, attribute, value, count] = ["", "", "", 0]
  let attributes = new Map<string, string>()
  const opened = () => told.add(["opened", tag, ...[...attributes].flat()])
  const passed = () => told.add(["passed"])
  const tokenizer = new Tokenizer(
    { xmlMode: true },
    {
      onopentagname: (start, end) => {
        tag = text.slice(start, end)
        attributes = new Map()
        count = 0
      },
      onattribname: (start, end) => {
        attribute = text.slice(start, end)
        value = ""
      },
      onattribdata: (start, end) => {
        value += text.slice(start, end)
      },
      onattribentity: (code) => {
        value += String.fromCodePoint(code)
      },
      onattribend: () => {
        if (++count <= maxAttributes && !attributes.has(attribute)) attributes.set(attribute, value)
      },
      onopentagend: opened,
      onselfclosingtag: () => {
        opened()
        told.add(["closed", tag])
      },
      onclosetag: (start, end) => told.add(["closed", text.slice(start, end)]),
      ontext: (start, end) => told.add(["text", text.slice(start, end)]),
      ontextentity: (code) => told.add(["text", String.fromCodePoint(code)]),
      oncdata: (start, end, offset) => told.add(["text", text.slice(start, end - offset)]),
      ...{ oncomment: passed, ondeclaration: passed, onprocessinginstruction: passed, onend: () => {} }
    }
  )
  tokenizer.write(text)
  return told.tokens
}

/** Behind anything: what is still open then is over, so that both have reported all that came before. */
const closing = ` '>"> --> ]]> ?> > <end>.</end>`

const pieces = fc.constantFrom(
  ...[
    "<",
    ">",
    "</",
    "/>",
    "/",
    " ",
    "\n",
    "\t",
    "\f",
    "\r",
    "=",
    '"',
    "'",
    "!",
    "?",
    "-",
    "--",
    "]",
    "[",
    "&",
    ";",
    "#"
  ],
  ...[
    "<a>",
    "</a>",
    "<a/>",
    "<b c='d'>",
    "<g:id x=1 y>",
    "< a",
    "<>",
    "</>",
    "</ a >",
    "<//x>",
    "<a / b>",
    "<a =b>",
    "<a b = 'c'd>"
  ],
  ...[
    "<!",
    "<!>",
    "<!-",
    "<!->",
    "<!-->",
    "<!--->",
    "<!--",
    "-->",
    "--!>",
    "--!",
    "<!DOCTYPE x>",
    "<![",
    "<![CDATA[",
    "<![CDATA]",
    "]]>"
  ],
  ...[
    "]]]>",
    "<?",
    "<?>",
    "<??>",
    "<?xml v='>'?>",
    "?>",
    "a",
    "name",
    "ёжик",
    "😀",
    "text of some words",
    "\0"
  ],
  ...[
    "&amp;",
    "&lt;",
    "&am",
    "&AMP;",
    "&nbsp;",
    "&#65;",
    "&#x1F600;",
    "&#X41;",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#;",
    "&#x;",
    "&#65"
  ]
)

describe("XmlTokens", () => {
  it("reports what htmlparser2's tokenizer reports, whatever it is given", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join("") + closing
        assert.deepStrictEqual(ours([text]), theirs(text))
      }),
      { numRuns: 20_000 }
    )
  })

  it("reports the same wherever the text is cut", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (parts, size) => {
        const text = parts.join("") + closing
        const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? []
        assert.deepStrictEqual(ours(chunks), ours([text]))
      }),
      { numRuns: 5_000 }
    )
  })

  it("a token of a million characters in chunks of ten costs no square", () => {
    const started = cpuMs()
    const text = `<a b="${"x".repeat(1_000_000)}">`
    assert.lengthOf(ours(text.match(/.{1,10}/g) ?? []), 1)
    assert.isBelow(cpuMs() - started, 2_000)
  })

  it("nor does a comment or a section of a million characters in which each chunk may bring the end", () => {
    const started = cpuMs()
    const most = `${"-".repeat(4_000)} > `.repeat(250)
    const chunks = (text: string) => text.match(/.{1,4000}/g) ?? []
    assert.deepStrictEqual(ours(chunks(`<!--${most}-->`)), ours([`<!--${most}-->`]))
    assert.deepStrictEqual(ours(chunks(`<![CDATA[${most}]]>`)), ours([`<![CDATA[${most}]]>`]))
    assert.isBelow(cpuMs() - started, 2_000)
  })
})
