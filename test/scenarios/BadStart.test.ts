// What an operator gets wrong before the program runs: each fault in its own words, with the documented exit code, no stack trace, no secret.
import { existsSync, mkdirSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { command, type Environment, folder, token, writeCatalog } from "./Program.ts"

const good = `
channels: { news: { chat: "@scenario_news" } }
sources: { feed: { kind: rss, url: "http://127.0.0.1:9/feed", to: [news], allowPrivate: true } }
`

/** Ends with this code and exactly these lines, whatever stands around the patterns; nothing was made on the disk. */
const refused = (
  path: string,
  code: 1 | 2,
  lines: ReadonlyArray<RegExp>,
  env: Environment = {},
  words: ReadonlyArray<string> = ["run"]
) =>
  Effect.gen(function* () {
    const ended = yield* command(path, words, env)
    assert.strictEqual(ended.code, code, ended.err)
    const said = ended.err.trim().split("\n")
    assert.strictEqual(said.length, lines.length, ended.err)
    for (const [index, line] of lines.entries()) assert.match(said[index] ?? "", line)
    assert.notMatch(ended.err, /\bat .*:\d+:\d+\)?$|\[object|Struct|this is a bug/im)
    return ended.err
  })

describe.concurrent("a start with a bad environment", () => {
  it.scopedLive("is refused with one line for each bad variable, and repeats no secret", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(path, good)
      const said = yield* refused(
        path,
        2,
        [
          /^environment: TELEGRAM_BOT_TOKEN must be a bot token/,
          /^environment: TELEGRAM_API_ROOT must be an http or https URL/,
          /^environment: REDIS_URL must be redis:\/\//,
          /^environment: HTTP_PORT must be a whole number from 0 to 65535, but is "abc"$/,
          /^environment: LOG_FORMAT must be pretty or json, but is "xml"$/,
          /^environment: LOG_LEVEL must be all, .*, but is "loud"$/
        ],
        {
          TELEGRAM_BOT_TOKEN: "not-a-token-but-sekret",
          TELEGRAM_API_ROOT: "api.telegram.org",
          REDIS_URL: "http://user:sekret@redis",
          HTTP_PORT: "abc",
          LOG_FORMAT: "xml",
          LOG_LEVEL: "loud"
        }
      )
      assert.notInclude(said, "sekret")
      yield* refused(path, 2, [/REDIS_URL must be/], { REDIS_URL: "redis://:sekret@redis:9999999" })
      yield* refused(path, 2, [/HTTP_PORT must be .* but is "65536"/], { HTTP_PORT: "65536" })
    })
  )

  it.scopedLive("is refused when .env is there but cannot be read, for the token may stand in it", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(path, good)
      mkdirSync(join(path, ".env"))
      yield* refused(path, 2, [/^\.env: cannot be read/])
    })
  )

  it.scopedLive("takes empty variables and empty lines of .env for absent ones", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(path, good)
      writeFileSync(join(path, ".env"), "LOG_LEVEL=\nREDIS_URL=\nDATABASE_PATH=from-env-file.db\n")
      const ended = yield* command(path, ["migrate"], { LOG_FORMAT: "", TELEGRAM_BOT_TOKEN: " " })
      assert.strictEqual(ended.code, 0, ended.err)
      assert.isTrue(existsSync(join(path, "from-env-file.db")))
    })
  )
})

