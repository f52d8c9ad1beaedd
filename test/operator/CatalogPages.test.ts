// The catalog on the dashboard, over real HTTP and on a real file: look, fill in, see what changes, make it, take it back.
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { AuditLog } from "../../src/outbox/AuditLog.ts"
import { catalogFile, editing, written } from "./editing.ts"
import { shopLists } from "./operating.ts"
import { get, loggedIn, post, servedOn } from "./visiting.ts"

const onPages = <A, E, R>(run: (path: string) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(catalogFile, (path) => Effect.provide(run(path), servedOn(editing(path))))

type Fields = Readonly<Record<string, string>>

const unescaped = (text: string) =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")

/** What a browser would send of the form on a page: its inputs as they are filled in, its text area, its first choice. */
const fieldsOf = (page: string): Fields => {
  const form =
    /<form method="post" action="change-catalog"(?: class="(?:entry|actions)")[\s\S]*?<\/form>/.exec(
      page
    )?.[0] ?? ""
  const inputs = [...form.matchAll(/<input ([^>]*)>/g)].flatMap(([, attributes = ""]) => {
    const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1]
    if (of("type") === "checkbox" && !attributes.includes(" checked")) return []
    return [[of("name") ?? "", unescaped(of("value") ?? "on")] as const]
  })
  const area = /<textarea [^>]*name="rest"[^>]*>\n([\s\S]*?)<\/textarea>/.exec(form)?.[1]
  const chosen = /<select id="([^"]*)"[\s\S]*?<option selected>([^<]*)</.exec(form)
  return {
    ...Object.fromEntries(inputs),
    ...(area === undefined ? {} : { rest: unescaped(area) }),
    ...(chosen === null ? {} : { [`field.${chosen[1]}`]: chosen[2] ?? "" })
  }
}

const pageOf = (path: string, headers: Fields) => Effect.flatMap(get(path, headers), ({ text }) => text)
const sent = (fields: Fields, headers: Fields) =>
  Effect.gen(function* () {
    const answer = yield* post("/change-catalog", fields, headers)
    const page = yield* answer.text
    return { status: answer.status, page, location: answer.headers["location"] ?? "", fields: fieldsOf(page) }
  })
const linesOf = (page: string) =>
  [...page.matchAll(/<span class="(comes|goes)">([^<]*)/g)].map(([, , line = ""]) =>
    unescaped(line).trimEnd()
  )

const blog = {
  ask: "put",
  of: "sources",
  name: "blog",
  "field.kind": "rss",
  "field.url": "https://blog.example/feed",
  "field.every": "",
  "field.start": "3",
  "field.to/news": "on",
  rest: "where: { exclude: [used] }\r\n"
}

