import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Console, Effect, LogLevel, Option, Redacted } from "effect"
import { examined } from "../../src/App/Doctor.ts"
import type { Setting } from "../../src/App/Setting.ts"
import type { Settings } from "../../src/config/Settings.ts"
import { migrate } from "../../src/storage/Migrations.ts"
import { temporaryFolder } from "../storage/fixtures.ts"

const catalog = `channels:
  deals: { chat: "@deals_of_ours" }
sources:
  shop: { kind: rss, url: "https://shop.example/feed", to: [deals] }
`

const installation = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const catalogPath = join(folder, "oncecast.yaml")
  writeFileSync(catalogPath, catalog)
  const settings: Settings = {
    token: Option.none(),
    webhookUrl: Option.none(),
    webhookSecret: Option.none(),
    witnessToken: Option.none(),
    apiRoot: "http://127.0.0.1:9",
    redisUrl: Option.none(),
    databasePath: Option.none(),
    catalogPath,
    backupFolder: Option.none(),
    backupEveryMs: 86_400_000,
    backupKeep: 7,
    httpHost: "127.0.0.1",
    httpPort: 9,
    dashboardToken: Option.none(),
    alertWebhook: Option.none(),
    logFormat: Option.none(),
    logLevel: LogLevel.None,
    tracing: Option.none()
  }
  const database = join(folder, "data", "oncecast.db")
  mkdirSync(dirname(database))
  return { settings, sandbox: false, database, catalogPath, catalogWritten: true } satisfies Setting
})

/** What it says, a finding a line with its arrow behind it. */
const said = (setting: Setting) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const console_: Console.Console = {
      ...(yield* Console.consoleWith(Effect.succeed)),
      log: (...words) => Effect.sync(() => void lines.push(words.join(" ").replace(/\s+/g, " ")))
    }
    const good = yield* Effect.withConsole(examined(setting), console_)
    assert.strictEqual(
      good.filter((one) => !one).length,
      lines.filter((line) => line.startsWith("FAIL")).length
    )
    return lines
  })

const failing = (lines: ReadonlyArray<string>) => lines.filter((line) => line.startsWith("FAIL"))

const write = (path: string, sql: string) => {
  const connection = new Sqlite(path)
  connection.exec(sql)
  connection.close()
}