describe.concurrent("a start with a bad catalog", () => {
  it.scopedLive("is refused when the file is missing, a folder, empty, or no text", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const catalog = (name: string) => ({ ONCECAST_CONFIG: name, TELEGRAM_BOT_TOKEN: token })
      yield* refused(path, 2, [/^gone\.yaml: there is no such file/], {}, ["run", "--config", "gone.yaml"])
      yield* refused(path, 2, [/^gone\.yaml: there is no such file/], catalog("gone.yaml"))
      mkdirSync(join(path, "folder.yaml"))
      yield* refused(path, 2, [/^folder\.yaml: is a folder, not a file$/], catalog("folder.yaml"))
      writeFileSync(join(path, "empty.yaml"), "")
      yield* refused(path, 2, [/channels is missing/, /sources is missing/], catalog("empty.yaml"))
      writeFileSync(
        join(path, "junk.yaml"),
        Uint8Array.from({ length: 4096 }, (_, at) => (at * 37) % 256)
      )
      yield* refused(path, 2, [/^junk\.yaml: is not a text in UTF-8$/], catalog("junk.yaml"))
      writeFileSync(join(path, "list.yaml"), "- 1\n- 2\n")
      yield* refused(
        path,
        2,
        [/^list\.yaml:1: must be a group of keys, but is \[1,2\]$/],
        catalog("list.yaml")
      )
      assert.isFalse(existsSync(join(path, "data")))
    })
  )

  it.scopedLive("names each wrong key, type and reference with its line", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(
        path,
        `chanels: {}
channels:
  news: { chat: nonsense, pace: 5, capacity: "10", colour: red, overflow: x }
sources:
  feed: { kind: atom, url: "ftp://x/y", every: 1 week ago, to: news, where: [] }
`
      )
      yield* refused(path, 2, [
        /oncecast\.yaml:1: chanels is not a known key; known here: admins, forget, logChat, alerts, channels, sources$/,
        /oncecast\.yaml:3: channels\.news\.colour is not a known key/,
        /oncecast\.yaml:3: channels\.news\.chat must be "@name"/,
        /oncecast\.yaml:3: channels\.news\.pace must be a group of keys, but is 5$/,
        /oncecast\.yaml:3: channels\.news\.capacity must be a number, but is "10"$/,
        /oncecast\.yaml:3: channels\.news\.overflow must be "wait" or "drop-oldest" or "drop-lowest"/,
        /oncecast\.yaml:5: sources\.feed\.kind must be .*rss.*, but is "atom"$/,
        /oncecast\.yaml:5: sources\.feed\.url is not an http or https URL$/,
        /oncecast\.yaml:5: sources\.feed\.every is not a duration/,
        /oncecast\.yaml:5: sources\.feed\.to must be a list of channels, but is "news"$/,
        /oncecast\.yaml:5: sources\.feed\.where must be a group of keys, but is \[\]$/
      ])
      writeFileSync(join(path, "bad.liquid"), "{{ title }}\n{% if x %}\n")
      yield* writeCatalog(
        path,
        `channels:
  news: { chat: "@scenario_news", template: gone.liquid }
  twin: { chat: "@scenario_news", template: bad.liquid }
sources:
  feed: { kind: rss, url: "http://x.example/", to: [gone], where: { pattern: "(" } }
`
      )
      yield* refused(path, 2, [
        /oncecast\.yaml:2: channels\.news\.template gone\.liquid: there is no such file/,
        /bad\.liquid:2: .*not closed$/,
        /oncecast\.yaml:3: channels\.twin\.chat is the chat of channel news as well/,
        /oncecast\.yaml:5: sources\.feed\.where\.pattern is not an RE2 pattern/,
        /oncecast\.yaml:5: sources\.feed\.to\.0 names channel "gone", which is not under channels/
      ])
      yield* writeCatalog(path, `${good}sources: {}\n`)
      yield* refused(path, 2, [/oncecast\.yaml:4: this key stands twice; remove one$/])
    })
  )
})

describe.concurrent("a start with a bad database", () => {
  const at = (path: string) => ({ DATABASE_PATH: path, TELEGRAM_BOT_TOKEN: token })

  it.scopedLive("ends with code 1 and one sentence when its folder cannot be made or its file is none", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* writeCatalog(path, good)
      const disk =
        /could not be opened at .*: the system refuses its file \(\w+\); check the path, the permissions/
      yield* refused(path, 1, [disk], at("oncecast.yaml/x.db"))
      mkdirSync(join(path, "folder.db"))
      yield* refused(path, 1, [disk], at("folder.db"))
      yield* refused(path, 1, [/sandbox cannot keep its channels in .*check DATABASE_PATH/], {
        DATABASE_PATH: "oncecast.yaml/x.db"
      })
    })
  )

  it.scopedLive(
    "ends with code 1 and one sentence when the file is junk, damaged, cut off or of a newer program",
    () =>
      Effect.gen(function* () {
        const path = yield* folder
        yield* writeCatalog(path, good)
        const damaged = /could not be opened at .*: the database is damaged; restore a backup/
        writeFileSync(join(path, "junk.db"), "this is no database ".repeat(1000))
        yield* refused(path, 1, [damaged], at("junk.db"))
        for (const name of ["holes.db", "cut.db", "newer.db"]) yield* command(path, ["migrate"], at(name))
        const holes = openSync(join(path, "holes.db"), "r+")
        for (let offset = 4096; offset < statSync(join(path, "holes.db")).size; offset += 8192) {
          writeSync(holes, Buffer.alloc(4096, 0x5a), 0, 4096, offset)
        }
        yield* refused(path, 1, [damaged], at("holes.db"))
        truncateSync(join(path, "cut.db"), 6_000)
        yield* refused(path, 1, [damaged], at("cut.db"))
        const newer = new Sqlite(join(path, "newer.db"))
        newer.exec("INSERT INTO effect_sql_migrations (migration_id, name) VALUES (99, 'tomorrow')")
        newer.close()
        yield* refused(
          path,
          1,
          [/written by a newer version of the program .*; run that version/],
          at("newer.db")
        )
      })
  )
})
