// What the catalog says about words: where readers are led, the label that no cut takes away, looks that take turns, and filters.
import { assert, describe, it } from "@effect/vitest"
import { Either, Option } from "effect"
import * as fc from "fast-check"
import { type Channel, channelDefaults } from "../../../src/domain/Channel.ts"
import type { Item } from "../../../src/domain/Item.ts"
import { Marker, markerIn } from "../../../src/domain/Marker.ts"
import { ChannelId, SourceId } from "../../../src/domain/Names.ts"
import type { SourceWords } from "../../../src/domain/Source.ts"
import { withParameters } from "../../../src/publisher/rendering/Affiliate.ts"
import { hashtag, hashtags } from "../../../src/publisher/rendering/Hashtags.ts"
import { formatMoney } from "../../../src/publisher/rendering/Prices.ts"
import { type Form, render } from "../../../src/publisher/rendering/Render.ts"
import { checkWords } from "../../../src/publisher/rendering/ShortTemplate.ts"
import { wordsOf } from "../../../src/publisher/rendering/Words.ts"
import { formatted } from "../../../src/sandbox/text/Formatting.ts"
import { foundEntities } from "../../../src/sandbox/text/FoundEntities.ts"

const shop = SourceId.make("shop")
const marker = Marker.make("7Kp3xQ2fLw")
const link = "https://shop.example/a%20b/?id=1&x=%2F#top"
const kettle: Item = {
  title: "Kettle",
  body: `<p>Boils. <a href="${link.replaceAll("&", "&amp;")}">More</a> <a href="https://else.example/">else</a></p>`,
  link,
  publishedAt: Date.UTC(2026, 10, 25, 23, 30),
  images: [],
  categories: ["Küche & Haus", "Tea"],
  offer: { id: "k 1", brand: "Acme", price: { amount: "1299.50", currency: "EUR" } }
}

const text = (template: string) => ({ _tag: "File", path: "t.liquid", text: template }) as const
const captioned: Form = { _tag: "Photo", url: "https://shop.example/1.jpg" }
const written: Form = { _tag: "Text", preview: true }

interface Given {
  readonly channel?: Partial<Channel>
  readonly words?: SourceWords
  readonly item?: Item
  readonly form?: Form
  readonly ordinal?: number
  readonly withdrawn?: boolean
}

const postOf = ({
  channel = {},
  words = {},
  item = kettle,
  form = written,
  ordinal = 0,
  withdrawn = false
}: Given) => {
  const deals = { ...channelDefaults, id: ChannelId.make("deals"), chat: "@deals", ...channel }
  const { template, subject } = Either.getOrThrow(wordsOf(deals, new Map([[shop, words]]))).of({
    ...{ source: shop, item, event: "new", ordinal, withdrawn }
  })
  const { post, fault } = render(template, subject, form, {
    silent: false,
    marking: { marker, revision: 0, place: "link" }
  })
  assert.isNull(Option.getOrNull(fault))
  return post
}

const readable = (html: string) =>
  Either.getOrThrow(formatted({ text: html, parseMode: "HTML", entities: undefined })).text
const filled = (template: string, channel: Partial<Channel> = {}, ordinal = 0) =>
  readable(
    postOf({ channel: { template: text(template), marker: "hidden", ...channel }, ordinal }).html
  ).replace(/^\u200b/, "")

const partner: SourceWords = {
  affiliate: {
    link: "https://go.example{{ path }}?{{ query }}&to={{ link | url_encode }}",
    query: { sub: "{{ channel }}/{{ id }}", x: "new", empty: "" },
    erid: "2VtzqExample"
  }
}
const led =
  "https://go.example/a%20b/?id=1&to=https%3A%2F%2Fshop.example%2Fa%2520b%2F%3Fid%3D1%26x%3D%252F%23top&sub=deals%2Fk%201&x=new&erid=2VtzqExample"

