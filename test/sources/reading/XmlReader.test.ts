// The streaming core: results do not depend on how the text was cut, and no document costs more than its limits.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { defaultLimits } from "../../../src/sources/xml/ElementBuilder.ts"
import { childrenNamed, textOf, type XmlElement } from "../../../src/sources/xml/XmlElement.ts"
import { XmlReader } from "../../../src/sources/xml/XmlReader.ts"
import { cpuMs } from "../../setup/cpu.ts"

const shape = { containers: new Set(["rss", "channel"]), items: new Set(["item"]) }

interface Parsed {
  readonly elements: ReadonlyArray<XmlElement>
  readonly complete: boolean
  readonly stopped: string | undefined
}

const parse = (chunks: Iterable<string>, limits = defaultLimits): Parsed => {
  const reader = new XmlReader(shape, "https://a.example/feed", limits)
  const elements: Array<XmlElement> = []
  for (const chunk of chunks) elements.push(...reader.write(chunk))
  reader.end()
  return { elements, complete: reader.complete, stopped: reader.stopped }
}

const cutEvery = (text: string, size: number) =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size)
  )

const awkward = `\ufeff
<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "b">]>
<rss xmlns:g='http://base.google.com/ns/1.0'><!-- <item> in a comment -->
<channel><title>a &amp; b &#8212; &#x1F600; &nbsp; &unknown; 😀</title>
<item g:id = "1 &lt; 2" bare><title><![CDATA[</item> ]] > ]]]]><![CDATA[>]]></title><g:price>1</g:price><x:y>z</x:y></item>
<item><title>unclosed <b>naked</title><link/></item><item><title>outer</title><item><title>inner</title></item></item>
</channel></rss> trailing <rss/>`

const named = (element: XmlElement | undefined, name: string) =>
  element === undefined ? undefined : childrenNamed(element, name).map(textOf)[0]

describe("XmlReader", () => {
  it("gives the same elements for every chunk size from 1 to 64", () => {
    const whole = parse([awkward])
    assert.isTrue(whole.complete)
    assert.isAtLeast(whole.elements.length, 5)
    for (let size = 1; size <= 64; size++)
      assert.deepStrictEqual(parse(cutEvery(awkward, size)), whole, `size ${size}`)
  })

  it("gives the same elements wherever any markup is cut", () => {
    const fragment = fc.constantFrom(
      "<item>",
      "</item>",
      "<title>",
      "</title>",
      "<![CDATA[",
      "]]>",
      "]",
      "<!--",
      "-->",
      "<",
      ">",
      "&amp;",
      "&#65;",
      "&",
      ";",
      "&nbsp;",
      ' a="',
      "'",
      "/>",
      "text",
      "😀",
      "\n",
      "<g:id>",
      "<?x",
      "?>",
      "</channel>",
      "\0"
    )
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (parts, sizes) => {
          const text = `<rss><channel><item>${parts.join("")}</item></channel></rss>`
          const chunks: Array<string> = []
          for (let at = 0, turn = 0; at < text.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1
            chunks.push(text.slice(at, at + size))
            at += size
          }
          assert.deepStrictEqual(parse(chunks), parse([text]))
        }
      ),
      { numRuns: 500 }
    )
  })

  it("hands an element out with the chunk that finishes it", () => {
    const reader = new XmlReader(shape)
    assert.deepStrictEqual(reader.write("<rss><channel><item><title>1</title>"), [])
    assert.lengthOf(reader.write("</item><item>"), 1)
  })

  it("an item inside an item ends the outer one first", () => {
    const { elements } = parse([
      "<rss><item><title>a</title><item><title>b</title></item><title>lost</title></item><item/></rss>"
    ])
    assert.deepStrictEqual(
      elements.map((element) => named(element, "title")),
      ["a", "b", undefined]
    )
  })

  it("a document that breaks off gives what was finished, and is not complete", () => {
    for (const end of [
      "",
      "<item><title>c",
      "<item><title><![CDATA[c",
      "<item><title>c</title>",
      '<item a="',
      "<!--"
    ]) {
      const { complete, elements } = parse([
        `<rss><channel><item><title>a</title></item><item><title>b</title></item>${end}`
      ])
      assert.isFalse(complete)
      assert.deepStrictEqual(
        elements.map((element) => named(element, "title")),
        ["a", "b"],
        end
      )
    }
  })

  it("a root that closes itself is complete", () => {
    assert.isTrue(parse(["<rss/>"]).complete)
  })

  it("namespaces are told by URI, well-known prefixes also undeclared, and the nearest declaration counts", () => {
    const { elements } = parse([
      `<rss xmlns:q="http://base.google.com/ns/1.0"><item><q:id>1</q:id><dc:creator>Jo</dc:creator>` +
        `<g:id xmlns:g="urn:other">no</g:id><title xmlns="urn:other">no</title></item></rss>`
    ])
    assert.deepStrictEqual(
      elements[0]?.children.map((child) => (typeof child === "string" ? child : child.name)),
      ["g:id", "dc:creator", "{urn:other}id", "{urn:other}title"]
    )
  })

  it("xml:base is inherited and resolved step by step", () => {
    const { elements } = parse([
      `<rss xml:base="/a/"><item xml:base="b/"><link xml:base="c/">x</link></item><item/></rss>`
    ])
    assert.strictEqual(elements[0]?.base, "https://a.example/a/b/")
    assert.strictEqual(
      childrenNamed(elements[0] ?? assert.fail(), "link")[0]?.base,
      "https://a.example/a/b/c/"
    )
    assert.strictEqual(elements[1]?.base, "https://a.example/a/")
  })
})

