// Page, API and command line do the same things, and whoever does one stands in the audit log: once, by name, whatever came of it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { FileSystem } from "@effect/platform/FileSystem"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as OpenApi from "@effect/platform/OpenApi"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Option } from "effect"
import { store } from "../../src/App/Layers.ts"
import { programs } from "../../src/App.ts"
import { version } from "../../src/domain/Version.ts"
import { Api } from "../../src/operator/Api.ts"
import { Commands } from "../../src/operator/Commands.ts"
import { AuditLog } from "../../src/outbox/AuditLog.ts"
import { catalogFile, editing, written } from "./editing.ts"
import { get, loggedIn, post, servedOn, token } from "./visiting.ts"

const blog = { kind: "rss", url: "https://blog.example/feed", to: ["news"] }

/** Every change that the API knows, with a body that fits. */
const overApi: Readonly<Record<string, object>> = {
  "/api/deliveries/{delivery}/settle": { absent: true },
  "/api/deliveries/{delivery}/retry": {},
  "/api/deliveries/{delivery}/withdraw": {},
  "/api/deliveries/{delivery}/reorder": { place: "first" },
  "/api/post": { url: "https://shop.example/kettle", channel: "deals" },
  "/api/pause": { name: "deals" },
  "/api/resume": { name: "deals" },
  "/api/sources/{source}/release": { post: "none" },
  "/api/channels/{channel}/restored": { decision: "send" },
  "/api/catalog/change": {
    version: "0",
    change: { edits: [{ section: "sources", name: "blog", entry: blog }] }
  }
}

/** Every form of a page, without what all of them have. */
const onPages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pause: { command: "pause", name: "deals" },
  resume: { command: "resume", name: "deals" },
  settle: { command: "absent", delivery: "1" },
  retry: { command: "retry", delivery: "1" },
  withdraw: { command: "withdraw", delivery: "1" },
  reorder: { command: "reorder", delivery: "1", place: "last" },
  release: { command: "release", source: "shop", post: "none" },
  post: { command: "post", url: "https://shop.example/kettle", channel: "deals" },
  restored: { command: "restored", channel: "deals", decision: "skip" }
}

const words = {
  name: Option.some("source/blog"),
  entry: Option.some("kind: rss\nurl: https://b.example/\nto: [news]")
}

/** Every word of the command line that changes something in a running installation. */
const byWord: Readonly<Record<string, Effect.Effect<void, Error, FileSystem>>> = {
  pause: programs.pause("deals"),
  resume: programs.resume("deals"),
  settle: programs.settle(1, "absent"),
  retry: programs.retry(1),
  withdraw: programs.withdraw(1),
  reorder: programs.reorder(1, "first"),
  release: programs.release("shop", "discard"),
  post: programs.post("http://127.0.0.1:9/kettle", "deals"),
  restored: programs.restored("deals", "send"),
  catalog: programs.catalog({ action: "put", dryRun: false, ...words })
}

const entries = Effect.flatMap(AuditLog, (log) => log.entries({ limit: 100 }))
const commandsOf = Effect.map(Commands, (commands) => Object.keys(commands).toSorted())

const served = <A, E, R>(run: Effect.Effect<A, E, R>) =>
  Effect.flatMap(catalogFile, (path) => Effect.provide(run, servedOn(editing(path))))

const filled = (path: string) =>
  path.replace("{delivery}", "1").replace("{source}", "shop").replace("{channel}", "deals")
const request = (method: string, path: string, body: object) =>
  (method === "get"
    ? HttpClientRequest.get(filled(path))
    : HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post(filled(path)), body)
  ).pipe(HttpClientRequest.bearerToken(token), HttpClient.execute)

/** Without what makes programs print. */
const silently = Effect.withConsole({
  ...globalThis.console,
  ...Effect.runSync(Console.consoleWith(Effect.succeed)),
  log: () => Effect.void
})

describe("every change stands in the audit log once, with who made it", () => {
  it.scopedLive("over the API", () =>
    served(
      Effect.gen(function* () {
        const { paths } = OpenApi.fromApi(Api)
        const changes = Object.entries(paths)
          .filter(([path, { post }]) => post !== undefined && path !== "/api/catalog/propose")
          .map(([path]) => path)
        assert.sameMembers(Object.keys(overApi), changes)
        for (const [path, body] of Object.entries(overApi)) {
          const before = (yield* entries).length
          const { status } = yield* request("post", path, body)
          assert.include([200, 404, 409], status, path)
          const after = yield* entries
          assert.lengthOf(after, before + 1, path)
          assert.strictEqual(after[0]?.by, "the HTTP API")
          assert.strictEqual(after[0]?.done, status === 200, path)
        }
        const before = yield* entries
        yield* request("post", "/api/catalog/propose", { undo: true })
        assert.deepStrictEqual(yield* entries, before, "who only looks changes nothing")
      })
    )
  )

  it.scopedLive("on the pages", () =>
    served(
      Effect.gen(function* () {
        assert.deepStrictEqual(Object.keys(onPages).toSorted(), yield* commandsOf)
        const { csrf, headers } = yield* loggedIn
        for (const [command, fields] of Object.entries(onPages)) {
          const before = (yield* entries).length
          assert.strictEqual((yield* post("/do", { ...fields, csrf }, headers)).status, 303)
          const after = yield* entries
          assert.lengthOf(after, before + 1, command)
          assert.deepInclude(after[0], { by: "ann on the dashboard", command })
          assert.isNotNull(after[0]?.answer)
        }
      })
    )
  )

  it.scopedLive("on the command line", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-surfaces-"))),
        (made) => Effect.sync(() => rmSync(made, { recursive: true }))
      )
      const database = join(folder, "oncecast.db")
      writeFileSync(join(folder, "oncecast.yaml"), written)
      const own = { DATABASE_PATH: database, ONCECAST_CONFIG: join(folder, "oncecast.yaml"), HTTP_PORT: "9" }
      yield* Effect.acquireRelease(
        Effect.sync(() => Object.assign(process.env, own)),
        () =>
          Effect.sync(() => {
            for (const name of Object.keys(own)) delete process.env[name]
          })
      )
      for (const program of Object.values(byWord)) yield* silently(Effect.either(program))
      const log = yield* Effect.provide(entries, store(database))
      assert.deepStrictEqual(log.map(({ command }) => command).toReversed(), Object.keys(byWord))
      for (const { by, done } of log) {
        assert.match(by, /\S on the command line$/)
        assert.isNotNull(done)
      }
      const known = yield* Effect.provide(commandsOf, editing(join(folder, "oncecast.yaml")))
      assert.sameMembers(Object.keys(byWord), [...known, "catalog"])
    }).pipe(Effect.provide(NodeContext.layer))
  )
})

describe("the HTTP API", () => {
  it.scopedLive("serves what its document names, and nothing else under /api", () =>
    served(
      Effect.gen(function* () {
        const document = yield* Effect.flatMap(get("/openapi.json"), ({ json }) => json)
        const { paths } = OpenApi.fromApi(Api)
        const info = { title: "Oncecast", version }
        assert.deepInclude(document, { info, paths: JSON.parse(JSON.stringify(paths)) })
        for (const [path, methods] of Object.entries(paths)) {
          for (const method of Object.keys(methods)) {
            const answer = yield* request(method, path, {})
            // What is not routed is answered with nothing at all.
            assert.notStrictEqual(yield* answer.text, "", `${method} ${path}`)
          }
        }
        for (const path of ["/api", "/api/", "/api/nothing", "/api/deliveries/1/nothing"])
          assert.strictEqual((yield* request("post", path, {})).status, 404, path)
      })
    )
  )
})