describe("the catalog on the dashboard", () => {
  it.scopedLive("shows its text to who is logged in, and to others only what there is", () =>
    onPages(() =>
      Effect.gen(function* () {
        const { headers } = yield* loggedIn
        const open = yield* pageOf("/catalog", headers)
        assert.include(open, "key=hush")
        assert.include(open, "# pays the rent")
        for (const path of ["/catalog", "/catalog/entry?of=sources&name=shop"]) {
          const shut = yield* pageOf(path, {})
          assert.notInclude(shut, "hush")
          assert.include(shut, "sources/shop")
          assert.include(shut, "log-in?to=catalog")
        }
      })
    )
  )

  it.scopedLive("writes nothing before its lines and their meaning were shown", () =>
    onPages((path) =>
      Effect.gen(function* () {
        const { csrf, headers } = yield* loggedIn
        const { version } = fieldsOf(yield* pageOf("/catalog/entry?of=sources", headers))
        const asked = yield* sent({ ...blog, csrf, version: version ?? "" }, headers)
        assert.strictEqual(asked.status, 200)
        assert.deepStrictEqual(linesOf(asked.page), [
          "+  blog:",
          "+    kind: rss",
          "+    url: https://blog.example/feed",
          "+    start: 3",
          "+    to: [news]",
          "+    where: { exclude: [used] }"
        ])
        assert.include(asked.page, "The source blog starts and is polled at once")
        assert.strictEqual(readFileSync(path, "utf8"), written)
        const again = yield* sent({ ...asked.fields, step: "edit" }, headers)
        assert.deepInclude(again.fields, { "field.url": "https://blog.example/feed", "field.to/news": "on" })
        assert.include(again.fields["rest"], "exclude")
        const made = yield* sent({ ...asked.fields, step: "apply" }, headers)
        assert.strictEqual(made.status, 303)
        assert.match(made.location, /^\.\/catalog\?said=/)
        assert.include(readFileSync(path, "utf8"), "url: https://blog.example/feed")
        const [entry] = yield* Effect.flatMap(AuditLog, (log) => log.entries({ limit: 1 }))
        assert.deepInclude(entry, { by: "ann on the dashboard", command: "catalog", done: true })
        assert.include(yield* pageOf("/audit", headers), "+  blog:")
      })
    )
  )

  it.scopedLive("takes an entry through its form unharmed, and changes only what was changed there", () =>
    onPages((path) =>
      Effect.gen(function* () {
        const { headers } = yield* loggedIn
        const form = fieldsOf(yield* pageOf("/catalog/entry?of=sources&name=shop", headers))
        const same = yield* sent(form, headers)
        assert.include(same.page, "Nothing changes")
        const asked = yield* sent({ ...form, "field.every": "5 minutes" }, headers)
        yield* sent({ ...asked.fields, step: "apply" }, headers)
        assert.strictEqual(
          readFileSync(path, "utf8"),
          written.replace("to: [deals] }", "to: [deals], every: 5 minutes }")
        )
        const channel = fieldsOf(yield* pageOf("/catalog/entry?of=channels&name=news", headers))
        const paced = yield* sent(
          {
            ...channel,
            "field.pace.perMinute": "5",
            rest: "pace: { gap: 9 seconds }\nquiet: { from: '23:00', to: '08:00', zone: Europe/Berlin }"
          },
          headers
        )
        assert.deepStrictEqual(linesOf(paced.page).slice(0, 1), [`-  news: { chat: "@news" }`])
        assert.match(
          linesOf(paced.page)[1] ?? "",
          /pace: \{ perMinute: 5, gap: 9 seconds \}, quiet: \{ from: .?23:00/
        )
      })
    )
  )

  it.scopedLive("says of a mistake where it is, and keeps what was written into the form", () =>
    onPages((path) =>
      Effect.gen(function* () {
        const { csrf, headers } = yield* loggedIn
        for (const [field, problem] of [
          [{ "field.every": "soon" }, /oncecast\.yaml:\d+: sources\.blog\.every is not a duration/],
          [{ "field.to/news": "on", "field.to/gone": "on" }, /names channel .*gone/],
          [{ rest: "where: { exclude" }, /Other keys, line 1: /],
          [{ rest: "url: https://other.example/" }, /Other keys: url has a field of its own/],
          [{ rest: "<script>" }, /Other keys, these are not keys with values/],
          [{ name: "shop" }, /there is a source shop already/],
          [{ name: "a/b" }, /sources\.a\/b is not a name/]
        ] as const) {
          const answer = yield* sent({ ...blog, csrf, ...field }, headers)
          assert.strictEqual(answer.status, 422, JSON.stringify(field))
          assert.match(unescaped(answer.page), problem)
          assert.strictEqual(answer.fields["field.url"], "https://blog.example/feed")
          assert.notInclude(answer.page, "<script>")
        }
        const used = yield* sent({ ask: "remove", of: "channels", name: "deals", csrf }, headers)
        assert.strictEqual(used.status, 422)
        assert.match(used.page, /the source shop still posts to channel deals/)
        assert.strictEqual(readFileSync(path, "utf8"), written)
      })
    )
  )

  it.scopedLive("explains when somebody else has changed it meanwhile, and asks anew", () =>
    onPages((path) =>
      Effect.gen(function* () {
        const { csrf, headers } = yield* loggedIn
        const asked = yield* sent({ ...blog, csrf }, headers)
        writeFileSync(path, `${written}# mine\n`)
        const late = yield* sent({ ...asked.fields, step: "apply" }, headers)
        assert.strictEqual(late.status, 409)
        assert.include(late.page, "was changed by somebody else since you began")
        assert.strictEqual(readFileSync(path, "utf8"), `${written}# mine\n`)
        const made = yield* sent({ ...late.fields, step: "apply" }, headers)
        assert.strictEqual(made.status, 303)
        assert.match(readFileSync(path, "utf8"), /blog:[\s\S]*# mine/)
      })
    )
  )

  it.scopedLive("removes with a word on what waits there, and brings the version before back", () =>
    onPages((path) =>
      Effect.gen(function* () {
        yield* shopLists(2)
        const { csrf, headers } = yield* loggedIn
        const form = fieldsOf(yield* pageOf("/catalog/entry?of=sources&name=shop", headers))
        const { "field.to/deals": _, ...elsewhere } = form
        const moved = yield* sent({ ...elsewhere, "field.to/news": "on" }, headers)
        yield* sent({ ...moved.fields, step: "apply" }, headers)
        const removing = yield* sent({ ask: "remove", of: "channels", name: "deals", csrf }, headers)
        assert.include(removing.page, "2 deliveries wait in it")
        yield* sent({ ...removing.fields, step: "apply" }, headers)
        assert.notInclude(readFileSync(path, "utf8"), "the big one")
        const undo = yield* sent({ ask: "undo", csrf }, headers)
        assert.include(undo.page, "The channel deals starts.")
        yield* sent({ ...undo.fields, step: "apply" }, headers)
        assert.include(readFileSync(path, "utf8"), "# the big one")
      })
    )
  )

  it.scopedLive("changes nothing for who is not logged in or whose form is not ours", () =>
    onPages((path) =>
      Effect.gen(function* () {
        const { csrf, headers } = yield* loggedIn
        const asked = yield* sent({ ...blog, csrf }, headers)
        const form = { ...asked.fields, step: "apply" }
        for (const [fields, as] of [
          [form, {}],
          [{ ...form, csrf: "" }, headers],
          [form, { ...headers, "sec-fetch-site": "cross-site" }]
        ] as const) {
          assert.strictEqual((yield* post("/change-catalog", fields, as)).status, 403)
        }
        assert.strictEqual(readFileSync(path, "utf8"), written)
      })
    )
  )
})
