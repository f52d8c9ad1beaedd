// Tables become items: however they are written, with columns that are recognised or named.
import { assert, describe, it } from "@effect/vitest"
import { csv } from "../../../src/sources/kinds/csv.ts"
import { type Arrival, factsOf, foundIn, onlyOne, readShop } from "./shop.ts"

const read = (document: string, arrival: Arrival = {}) => readShop(csv, document, arrival)

const euros = { source: { currency: "EUR", variants: "each" } } as const

describe("a table", () => {
  it("tells its delimiter by its header, whatever the file is called", () => {
    for (const delimiter of [",", ";", "|", "\t"]) {
      const document = [
        ["id", "title", "price"],
        ["1", "Lamp", "9.90"]
      ]
        .map((row) => row.join(delimiter))
        .join("\n")
      const item = onlyOne(read(document, { ...euros, contentType: "text/csv" }))
      assert.deepStrictEqual(
        [item.title, item.offer],
        ["Lamp", { id: "1", price: { amount: "9.90", currency: "EUR" } }],
        JSON.stringify(delimiter)
      )
    }
  })

  it("has the delimiter that its source names, when it names one", () => {
    const document = "id|name, long|price, net\n1|Lamp|5"
    assert.strictEqual(
      onlyOne(read(document, { source: { delimiter: "|", columns: { title: ["name, long"] } } })).title,
      "Lamp"
    )
  })

  it("takes the columns that its source names; the others by their well-known names", () => {
    const document = "Nr;Was;Kostet;Vorher;Farbe;brand\n7;Lampe;1.299,00;1.500,00;rot;Lux"
    const columns = {
      id: ["Nr"],
      title: ["Was"],
      price: ["Kostet"],
      oldPrice: ["Vorher"],
      options: ["Farbe"]
    }
    assert.deepStrictEqual(onlyOne(read(document, { source: { currency: "EUR", columns } })), {
      title: "Lampe",
      body: "",
      images: [],
      categories: [],
      offer: {
        id: "7",
        price: { amount: "1299.00", currency: "EUR" },
        oldPrice: { amount: "1500.00", currency: "EUR" },
        brand: "Lux",
        options: [{ name: "Farbe", value: "rot" }]
      }
    })
  })

  it("says which column is missing and shows the header that is there", () => {
    assert.strictEqual(
      foundIn(read("nr,was\n1,Lampe", { source: { columns: { id: ["sku"] } } })),
      `no column "sku" (for id); the header is: nr, was`
    )
    assert.strictEqual(
      foundIn(read("foo,bar\n1,2")),
      "no column for title; the header is: foo, bar. Name it under columns:"
    )
  })

  it("may quote fields that hold delimiters, line breaks and quotes", () => {
    const { items } = read('id,title,description\r\n1,"A, ""B""","two\r\nlines"\r\n2,C"D,x\r\n')
    assert.deepStrictEqual(
      items.map(({ title }) => title),
      ['A, "B"', 'C"D']
    )
    assert.strictEqual(items[0]?.body, "two<br>\nlines")
  })

  it("may begin with a byte order mark, Excel's hint or remarks, and end its lines as Macs once did", () => {
    for (const document of [
      '\ufeff"id","title"\n1,Lamp',
      "sep=;\nid;title\n1;Lamp",
      '# Required | The id\n"id","title"\n1,Lamp',
      "id,title\r1,Lamp\r",
      "\n\nid,title\n\n1,Lamp\n\n"
    ]) {
      const item = onlyOne(read(document))
      assert.deepStrictEqual([item.offer?.id, item.title], ["1", "Lamp"], JSON.stringify(document))
    }
  })

  it("leaves out rows in which nobody can know what is where, and counts them", () => {
    const table = read("id,title,price\n1,Lamp,5\n2,Lamp, the big one,7\n3,Lamp,9,,\n", euros)
    assert.deepStrictEqual(
      table.items.map(({ offer }) => offer?.id),
      ["1", "3"]
    )
    assert.deepStrictEqual(factsOf(table).faults, ["1 row with another number of fields than the header"])
  })

  it("proves nothing while it has no rows, or when it breaks off; half a price is none", () => {
    const empty = factsOf(read("id,title,price\n"))
    assert.isFalse(empty.complete)
    assert.deepStrictEqual(empty.faults, ["no rows but the header"])
    for (const cut of ['2,"Lam', "2,Lamp,1"]) {
      const table = read(`id,title,price,currency\n1,Lamp,15,EUR\n${cut}`)
      assert.lengthOf(
        table.items.filter(({ offer }) => offer?.price !== undefined),
        1
      )
      assert.isFalse(factsOf(table).complete)
    }
    assert.isTrue(factsOf(read("id,title\n1,Lamp")).complete, "a last line need not be ended")
  })

  it("that is a page, XML or JSON is named for what it is", () => {
    assert.strictEqual(foundIn(read("<html><title>Log in</title></html>")), `an HTML page titled "Log in"`)
    assert.strictEqual(foundIn(read("<yml_catalog/>")), "XML with the root element yml_catalog")
    assert.strictEqual(foundIn(read(`[{"id":1}]`)), "JSON")
  })
})

