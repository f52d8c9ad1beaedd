// Which formats the rss kind recognises, by shape alone, and what it says about everything else.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { feedUrl, onlyItem, read } from "./read.ts"

const atom = (version: string) =>
  `<feed xmlns="${version}"><title>News</title><entry><id>urn:1</id><title>One</title><link href="https://a.example/1"/></entry></feed>`
const item = "<item><title>One</title><link>https://a.example/1</link></item>"

const shapes: Readonly<Record<string, string>> = {
  "RSS 2.0": `<rss version="2.0"><channel><title>News</title>${item}</channel></rss>`,
  "RSS without a version": `<rss><channel><title>News</title>${item}</channel></rss>`,
  "RSS with items outside the channel": `<rss><channel><title>News</title></channel>${item}</rss>`,
  "RSS with a prefixed root": `<r:rss xmlns:r="urn:mine"><r:channel><r:title>News</r:title><r:item><r:title>One</r:title><r:link>https://a.example/1</r:link></r:item></r:channel></r:rss>`,
  "RSS with an undeclared prefix": `<r:rss><r:channel><r:title>News</r:title><r:item><r:title>One</r:title><r:link>https://a.example/1</r:link></r:item></r:channel></r:rss>`,
  "RSS in capitals": `<RSS><CHANNEL><TITLE>News</TITLE><ITEM><TITLE>One</TITLE><LINK>https://a.example/1</LINK></ITEM></CHANNEL></RSS>`,
  "RSS 0.90": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>News</title></channel>${item}</rdf:RDF>`,
  "RSS 1.0": `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://a.example/"><title>News</title><items><rdf:Seq/></items></channel>${item}</rdf:RDF>`,
  "RSS 1.1": `<Channel xmlns="http://purl.org/net/rss1.1#"><title>News</title><items>${item}</items></Channel>`,
  "Atom 1.0": atom("http://www.w3.org/2005/Atom"),
  "Atom 0.3": atom("http://purl.org/atom/ns#"),
  "Atom without a namespace": `<feed><title>News</title><entry><title>One</title><link href="https://a.example/1"/></entry></feed>`,
  "Atom with another prefix": `<x:feed xmlns:x="http://www.w3.org/2005/Atom"><x:title>News</x:title><x:entry><x:title>One</x:title><x:link href="https://a.example/1"/></x:entry></x:feed>`,
  CDF: `<CHANNEL HREF="https://a.example/"><TITLE>News</TITLE><ITEM HREF="https://a.example/1"><TITLE>One</TITLE></ITEM></CHANNEL>`,
  "JSON Feed 1.0": `{"version":"https://jsonfeed.org/version/1","title":"News","items":[{"id":"1","title":"One","url":"https://a.example/1"}]}`,
  "JSON Feed 1.1": `{"version":"https://jsonfeed.org/version/1.1","title":"News","items":[{"id":"1","title":"One","url":"https://a.example/1"}]}`,
  "a document type and a style sheet first": `<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x/rss.dtd"><rss><channel><title>News</title>${item}</channel></rss>`
}

describe("formats", () => {
  for (const [name, document] of Object.entries(shapes)) {
    it.effect(`${name} is read`, () =>
      Effect.gen(function* () {
        const found = yield* read(document)
        assert.strictEqual(found.title, "News")
        assert.strictEqual(onlyItem(found).title, "One")
        assert.strictEqual(onlyItem(found).link, "https://a.example/1")
        assert.isTrue(found.complete)
      })
    )
  }

  it.effect("an Atom entry may be the whole document", () =>
    Effect.gen(function* () {
      const found = yield* read(
        `<entry xmlns="http://www.w3.org/2005/Atom"><id>urn:1</id><title>One</title></entry>`
      )
      assert.strictEqual(onlyItem(found).guid, "urn:1")
      assert.isTrue(found.complete)
    })
  )
})

const refused: Readonly<Record<string, readonly [document: string, found: RegExp]>> = {
  "an HTML page": [
    "<!DOCTYPE html><html><head><title>Shop of the year</title></head><body><br></body></html>",
    /HTML page titled "Shop of the year"/
  ],
  "an HTML page that begins with a comment": ["<!-- x --><!doctype html><head></head>", /HTML page/],
  "another XML format": ["<urlset><url><loc>https://a.example/</loc></url></urlset>", /root element urlset/],
  "a page that mentions items": [
    "<catalog><item><title>One</title></item></catalog>",
    /root element catalog/
  ],
  text: ["Service unavailable", /text that begins with "Service unavailable"/],
  nothing: ["", /an empty document/],
  "white space": [" \n\n ", /an empty document/],
  "JSON of another kind": [`{"error":"not found"}`, /not a JSON Feed/],
  "a JSON array": [`[1,2,3]`, /not a JSON Feed/],
  "JSON that breaks off": [`{"version":"https://jsonfeed.org/version/1","items":[{"id":`, /breaks off/],
  garbage: ["\u0001\u0002\u0003<<<>>>", /bytes that are no text/]
}

describe("what is no feed", () => {
  for (const [name, [document, found]] of Object.entries(refused)) {
    it.effect(`${name} is refused, and the error says what was found`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(read(document))
        assert(error._tag === "Unreadable")
        assert.strictEqual(error.url, feedUrl)
        assert.match(error.found, found)
      })
    )
  }
})
