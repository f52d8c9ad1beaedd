// Items that were written to break something: the post is one that Telegram takes, no page runs them, no terminal obeys them.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { command, feed, folder, type Program, start, telegram, until, writeCatalog } from "./Program.ts"

const escape = "\u001b"
const cdata = (text: string) => `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`

/** Titles and bodies; each item must become one post that stands. */
const hostile: ReadonlyArray<readonly [title: string, body: string]> = [
  [`control \u0001\u0002\u0007\u0008 characters \u007f\u0085`, `a\u0000b\u000bc${escape}[2J`],
  [`ansi ${escape}[31mred${escape}[0m ${escape}]0;title\u0007`, `${escape}[1;1H${escape}[2Jwiped \u009b31m`],
  [
    "unclosed <b><i><u>tags <a href=",
    "<table><tr><td><div><p>never closed <b>bold <a href='javascript:alert(1)'>x"
  ],
  ["megabyte ".repeat(120_000), "word ".repeat(200_000)],
  [`emoji ${"👨‍👩‍👧‍👦🏳️‍🌈".repeat(3_000)}`, "🧑🏽‍🚀".repeat(5_000)],
  [`${"x".repeat(4_095)}👩‍🚀`, `${"y".repeat(1_023)}${"🇩🇪".repeat(600)}`],
  ["rtl \u202eevil\u202c \u2066isolate שלום عربى", "\u200e\u200f\u202a\u202b\u202d\u2067\u2068 unbalanced"],
  [`zalgo ${"z\u0300\u0301\u0302\u0303\u0304\u0305".repeat(2_000)}`, "\u0301\u0301\u0301 only marks"],
  [
    "script <script>globalThis.pwned=1</script><img src=x onerror=alert(1)>",
    `<svg onload=alert(1)><style>*{display:none}</style><iframe src=javascript:alert(1)>`
  ],
  ['=HYPERLINK("http://evil","x")', "+1+1 @SUM(A1) -2"],
  [
    "&lt;b&gt;entities&lt;/b&gt; &amp;amp; &#0; &#x1F600; &#xD800; &nbsp;",
    "&lt;script&gt;alert(1)&lt;/script&gt;"
  ],
  ["{{ title }} {% raw %} $x %s %n", "{% include '/etc/passwd' %}{{ 7 | times: 7 }}"],
  ["\ud83d lone surrogates \udc00", "\ufffe\uffff\ufeff noncharacters"],
  ["   \u200b\u200b\u00ad\u2060 ", ""],
  [
    "@everyone #hashtag /start t.me/evil",
    `<a href="tg://resolve?domain=evil">click</a> <a href="http://[bad">bad</a> <a href="https://e.example/?a=1&amp;b=<>">ok</a>`
  ],
  [
    "<pre><code class='language-\"><b>'>nested</code></pre>",
    `${"<blockquote>".repeat(300)}deep${"</blockquote>".repeat(300)}`
  ]
]

const document = `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>h</title>${hostile
  .map(
    ([title, body], at) =>
      `<item><guid>hostile-${at}</guid><title>${cdata(title)}</title><link>https://n.example/hostile/${at}</link><description>${cdata(body)}</description></item>`
  )
  .join("")}</channel></rss>`

/** A page of the source's own, of which the status tells the title. */
const page = `<!doctype html><html><head><title>shop ${escape}[31m\u009b2J<script>alert(1)</script> closed</title></head></html>`

const executable =
  /<(script|iframe|svg|img|style)(?! nonce)[^>]*(alert|pwned|display:none|onerror|onload)|=["']?javascript:|\son(error|load)=/i

/** What a terminal could obey; what colours our own logs is not meant. */
const steering = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u
const colours = /\u001b\[\d+(;\d+)*m/g

const catalog = (url: string, pageUrl: string) => {
  const pace = "{ gap: 0 seconds, perMinute: 1000 }"
  return `
channels:
  article: { chat: "@scenario_article", pace: ${pace} }
  product: { chat: "@scenario_product", pace: ${pace}, template: product }
sources:
  feed: { kind: rss, url: "${url}", start: all, burst: false, to: [article, product], allowPrivate: true }
  page: { kind: rss, url: "${pageUrl}", to: [article], allowPrivate: true }
`
}

const allDecided = (program: Program) =>
  until(
    "every delivery is decided",
    Effect.map(
      program.deliveries,
      (rows) =>
        rows.length === 2 * hostile.length &&
        rows.every(({ state }) => state !== "queued" && state !== "sending")
    )
  )

const html = (url: string) => Effect.promise(() => fetch(url).then((response) => response.text()))

/** A feed of hostile items and a page where a feed should be. */
const served = Effect.gen(function* () {
  const [source, other] = [yield* feed(), yield* feed()]
  source.answer((_, response) => void response.end(document))
  other.answer((_, response) => void response.end(page))
  return catalog(source.url, other.url)
})

describe.concurrent("hostile items", () => {
  it.scopedLive("become valid posts in any template, and steer neither a terminal nor a log", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const tg = yield* telegram(["scenario_article", "scenario_product"])
      yield* tg.emulator.control.fault({
        stage: "received",
        method: "sendMessage",
        action: { kind: "error", code: 400, description: `Bad Request: ${escape}[31m\u009b2J odd` },
        nth: 2
      })
      yield* writeCatalog(path, yield* served)
      const program = yield* start(path, { ...tg.env, LOG_FORMAT: "pretty", LOG_LEVEL: "all" })
      yield* until(
        "all but the one that Telegram did not like",
        Effect.map(
          program.deliveries,
          (rows) => rows.filter(({ state }) => state === "sent").length === 2 * hostile.length - 1
        )
      )
      for (const chat of ["@scenario_article", "@scenario_product"]) {
        for (const text of yield* tg.texts(chat)) {
          assert.isAtMost(text.length, 4_096)
          assert.notMatch(text, /(?![\n\t])\p{Cc}|\p{Cs}|[\u202a-\u202e]/u)
        }
      }
      for (const words of [["status"], ["deliveries"], ["preview", "feed"], ["check"]]) {
        const { out, err } = yield* command(path, words, tg.env)
        assert.notMatch(out.replace(colours, "") + err.replace(colours, ""), steering, words.join(" "))
      }
      yield* program.end("SIGTERM")
      assert.notMatch(program.output().replace(colours, ""), steering)
      assert.notInclude(program.output(), `${escape}[2J`)
    })
  )

  it.scopedLive("run on no page of ours", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(path, yield* served)
      const program = yield* start(path, {})
      yield* allDecided(program)
      for (const place of ["/", "/sandbox/scenario_article", "/sandbox/scenario_product", "/sandbox"]) {
        const shown = yield* html(`${program.url}${place}`)
        assert.include(shown, "<!doctype html>".toLowerCase(), place)
        assert.notMatch(shown, executable, place)
      }
      assert.include(yield* html(`${program.url}/sandbox/scenario_article`), "&lt;script&gt;alert(1)")
    })
  )
})
