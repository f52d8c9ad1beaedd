// Product pages and an API with the real program: what they offer is posted once, a captcha is reported and takes nothing back.
import type { RequestListener } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { command, feed, folder, start, telegram, until, writeCatalog } from "./Program.ts"

const product = (name: string, price: string) =>
  `<!doctype html><html><head><title>${name}</title><script type="application/ld+json">
/* by the shop's template */ {"@type": "Product", "name": "${name}", "sku": "1",
"offers": {"@type": "Offer", "price": ${price}, "priceCurrency": "EUR", "availability": "InStock",},}
</script></head><body></body></html>`

const captcha = `<!doctype html><html><body><div class="g-recaptcha"></div>Are you a robot?</body></html>`

const api = JSON.stringify({
  data: { products: [{ id: 7, name: "Blue jug", slug: "blue-jug", cents: 1999 }] },
  next: null
})

const catalog = (url: (path: string) => string) => `
channels: { deals: { chat: "@scenario_deals", template: product, pace: { gap: 0 seconds, perMinute: 1000 } } }
sources:
  mug: { kind: page, url: "${url("/mug")}", every: 1 second, start: all, burst: false, to: [deals], allowPrivate: true }
  jugs:
    kind: json
    url: "${url("/api")}"
    items: data.products
    fields: { id: id, title: name, link: "/p/{slug}", price: cents, decimals: 2, currency: =EUR }
    next: next
    every: 1 second
    start: all
    burst: false
    to: [deals]
    allowPrivate: true
`

describe("product pages and an API", () => {
  it.scopedLive("are checked, previewed and posted once; a captcha is said and harms nothing", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(["scenario_deals"])
      const shop = yield* feed()
      let mug = product("Red mug", '"12.50"')
      const answers = (): Readonly<Record<string, string>> => ({
        "/mug": mug,
        "/api": api
      })
      const answer: RequestListener = (request, response) => {
        const body = answers()[request.url ?? ""]
        response.writeHead(body === undefined ? 404 : 200, { "content-type": "text/html" }).end(body)
      }
      shop.answer(answer)
      yield* writeCatalog(
        path,
        catalog((at) => new URL(at, shop.url).href)
      )

      const check = yield* command(path, ["check"], tg.env)
      assert.strictEqual(check.code, 0, check.out)
      assert.match(check.out, /ok +source mug +1 items\n/)
      const preview = yield* command(path, ["preview", "jugs"], tg.env)
      assert.match(preview.out, /Blue jug[\s\S]*19[.,]99/)

      const program = yield* start(path, tg.env)
      const posted = tg.texts("@scenario_deals")
      yield* until(
        "both offers",
        Effect.map(posted, (texts) => texts.length === 2)
      )
      const texts = (yield* posted).toSorted()
      assert.match(texts[0] ?? "", /Blue jug[\s\S]*19[.,]99/)
      assert.match(texts[1] ?? "", /Red mug[\s\S]*12[.,]50/)

      mug = captcha
      const noteOf = (id: string) =>
        Effect.map(
          program.status,
          ({ sources }) => sources.find((one) => one.id === id)?.lastPoll?.note ?? ""
        )
      yield* until(
        "the captcha is named",
        Effect.map(noteOf("mug"), (note) =>
          /answers with a bot check \(a captcha\): ask the site for access or another address; tried again in/.test(
            note
          )
        )
      )
      yield* until(
        "the API is polled again",
        Effect.map(noteOf("jugs"), (note) => /^Nothing new among 1 item\./.test(note))
      )
      assert.lengthOf(yield* posted, 2)
    })
  )
})