/** Answers as the Bot API does, with the headers and results that are given. */
const telegram = (headers: Readonly<Record<string, string>>, results: Readonly<Record<string, unknown>>) =>
  Effect.acquireRelease(
    Effect.async<{ readonly root: string; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        const method = request.url?.split("/").at(-1) ?? ""
        const result = results[method]
        response.writeHead(result === undefined ? 401 : 200, {
          "content-type": "application/json",
          ...headers
        })
        const refusal = { ok: false, error_code: 401, description: "Unauthorized" }
        response.end(JSON.stringify(result === undefined ? refusal : { ok: true, result }))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        resume(Effect.succeed({ root: `http://127.0.0.1:${port}`, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const withToken = (setting: Setting, apiRoot: string): Setting => ({
  ...setting,
  settings: {
    ...setting.settings,
    apiRoot,
    token: Option.some(Redacted.make("1000000001:TOKEN-of-the-doctor-AAAAAAAAAA"))
  }
})

describe("doctor", () => {
  it.scopedLive("finds nothing wrong with a sound installation that does not run, and changes nothing", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      assert.deepStrictEqual(failing(yield* said(setting)), [])
      yield* migrate(setting.database)
      write(setting.database, "PRAGMA journal_mode = DELETE")
      const before = readFileSync(setting.database)
      const lines = yield* said(setting)
      assert.deepStrictEqual(failing(lines), [])
      assert.include(lines.join("\n"), "no service does not run → `oncecast run`")
      assert.isTrue(readFileSync(setting.database).subarray(100).equals(before.subarray(100)))
    })
  )

  it.scopedLive("names each line of a bad catalog, and looks at the rest all the same", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      writeFileSync(setting.catalogPath, `${catalog}  bad: { kind: rss, url: "x", to: [none] }\n`)
      const lines = yield* said(setting)
      assert.match(failing(lines)[0] ?? "", /oncecast\.yaml:5: .* → mend the line/)
      assert.isTrue(lines.some((line) => line.includes("Telegram")))
    })
  )

  it.scopedLive("does not promise a database where none can be made", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      const below = (path: string) => said({ ...setting, database: join(path, "oncecast.db") })
      const folder = dirname(dirname(setting.database))
      assert.match((yield* below(join(folder, "new", "data"))).join("\n"), /ok database .* `run` makes it/)
      assert.match(
        (yield* below(join(setting.catalogPath, "data"))).join("\n"),
        /FAIL database \S*oncecast.yaml is no folder → make its folder/
      )
      symlinkSync(join(folder, "nowhere"), join(folder, "link"))
      assert.match((yield* below(join(folder, "link"))).join("\n"), /FAIL database ENOENT: .*link/)
    })
  )

  it.scopedLive("says of a damaged, a newer and an older database what to do, and opens none of them", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      yield* migrate(setting.database)
      write(setting.database, "INSERT INTO effect_sql_migrations (migration_id, name) VALUES (9999, 'later')")
      assert.match(
        failing(yield* said(setting)).join(),
        /newer version .*schema 9999.* → run that version again/
      )
      write(setting.database, "DELETE FROM effect_sql_migrations WHERE migration_id > 3")
      const older = yield* said(setting)
      assert.deepStrictEqual(failing(older), [])
      assert.include(older.join(), "schema 3; `run` brings it to")
      write(setting.database, "PRAGMA journal_mode = DELETE")
      const bytes = readFileSync(setting.database)
      writeFileSync(setting.database, bytes.fill(0xff, 4096))
      assert.match(
        failing(yield* said(setting)).join(),
        /damaged.* → stop the service .*oncecast restore FILE/
      )
    })
  )

  it.scopedLive("tells what waits for a person, what fails, and who publishes", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      yield* migrate(setting.database)
      write(
        setting.database,
        `INSERT INTO channel (id, lease_owner, lease_fence, lease_until) VALUES ('deals', 'host/1/abc', 1, 9e15);
         INSERT INTO restored_channel VALUES ('deals', 1, 0, NULL);
         INSERT INTO item (id, source, kind, content_hash, first_seen_at, last_seen_at) VALUES (1, 'shop', 'article', x'00', 1, 1);
         INSERT INTO item_payload VALUES (1, '{"title":"Kettle","body":"","images":[],"categories":[]}');
         INSERT INTO delivery (id, item_id, channel, state, reason, queued_at, due_at, state_at)
           VALUES (17, 1, 'deals', 'parked', 'not answered', 1, 0, 1);
         INSERT INTO burst (source, at, items, document_items) VALUES ('shop', 1, 12, 20);
         INSERT INTO poll VALUES ('shop', 1, 1, 'failed', 'answers 500', 0, 4, 1)`
      )
      const lines = failing(yield* said(setting)).join("\n")
      assert.match(lines, /service host\/1\/abc publishes, but does not answer here → /)
      assert.match(lines, /parked posts of 1 nobody knows .*: 17 → .*oncecast settle/)
      assert.match(lines, /channel deals a backup was restored .* → .*oncecast restored deals --send/)
      assert.match(lines, /source shop 12 new items came at once and are held → `oncecast release shop`/)
      assert.match(lines, /source shop failed 4 times in a row: answers 500 → `oncecast preview shop`/)
    })
  )

  it.scopedLive("finds a wrong token, a webhook, a clock that is wrong, and a server that is not there", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      const late = { date: new Date(Date.now() - 300_000).toUTCString() }
      const chat = { id: -100, type: "channel", title: "Deals" }
      const hooked = yield* telegram(late, {
        getMe: { id: 1000000001, is_bot: true, first_name: "x", username: "once_bot" },
        getWebhookInfo: { url: "https://other.example/secret-path" },
        getChat: chat,
        getChatMember: { status: "left" }
      })
      const lines = failing(yield* said(withToken(setting, hooked.root))).join("\n")
      assert.match(lines, /clock this machine's is 5 min ahead of the server's → /)
      assert.match(lines, /webhook the bot's updates go to other\.example: .* → .*deleteWebhook/)
      assert.notInclude(lines, "secret-path")
      assert.match(lines, /channel deals .* → make the bot an administrator/)
      const refusing = yield* telegram({}, {})
      assert.match(
        failing(yield* said(withToken(setting, refusing.root))).join(),
        /Unauthorized.* → ask @BotFather/
      )
      const away = failing(yield* said(withToken(setting, "http://127.0.0.1:9"))).join("\n")
      assert.match(away, /clock http:\/\/127\.0\.0\.1:9 does not answer/)
    })
  )

  it.scopedLive("finds two channels that lead to one chat by two of its names", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      const twin = catalog.replace("sources:", '  news: { chat: "-1001000000001" }\nsources:')
      writeFileSync(setting.catalogPath, twin)
      const me = { id: 1000000001, is_bot: true, first_name: "x", username: "once_bot" }
      const { root } = yield* telegram(
        { date: new Date().toUTCString() },
        {
          getMe: me,
          getWebhookInfo: { url: "" },
          getChat: { id: -1001000000001, type: "channel", title: "Deals" },
          getChatMember: { status: "administrator", user: me, can_post_messages: true }
        }
      )
      const lines = yield* said(withToken(setting, root))
      assert.match(lines.join("\n"), /ok channel deals "Deals" \(channel\), may post/)
      assert.match(failing(lines).join(), /channel news "Deals" is the chat of channel deals as well/)
    })
  )

  it.scopedLive("tells how old the newest backup is, where some are to be made", () =>
    Effect.gen(function* () {
      const setting = yield* installation
      const folder = join(dirname(setting.database), "backups")
      const backed = { ...setting, settings: { ...setting.settings, backupFolder: Option.some(folder) } }
      assert.match(failing(yield* said(backed)).join(), /backups there is none in .* → /)
      mkdirSync(folder)
      writeFileSync(join(folder, "oncecast-20200101T000000Z.db"), "")
      assert.match(failing(yield* said(backed)).join(), /backups the newest is of .* d ago/)
      const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "")
      writeFileSync(join(folder, `oncecast-${now}.db`), "")
      assert.deepStrictEqual(failing(yield* said(backed)), [])
    })
  )
})