describe("the partner link", () => {
  it("is where every link to the item leads: title, body, button and preview; others stay", () => {
    const post = postOf({ words: partner, channel: { template: { _tag: "BuiltIn", name: "product" } } })
    const links = [...post.html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) =>
      href.replaceAll("&amp;", "&")
    )
    assert.deepStrictEqual(links, [`${led}&oncecast=${marker}`, led, "https://else.example/"])
    assert.deepStrictEqual(post.buttons, [[{ text: "shop.example ↗", url: `${led}&oncecast=${marker}` }]])
    assert.strictEqual(post.previewUrl, led)
    assert.notInclude(post.html, 'href="https://shop.example')
  })

  it("keeps the rest of an address as it is, and bears a marker that is found, wherever its parameters are", () => {
    const piece = fc.stringMatching(/^[\w%.~-]{0,8}$/)
    const address = fc.tuple(
      piece,
      fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), piece), { maxLength: 4 }),
      piece
    )
    fc.assert(
      fc.property(address, fc.string({ minLength: 1, unit: "grapheme" }), ([path, query, hash], value) => {
        const pairs = query.map(([name, one]) => `${name}=${one}`)
        const own = `https://x.example/${path}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}${hash === "" ? "" : `#${hash}`}`
        const made = withParameters(own, [["erid", value]])
        const kept = pairs.filter((pair) => !pair.startsWith("erid="))
        assert.isTrue(made.startsWith(`https://x.example/${path}?${[...kept, "erid="].join("&")}`))
        assert.strictEqual(new URL(made).searchParams.get("erid"), value)
        assert.strictEqual(made.split("#")[1] ?? "", hash)
      })
    )
    assert.strictEqual(
      markerIn(/href="([^"]*)"/.exec(postOf({ words: partner }).html)?.[1]?.replaceAll("&amp;", "&") ?? ""),
      marker
    )
  })

  it("never costs a post its link: where no address comes of it the item's own is shown", () => {
    const words = {
      affiliate: { link: "{% if id == 'k 1' %}javascript:alert(1){% else %}https://go.example/{% endif %}" }
    }
    assert.include(postOf({ words }).html, `href="${link.replaceAll("&", "&amp;").replace("#top", "")}`)
  })
})

const law = "Advertisement. Example Ltd, erid {{ erid }}"

