// A page that wants to see a browser or a person: told from a page without products, in whatever kind of source it comes.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Record } from "effect"
import { csv } from "../../../src/sources/kinds/csv.ts"
import { json } from "../../../src/sources/kinds/json.ts"
import { merchant } from "../../../src/sources/kinds/merchant.ts"
import { page } from "../../../src/sources/kinds/page.ts"
import { rss } from "../../../src/sources/kinds/rss.ts"
import { sitemap } from "../../../src/sources/kinds/sitemap.ts"
import { yml } from "../../../src/sources/kinds/yml.ts"
import { readWith, refusalOf } from "./reading.ts"

const url = "https://shop.example/p/1"
const readPage = readWith(page, { kind: "page" }, url)

const html = (title: string, body: string) =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body>${body}</body></html>`

const challenges: ReadonlyArray<readonly [vendor: string, document: string]> = [
  [
    "Cloudflare",
    html(
      "Just a moment...",
      `<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt={cvId:'3'};</script>`
    )
  ],
  ["Cloudflare", html("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1>")],
  [
    "DataDome",
    html(
      "shop.example",
      `<p>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>`
    )
  ],
  ["PerimeterX", html("Access to this page has been denied", `<div id="px-captcha"></div>`)],
  [
    "Akamai",
    html("Challenge", `<div id="sec-if-cpt-container"></div><script src="/x?bm-verify=1"></script>`)
  ],
  [
    "Akamai",
    html("Access Denied", "You don't have permission. Reference #18.2 https://errors.edgesuite.net/18.2")
  ],
  [
    "Imperva",
    html(
      "",
      `<iframe src="/_Incapsula_Resource?SWUDNSAI=31"></iframe>Request unsuccessful. Incapsula incident ID: 1`
    )
  ],
  ["AWS WAF", html("", `<script>window.awsWafCookieDomainList = [];</script>`)],
  [
    "Amazon",
    html(
      "Amazon.com",
      `<form action="/errors/validateCaptcha">Type the characters you see in this image</form>`
    )
  ],
  [
    "Yandex",
    html("Ой!", `<form action="/showcaptcha?x">Подтвердите, что запросы отправляли вы, а не робот</form>`)
  ],
  ["a captcha", html("Shop", `<div class="g-recaptcha" data-sitekey="x"></div>`)],
  ["Are you a robot", html("Shop", "<p>Are you a robot?</p>")],
  [
    "Verifying you are human",
    html("shop.example", "<p>Verifying you are human. This may take a few seconds.</p>")
  ],
  ["не робот", html("Проверка", "<p>Нажмите, если вы не робот</p>")],
  ["pas un robot", html("", "<p>Confirmez que vous n'êtes pas un robot</p>")]
]

describe("a bot check", () => {
  it.effect("is told from a page, by what it contains or by how it speaks", () =>
    Effect.gen(function* () {
      for (const [vendor, document] of challenges) {
        const refusal = refusalOf(yield* readPage(document))
        assert.deepInclude(refusal, { _tag: "Blocked" }, document)
        assert.include(typeof refusal === "string" ? "" : refusal.found, vendor)
      }
    })
  )

  it.effect(
    "is told from what should be a page, a feed, an answer of an API or a sitemap, however it is cut",
    () =>
      Effect.gen(function* () {
        for (const [kind, reader] of Record.toEntries({ page, rss, yml, merchant, csv, json, sitemap })) {
          const read = readWith(reader, { kind }, url)
          for (const [, document] of challenges) {
            const whole = refusalOf(yield* read(document))
            assert.deepInclude(whole, { _tag: "Blocked" }, document)
            for (let size = 1; size <= 64; size++)
              assert.deepStrictEqual(refusalOf(yield* read(document, { size })), whole, `${kind} ${size}`)
          }
        }
      })
  )

  it.effect("is never seen in a page with a product, nor in a long page that happens to have a captcha", () =>
    Effect.gen(function* () {
      const guarded = `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script><div class="g-recaptcha"></div>`
      const product = `<script type="application/ld+json">{"@type":"Product","name":"Mug"}</script>`
      assert.lengthOf((yield* readPage(html("Mug", guarded + product))).items, 1)
      const words = "A word about our shop and what it sells. ".repeat(50)
      assert.isString(refusalOf(yield* readPage(html("About", guarded + words))))
      const long = `<script>${"x".repeat(40_000)}</script>Are you a robot?`
      assert.isString(refusalOf(yield* readPage(html("About", long))))
    })
  )
})
