// However a shop feed is cut on its way, it gives the same.
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import iconv from "iconv-lite"
import { csv } from "../../../src/sources/kinds/csv.ts"
import { merchant } from "../../../src/sources/kinds/merchant.ts"
import { yml } from "../../../src/sources/kinds/yml.ts"
import type { SourceKind } from "../../../src/sources/SourceKind.ts"
import { readShop } from "./shop.ts"

const catalog = (encoding: string) => `\ufeff<?xml version="1.0" encoding="${encoding}"?>
<!DOCTYPE yml_catalog SYSTEM "shops.dtd">
<!-- выгрузка --><yml_catalog date="2026-11-24"><shop><name>Лампы &amp; прочее</name>
<currencies><currency id="RUR" rate="1"/></currencies><categories><category id="1">Дом</category><category id='2' parentId="1">Свет &#8470;&nbsp;1</category></categories>
<offers>
<offer id="a&amp;1" available="false" group_id="g"><url>https://shop.example/a?x=1&amp;y=2</url><price>1 299,00</price><oldprice>1500</oldprice><categoryId>2</categoryId>
<name>Лампа 💡 «Люкс»</name><description><![CDATA[<p>Тёплая & яркая ]] > <b>лампа</b></p>]]></description><param name="Цвет" unit="">красный</param></offer>
<offer id="2"><name><![CDATA[Вторая]]> часть</name><price>5</price><picture>https://cdn.example/ё.jpg</picture>
<offer id="3"><name>Не закрыта</name><price>7</price></offer><?php echo ?>
<offer id="4"/></offers></shop></yml_catalog>`

const feed = `<?xml version='1.0'?><rss xmlns:g='http://base.google.com/ns/1.0'><channel><title>Shop</title>
<item><g:id>1</g:id><title><![CDATA[Lamp & shade]]></title><g:price>49.90 EUR</g:price><g:shipping><g:price>1 EUR</g:price></g:shipping><g:image_link>https://cdn.example/1.jpg?a=1&amp;b=2</g:image_link></item>
<item><g:id>2</g:id><title>Stühle – größer</title><g:sale_price>9 EUR</g:sale_price><description>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</description></item></channel></rss>`

const table =
  '\ufeffsep=;\r\n"id";title;"price";description\r\n1;"Лампа ""Люкс""";"1 299,00 ₽";"две\r\nстроки; и ""кавычки"""\r\n\r\n2;O"ne;5 EUR;\r\n3;"x" y;6 EUR;"end"\r\n4;short\r\n5;💡;7 EUR;last'

const tsv = `id\ttitle\tprice\tlink\r\n1\tScreen 15" wide\t5.00 USD\thttps://shop.example/1\r\n2\t"Größe"\t6.00 USD\thttps://shop.example/2\r\n`

const documents: ReadonlyArray<readonly [name: string, kind: SourceKind, bytes: Uint8Array]> = [
  ["YML in UTF-8", yml, Buffer.from(catalog("utf-8"))],
  ["YML in windows-1251", yml, iconv.encode(catalog("windows-1251").slice(1), "windows-1251")],
  ["YML in UTF-16", yml, iconv.encode(catalog("utf-16").slice(1), "utf-16le", { addBOM: true })],
  ["Google Merchant in RSS", merchant, Buffer.from(feed)],
  ["Google Merchant in TSV", merchant, Buffer.from(tsv)],
  ["CSV", csv, Buffer.from(table)]
]

describe("pieces", () => {
  for (const [name, kind, bytes] of documents) {
    it(`${name}: of 1 to 64 bytes give the same items and facts as the whole`, () => {
      const whole = readShop(kind, bytes)
      assert.isAtLeast(whole.items.length, 2)
      for (let pieces = 1; pieces <= 64; pieces++)
        assert.deepStrictEqual(readShop(kind, bytes, { pieces }), whole, `pieces of ${pieces} bytes`)
    })
  }

  it("of any size give the same as the whole, whatever a table or a catalog is made of", () => {
    const parts = fc.constantFrom(
      '"',
      '""',
      ",",
      "\t",
      "\r",
      "\n",
      "\r\n",
      "a",
      "1",
      "ж",
      "<offer id='",
      "'>",
      "<name>",
      "</name>",
      "</offer>",
      "&amp;",
      "&",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "<price>5</price>"
    )
    const cuts = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), cuts, (made, pieces) => {
        for (const [kind, start] of [
          [csv, "id,title\n"],
          [csv, "id\ttitle\n"],
          [yml, "<yml_catalog><shop><offers>"]
        ] as const) {
          const document = start + made.join("")
          assert.deepStrictEqual(readShop(kind, document, { pieces }), readShop(kind, document))
        }
      }),
      { numRuns: 500 }
    )
  })
})