const timed = (document: string) => {
  const started = cpuMs()
  const result = parse(cutEvery(document, 65_536))
  return { ...result, elapsed: cpuMs() - started }
}

describe("hostile documents", () => {
  it("a billion laughs stay one harmless text", () => {
    const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
      ""
    )
    const { complete, elements, elapsed } = timed(
      `<!DOCTYPE rss [<!ENTITY l0 "lol">${laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><title>&l9;&x;</title></item></rss>`
    )
    assert.isTrue(complete)
    assert.strictEqual(named(elements.at(-1), "title"), "&l9;&x;")
    assert.isBelow(elapsed, 1_000)
  })

  it("200,000 nested elements stop the reading at once", () => {
    const { elapsed, stopped } = timed(`<rss><item>${"<a>".repeat(200_000)}`)
    assert.match(stopped ?? "", /deeper than 512/)
    assert.isBelow(elapsed, 1_000)
  })

  it("elements below the depth limit are unwrapped, not lost", () => {
    const { elements, stopped } = parse([
      `<rss><item><title>${"<b>".repeat(100)}deep${"</b>".repeat(100)}</title></item></rss>`
    ])
    assert.isUndefined(stopped)
    assert.strictEqual(named(elements[0], "title"), "deep")
  })

  it("a field, an item and the attributes are cut at their limits", () => {
    const limits = { depth: 64, hardDepth: 512, field: 10, element: 1_000, attributes: 3 }
    const { elements } = parse(
      [`<rss><item a="1" b="2" c="3" d="4"><title>${"x".repeat(50)}</title><link>y</link></item></rss>`],
      limits
    )
    assert.deepStrictEqual(Object.keys(elements[0]?.attributes ?? {}), ["a", "b", "c"])
    assert.strictEqual(named(elements[0], "title"), "x".repeat(10))
    assert.strictEqual(named(elements[0], "link"), "y")
    const many = parse([`<rss><item>${"<a/>".repeat(1_000)}</item></rss>`], limits)
    assert.isBelow(many.elements[0]?.children.length ?? 0, 20)
  })

  it("200,000 attributes, a 20 MB attribute and an endless comment are bounded", () => {
    const attributes = timed(
      `<rss><item ${Array.from({ length: 200_000 }, (_, n) => `a${n}="x"`).join(" ")}><title>t</title></item></rss>`
    )
    assert.lengthOf(Object.keys(attributes.elements[0]?.attributes ?? {}), defaultLimits.attributes)
    const long = timed(`<rss><item a="${"x".repeat(20_000_000)}"><title>t</title></item></rss>`)
    assert.isBelow(long.elapsed, 2_000)
    assert.match(timed(`<rss><item/><!--${"x".repeat(20_000_000)}`).stopped ?? "", /does not end/)
  })
})
