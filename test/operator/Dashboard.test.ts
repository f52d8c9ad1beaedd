// Who may change something on the dashboard, and what is refused: over real HTTP, on the real store in memory.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Commands } from "../../src/operator/Commands.ts"
import { AuditLog } from "../../src/outbox/AuditLog.ts"
import { Steering } from "../../src/outbox/Steering.ts"
import { pages, shopLists } from "./operating.ts"
import { get, loggedIn, post, served, token } from "./visiting.ts"

const pause = { command: "pause", name: "channel/deals", back: "channels/deals" }
const isPaused = Effect.flatMap(Steering, (steering) => steering.isPaused({ kind: "channel", id: "deals" }))

describe("the dashboard over HTTP", () => {
  it.scopedLive("gives a session for the token alone, that no script reads and no other site sends", () =>
    Effect.gen(function* () {
      const { answer, cookie, headers } = yield* loggedIn
      assert.strictEqual(answer.status, 303)
      assert.match(answer.headers["location"] ?? "", /^\.\/channels\/deals\?said=/)
      for (const word of ["HttpOnly", "SameSite=Strict"]) assert.include(cookie, word)
      assert.notInclude(cookie, "Secure")
      assert.notInclude(cookie, token)
      const secure = yield* post("/log-in", { name: "ann", token }, { "x-forwarded-proto": "https" })
      assert.include(secure.headers["set-cookie"], "Secure")
      const wrong = yield* post("/log-in", { name: "ann", token: `${token}x` })
      assert.strictEqual(wrong.status, 401)
      assert.isUndefined(wrong.headers["set-cookie"])
      const forged = { cookie: headers.cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")) }
      const page = yield* Effect.flatMap(get("/channels/deals", forged), ({ text }) => text)
      assert.notInclude(page, 'name="csrf"')
    }).pipe(Effect.provide(served))
  )

  it.scopedLive(
    "does nothing for who is not logged in, whose form is not ours, or who comes from another site",
    () =>
      Effect.gen(function* () {
        const { headers, csrf } = yield* loggedIn
        const refused = [
          yield* post("/do", { ...pause, csrf }),
          yield* post("/do", pause, headers),
          yield* post("/do", { ...pause, csrf: `${csrf}x` }, headers),
          yield* post("/do", { ...pause, csrf }, { ...headers, "sec-fetch-site": "cross-site" }),
          yield* post("/log-out", {}, headers)
        ]
        assert.deepStrictEqual(
          refused.map(({ status }) => status),
          [403, 403, 403, 403, 403]
        )
        assert.isFalse(yield* isPaused)
        assert.strictEqual((yield* post("/do", { ...pause, csrf }, headers)).status, 303)
        assert.isTrue(yield* isPaused)
        const log = yield* AuditLog
        const [last, first] = yield* log.entries({ limit: 5 })
        assert.deepInclude(last, {
          by: "ann on the dashboard",
          command: "pause",
          target: "channel/deals",
          done: true
        })
        assert.deepInclude(first, { by: "ann on the dashboard", command: "log in" })
      }).pipe(Effect.provide(served))
  )

  it.scopedLive("leads back to a place of its own only, and shows what it said itself only", () =>
    Effect.gen(function* () {
      const { headers, csrf } = yield* loggedIn
      for (const back of [
        "https://evil.example/",
        "//evil.example",
        "/x",
        "a/../../b",
        "javascript:1",
        "a\nb"
      ]) {
        const answer = yield* post("/do", { ...pause, back, csrf }, headers)
        assert.match(answer.headers["location"] ?? "", /^\.\/\?said=[\w.-]+$/, back)
        const login = yield* post("/log-in", { name: "ann", token, to: back })
        assert.match(login.headers["location"] ?? "", /^\.\/\?said=/, back)
      }
      const said = yield* Effect.flatMap(get("/?said=cHduZWQ.xxxx"), ({ text }) => text)
      assert.notInclude(said, "pwned")
    }).pipe(Effect.provide(served))
  )

  it.scopedLive("slows down whoever guesses, on the page and over the API", () =>
    Effect.gen(function* () {
      yield* Effect.replicateEffect(post("/log-in", { name: "x", token: "guess" }), 29)
      yield* Effect.replicateEffect(post("/log-in", { name: "x" }), 9)
      const bearer = (given: string) => ({ authorization: `Bearer ${given}` })
      assert.strictEqual((yield* post("/api/pause", { name: "deals" }, bearer("guess"))).status, 401)
      assert.strictEqual((yield* post("/api/pause", { name: "deals" }, bearer(token))).status, 429)
      const late = yield* post("/log-in", { name: "x", token })
      assert.strictEqual(late.status, 429)
      assert.match(yield* late.text, /Too many wrong tokens: wait \d+ s/)
    }).pipe(Effect.provide(served))
  )

  it.scopedLive("sends every page with a policy that lets nothing run but its own file", () =>
    Effect.gen(function* () {
      yield* shopLists(1)
      for (const path of [
        "/",
        "/channels/deals",
        "/sources/shop",
        "/deliveries/1",
        "/docs",
        "/nowhere",
        "/channels/no"
      ]) {
        const { headers, status, text } = yield* get(path, { "x-forwarded-prefix": "/ops" })
        if (path === "/nowhere") {
          assert.strictEqual(status, 404)
          continue
        }
        assert.match(
          headers["content-security-policy"] ?? "",
          /default-src 'none'; script-src 'self'; style-src 'self';/
        )
        const page = yield* text
        assert.include(page, '<base href="/ops/">')
        assert.notMatch(page, /<script(?! src="assets\/)|\sstyle=|<style|\son\w+=/)
        assert.strictEqual(status, path === "/channels/no" ? 404 : 200)
      }
      const plain = yield* Effect.flatMap(
        get("/channels/deals", { "x-forwarded-prefix": "//evil" }),
        ({ text }) => text
      )
      assert.include(plain, '<base href="../">')
    }).pipe(Effect.provide(served))
  )

  it.scopedLive("leads to no page that is not there, also from what was posted by hand", () =>
    Effect.gen(function* () {
      const url = "https://shop.example/kettle"
      pages.set(url, { title: "Kettle", link: url, body: "", images: [], categories: [] })
      yield* shopLists(2)
      yield* Effect.flatMap(Commands, (commands) => commands.post(url, "deals"))
      const [seen, open] = [new Set<string>(), ["", "deliveries"]]
      for (let path = open.pop(); path !== undefined; path = open.pop()) {
        seen.add(path)
        const { status, text } = yield* get(`/${path}`)
        assert.strictEqual(status, 200, path)
        for (const [, href = ""] of (yield* text).matchAll(/<a [^>]*href="([^"#]*)/g))
          if (/^(?:deliveries|sources|channels)\b/.test(href) && !seen.has(href)) open.push(href)
      }
      assert.includeMembers([...seen], ["deliveries", "deliveries/3", "channels/deals", "sources/shop"])
    }).pipe(Effect.provide(served))
  )

  it.scopedLive("says why a preview cannot be had", () =>
    Effect.gen(function* () {
      const { headers, csrf } = yield* loggedIn
      const answer = yield* post(
        "/do",
        { command: "preview", source: "shop", back: "sources/shop", csrf },
        headers
      )
      assert.include(yield* answer.text, "the source is away")
    }).pipe(Effect.provide(served))
  )
})
