// The catalog's keys for words: what they become, and that each mistake names its line and key, once.
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { decodeCatalog } from "../../src/config/Catalog.ts"
import { checkWords } from "../../src/publisher/rendering/ShortTemplate.ts"

const catalog = (channel: string, source: string) =>
  decodeCatalog(
    "c.yaml",
    `channels:\n  deals:\n    chat: "@deals"\n${channel}sources:\n  shop:\n    kind: rss\n    url: https://shop.example/x\n    to: [deals]\n${source}`,
    (path) =>
      path === "mine.liquid"
        ? Either.right("{{ title }}")
        : Either.left({ line: 0, message: "there is no such file" }),
    checkWords
  )
const faultsOf = (channel: string, source = "") =>
  Either.match(catalog(channel, source), {
    onLeft: ({ faults }) => faults.map(({ line, message }) => `${line}: ${message}`).join("\n"),
    onRight: () => ""
  })

describe("the words of a catalog", () => {
  it("are looks that take turns, a language, a zone, labels and partner links", () => {
    const { channels, sources } = Either.getOrThrow(
      catalog(
        `    template: [product, mine.liquid]\n    locale: de-DE\n    zone: Europe/Berlin\n    label: "{{ channel }}"\n`,
        `    affiliate: { link: "https://go.example/{{ id }}", query: { sub: "{{ source }}" }, erid: 2Vtz }\n    label: "Ad {{ erid }}"\n`
      )
    )
    assert.deepInclude([...channels.values()][0], {
      template: { _tag: "BuiltIn", name: "product" },
      variants: [{ _tag: "File", path: "mine.liquid", text: "{{ title }}" }],
      locale: "de-DE",
      zone: "Europe/Berlin",
      label: "{{ channel }}"
    })
    assert.deepInclude([...sources.values()][0], {
      affiliate: { link: "https://go.example/{{ id }}", query: { sub: "{{ source }}" }, erid: "2Vtz" },
      label: "Ad {{ erid }}"
    })
  })

  const rows: ReadonlyArray<readonly [channel: string, source: string, fault: RegExp]> = [
    [
      "    template: [product, none.liquid]\n",
      "",
      /^4: channels\.deals\.template none\.liquid: there is no such file/
    ],
    ["    template: []\n", "", /^4: channels\.deals\.template must be article, product/],
    ["    locale: klingon\n", "", /^4: channels\.deals\.locale is not a language/],
    ["    zone: Mars/Olympus\n", "", /^4: channels\.deals\.zone is not a time zone/],
    [`    label: "{{ nme }}"\n`, "", /^4: channels\.deals\.label cannot be used: undefined variable: nme$/],
    [
      "",
      `    label: "Ad {{ erid }}"\n`,
      /^9: sources\.shop\.label speaks of erid, but there is no affiliate\.erid$/
    ],
    ["", `    affiliate:\n      link: "{{ path }}"\n`, /^10: sources\.shop\.affiliate\.link makes no http/],
    [
      "",
      `    affiliate:\n      query:\n        a: x\n        sub: "{{ chanel }}"\n`,
      /^12: sources\.shop\.affiliate\.query\.sub cannot be used/
    ],
    ["", "    affiliate: { erid: a b }\n", /^9: sources\.shop\.affiliate\.erid must be a token/],
    [
      "",
      "    affiliate: { url: x }\n",
      /^9: sources\.shop\.affiliate\.url is not a known key; known here: link, query, erid/
    ]
  ]
  for (const [channel, source, fault] of rows) {
    it(`that cannot be used are one error: ${fault.source}`, () => {
      const faults = faultsOf(channel, source)
      assert.match(faults, fault)
      assert.lengthOf(faults.split("\n"), 1)
    })
  }
})