describe("an item of a feed that was made of a channel", () => {
  const foreign = "oncecast=AAAAAAAAAA"
  it("brings no marker of another post into ours: not by its link, its title or its text", () => {
    const item: Item = {
      ...kettle,
      title: `Kettle https://else.example/?${foreign}`,
      link: `https://shop.example/kettle?${foreign}&id=1#top`,
      body: `<a href="https://else.example/a?x=1&amp;${foreign}.3#b">one</a> <a href="https://else.example/?${foreign}&amp;y=2">two</a>`
    }
    const template = text("{{ title }} {{ link }}\n{{ body }}\n<a href='{{ link }}'>Buy</a>")
    for (const place of ["link", "hidden"] as const) {
      const { html, previewUrl } = postOf({ item, channel: { template, marker: place } })
      const links = [...html.matchAll(/https?:[^\s"<]*/g)].map(([found]) => found.replaceAll("&amp;", "&"))
      assert.deepStrictEqual(
        links.flatMap((found) => markerIn(found) ?? []),
        [marker]
      )
      assert.notInclude(html, foreign)
      assert.strictEqual(previewUrl, "https://shop.example/kettle?id=1#top")
      assert.includeMembers(links, ["https://else.example/a?x=1#b", "https://else.example/?y=2"])
    }
  })
})

describe("the label", () => {
  it("stands whole at the end of every post, however long the rest is, and Telegram takes it", () => {
    const forms: ReadonlyArray<Form> = [
      captioned,
      written,
      { _tag: "Album", urls: ["https://a.example/1", "https://a.example/2"] }
    ]
    const long = fc.array(
      fc.constantFrom("word ", "<b>bold</b> ", "&amp;", "👨‍👩‍👧", "\n\n", `<a href="${link}">l</a> `),
      { maxLength: 3000 }
    )
    fc.assert(
      fc.property(long, fc.constantFrom(...forms), fc.boolean(), (parts, form, withdrawn) => {
        const words = { ...partner, label: `<i>${law}</i>` }
        const item = { ...kettle, body: parts.join(""), title: parts.slice(0, 100).join("") }
        const { html } = postOf({ words, item, form, withdrawn, channel: { label: "{{ channel }}" } })
        assert.isTrue(
          html.endsWith("\n\n<i>Advertisement. Example Ltd, erid 2VtzqExample</i>\ndeals"),
          html.slice(-200)
        )
        assert.isAtMost(readable(html).length, form._tag === "Text" ? 4096 : 1024)
      }),
      { numRuns: 60 }
    )
  })

  it("is said once when source and channel say the same", () => {
    const { html } = postOf({ words: { label: "Ad" }, channel: { label: "Ad" } })
    assert.match(html, /[^\n]\n\nAd$/)
  })
})

describe("the judge of the catalog", () => {
  const faults: ReadonlyArray<
    readonly [as: "label" | "link" | "value", text: string, fault: RegExp | undefined]
  > = [
    ["label", law, undefined],
    ["label", "Ad {{ eird }}", /cannot be used: undefined variable: eird/],
    ["label", "Ad\n{{ erid", /its line 2: .*not closed/],
    ["label", " ", /shows nothing/],
    ["label", "x".repeat(401), /longer than 400/],
    ["label", "{{ body }}", /undefined variable: body/],
    ["link", "https://go.example/?u={{ link | url_encode }}", undefined],
    ["link", "go.example/{{ path }}", /makes no http or https address/],
    ["link", "tg://resolve?domain={{ host }}", /makes no http or https address/],
    ["link", "https://go.example/{{ link | nosuch }}", /undefined filter: nosuch/],
    ["value", "{{ channel }}", undefined],
    ["value", "{{ chanel }}", /undefined variable: chanel/]
  ]
  for (const [as, template, fault] of faults) {
    it(`${fault === undefined ? "takes" : "refuses"} ${JSON.stringify(template.slice(0, 50))} as a ${as}`, () => {
      const found = Option.getOrElse(checkWords[as](template), () => "")
      assert.match(found, fault ?? /^$/)
    })
  }
})

describe("looks", () => {
  const channel = {
    template: text("A {{ '' | rotate: '' }}{{ 'one' | rotate: 'two', 'three' }}"),
    variants: [text("B {{ 'x' | rotate: 'y' }}")]
  }
  it("take turns post by post, and so do the words in each", () => {
    const { template, variants } = channel
    const shown = [0, 1, 2, 3, 4, 5, 6].map((ordinal) => filled(template.text, { variants }, ordinal))
    assert.deepStrictEqual(shown, ["A one", "B x", "A two", "B y", "A three", "B x", "A one"])
  })
  it("are the same for the same post, and the post says which", () => {
    assert.deepStrictEqual(postOf({ channel, ordinal: 3 }), postOf({ channel, ordinal: 3 }))
    assert.strictEqual(postOf({ channel, ordinal: 3 }).ordinal, 3)
  })
})

describe("filters", () => {
  it("speak the channel's language and keep to its zone", () => {
    const template =
      "{{ price }} | {{ 12 | percent }} | {{ 1234 | number }} | {{ categories | list }} | {{ published | date: 'long' }} {{ published | time }}"
    assert.strictEqual(
      filled(template, { locale: "de-DE", zone: "Europe/Berlin" }),
      "1.299,50\u00a0€ | 12\u00a0% | 1.234 | Küche & Haus und Tea | 26. November 2026 00:30"
    )
    assert.match(
      filled(template),
      /€1,299\.50 \| 12% \| 1,234 \| Küche & Haus and Tea \| November 25, 2026 11:30\sPM/
    )
  })

  it("write money without a float: every digit of any amount is there", () => {
    const digits = fc.bigInt({ min: 0n, max: 999_999_999_999_999n })
    fc.assert(
      fc.property(digits, fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const amount = `${whole}.${String(cents).padStart(2, "0")}`
        const shown = formatMoney({ amount, currency: "EUR" }, "en-US")
        assert.strictEqual(shown.replace(/[€,]/g, ""), amount)
      })
    )
  })

  it("make hashtags of words in any script, and Telegram links each of them whole", () => {
    const rows: ReadonlyArray<readonly [names: ReadonlyArray<string>, tags: string]> = [
      [["Küche & Haus", "küche haus", "Tea"], "#Küche_Haus #Tea"],
      [["Men's shoes", "C++", "24/7", "2026"], "#Mens_shoes #C"],
      [["Бытовая техника", "家電", "أجهزة"], "#Бытовая_техника #家電 #أجهزة"],
      // The first with signs that may be left out; the second with ones that may not.
      [["مُحَمَّد", "रसोई", "☕️ Coffee"], "#محمد #Coffee"],
      [["", "!!!", "x".repeat(100)], ""]
    ]
    for (const [names, tags] of rows) assert.strictEqual(hashtags(names), tags)
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 5 }), (names) => {
        const tags = hashtags(names)
        const found = foundEntities(tags).filter(({ type }) => type === "hashtag")
        assert.deepStrictEqual(
          found.map(({ offset, length }) => tags.slice(offset, offset + length)),
          tags.split(" ").filter((tag) => tag !== "")
        )
      }),
      { numRuns: 500 }
    )
    assert.strictEqual(hashtag("one two"), "#one_two")
  })
})