describe("prices of a table", () => {
  const price = (text: string, delimiter = ",") =>
    onlyOne(read(`${["id", "title", "price"].join(delimiter)}\n1${delimiter}x${delimiter}"${text}"`, euros))
      .offer?.price
  const amount = (text: string, delimiter?: string) => price(text, delimiter)?.amount

  it("are read as people write them where the semicolon delimits, else as programs do", () => {
    assert.strictEqual(amount("1.299", ";"), "1299")
    assert.strictEqual(amount("1.299,50", ";"), "1299.50")
    assert.strictEqual(amount("29.125"), "29.125")
    assert.strictEqual(amount("1 299,00"), "1299.00")
    assert.strictEqual(amount("1 299,00", ";"), "1299.00")
  })

  it("name their own currency, or have the source's", () => {
    assert.deepStrictEqual(price("15 USD"), { amount: "15", currency: "USD" })
    assert.deepStrictEqual(price("15"), { amount: "15", currency: "EUR" })
    assert.deepStrictEqual(price("AED 8000 (USD 2179)"), { amount: "8000", currency: "AED" })
  })
})

describe("a Shopify export", () => {
  const header =
    "Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Variant Image"
  const shirt = [
    'shirt,Shirt,"<p>Soft,\nwarm</p>",Acme,true,Color,Red,S-R,shopify,3,deny,20.00,25.00,https://cdn.example/1.jpg,',
    "shirt,,,,,,Blue,S-B,shopify,0,deny,21.00,,https://cdn.example/2.jpg,https://cdn.example/blue.jpg",
    "shirt,,,,,,,,,,,,,https://cdn.example/3.jpg,"
  ]

  it("gives a variant for each row with a price, all with what their product has", () => {
    const { items } = read(
      [header, ...shirt, "mug,Mug,,Acme,true,Title,Default Title,M,,,deny,5.00,,,"].join("\n"),
      euros
    )
    const pictures = ["https://cdn.example/1.jpg", "https://cdn.example/2.jpg", "https://cdn.example/3.jpg"]
    assert.deepStrictEqual(
      items.map(({ images, offer, title }) => [
        title,
        offer?.id,
        offer?.group,
        offer?.price?.amount,
        offer?.availability,
        images
      ]),
      [
        ["Shirt", "shirt/Red", "shirt", "20.00", "in-stock", pictures],
        [
          "Shirt",
          "shirt/Blue",
          "shirt",
          "21.00",
          "out-of-stock",
          ["https://cdn.example/blue.jpg", ...pictures]
        ],
        ["Mug", "mug", undefined, "5.00", "in-stock", []]
      ]
    )
    assert.deepStrictEqual(items[0]?.offer?.oldPrice, { amount: "25.00", currency: "EUR" })
    assert.deepStrictEqual(items[1]?.offer?.options, [{ name: "Color", value: "Blue" }])
  })

  it("leaves out what is not published", () => {
    const table = read([header, "mug,Mug,,Acme,false,Title,Default Title,M,,,deny,5.00,,,"].join("\n"), euros)
    assert.lengthOf(table.items, 0)
    assert.include(factsOf(table).faults, "1 row not published")
  })
})
