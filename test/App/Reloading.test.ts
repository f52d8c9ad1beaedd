// A changed catalog comes into force, or is refused with its reason while the old one stays; whoever asks hears which.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import { Clock, ConfigProvider, Deferred, Effect, Fiber, Logger, LogLevel, Option, Schedule } from "effect"
import { type Reloading, reloading } from "../../src/App/Reloading.ts"
import { readCatalog } from "../../src/App/Setting.ts"
import type { Catalog } from "../../src/config/Catalog.ts"
import { settings } from "../../src/config/Settings.ts"
import { ChildId } from "../../src/supervision/ChildState.ts"

const good = (every: string) => `channels: { news: { chat: "@news" } }
sources: { blog: { kind: rss, url: "https://me:hush@blog.example/", every: ${every}, to: [news] } }
`

const everyOf = (catalog: Catalog) => [...catalog.sources.values()].map(({ everyMs }) => everyMs)

const nothing = { started: [], replaced: [], renewed: [], stopped: [] }

const staged = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-reloading-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  )
  const path = join(folder, "oncecast.yaml")
  const write = (text: string) => Effect.sync(() => writeFileSync(path, text))
  yield* write(good("1 hour"))
  const found = yield* settings.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map())))
  const setting = { settings: found, sandbox: true, database: "", catalogPath: path, catalogWritten: true }
  const readAt = yield* Clock.currentTimeMillis
  return { folder, path, write, loading: yield* reloading(setting, yield* readCatalog(setting), readAt) }
})

const untilEvery = ({ current }: Reloading, everyMs: number) =>
  Effect.repeat(Effect.delay(current, "50 millis"), {
    until: (catalog) => everyOf(catalog)[0] === everyMs
  }).pipe(Effect.timeout("20 seconds"))

describe("reloading", () => {
  it.scopedLive("says at once whether what was written is in force, and why not", () =>
    Effect.gen(function* () {
      const { loading, write } = yield* staged
      yield* Effect.forkScoped(loading.follow(() => Effect.succeed(nothing)))
      yield* write(good("2 hours"))
      assert.strictEqual(yield* loading.now, "The service goes by it.")
      assert.deepStrictEqual(everyOf(yield* loading.current), [7_200_000])
      yield* write(good("soon"))
      assert.match(yield* loading.now, /refuses it and goes on by the one before: .*sources\.blog\.every/)
      assert.match(
        Option.getOrElse(yield* loading.refused, () => ""),
        /oncecast\.yaml:2: sources\.blog\.every/
      )
      assert.deepStrictEqual(everyOf(yield* loading.current), [7_200_000])
      yield* write(good("3 hours"))
      yield* loading.now
      assert.isTrue(Option.isNone(yield* loading.refused))
      assert.deepStrictEqual(everyOf(yield* loading.current), [10_800_000])
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("sees what was written after the first reading and before the file was watched", () =>
    Effect.gen(function* () {
      const { loading, write } = yield* staged
      yield* write(good("2 hours"))
      yield* Effect.forkScoped(loading.follow(() => Effect.succeed(nothing)))
      yield* untilEvery(loading, 7_200_000)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("sees a catalog that Kubernetes swaps, whose name in the folder never changes", () =>
    Effect.gen(function* () {
      const { folder, loading, path } = yield* staged
      const data = join(folder, "..data")
      const mount = (version: string, text: string) => {
        mkdirSync(join(folder, version))
        writeFileSync(join(folder, version, "oncecast.yaml"), text)
        // Nothing of it is new by its time: only the watch can tell.
        utimesSync(join(folder, version, "oncecast.yaml"), 0, 0)
        symlinkSync(version, `${data}_tmp`)
        renameSync(`${data}_tmp`, data)
      }
      mount("..1", good("1 hour"))
      rmSync(path)
      symlinkSync(join("..data", "oncecast.yaml"), path)
      yield* Effect.forkScoped(loading.follow(() => Effect.succeed(nothing)))
      // Again and again, for nobody says from when on the folder is watched.
      let version = 2
      yield* Effect.forkScoped(
        Effect.repeat(
          Effect.sync(() => mount(`..${version++}`, good("2 hours"))),
          Schedule.spaced("1 second")
        )
      )
      yield* untilEvery(loading, 7_200_000)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("says why a catalog is refused without the secrets that it quotes", () =>
    Effect.gen(function* () {
      const { loading, write } = yield* staged
      yield* Effect.forkScoped(loading.follow(() => Effect.succeed(nothing)))
      yield* write(good("2 hours").replace("to: [news]", 'to: ["https://me:hush@other.example/"]'))
      for (const said of [yield* loading.now, Option.getOrElse(yield* loading.refused, () => "")]) {
        assert.include(said, "sources.blog.to")
        assert.notInclude(said, "hush")
      }
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("tells once of what changed, and of nothing when nothing did", () =>
    Effect.gen(function* () {
      const { loading, write } = yield* staged
      const logged: Array<string> = []
      const logger = Logger.make(({ annotations, logLevel, message }) => {
        if (LogLevel.greaterThanEqual(logLevel, LogLevel.Info))
          logged.push(JSON.stringify([message, [...annotations]]))
      })
      let applied = 0
      const follow = loading.follow(() =>
        Effect.sync(() => {
          applied += 1
          return { ...nothing, replaced: [ChildId.make("source/blog")] }
        })
      )
      yield* Effect.forkScoped(Effect.provide(follow, Logger.replace(Logger.defaultLogger, logger)))
      yield* write(good("2 hours"))
      yield* loading.now
      // The file is seen to have changed by now.
      yield* Effect.sleep("500 millis")
      yield* loading.now
      assert.deepStrictEqual(logged, ['[["catalog applied"],[["restarted","source/blog"]]]'])
      assert.strictEqual(applied, 1)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scopedLive("is finished although whoever asked for it hangs up meanwhile", () =>
    Effect.gen(function* () {
      const { loading, write } = yield* staged
      const [begun, go, done] = [
        yield* Deferred.make<void>(),
        yield* Deferred.make<void>(),
        yield* Deferred.make<void>()
      ]
      const slowly = Effect.gen(function* () {
        yield* Deferred.succeed(begun, undefined)
        yield* Deferred.await(go)
        yield* Deferred.succeed(done, undefined)
        return nothing
      })
      yield* Effect.forkScoped(loading.follow(() => slowly))
      yield* write(good("2 hours"))
      const asker = yield* Effect.fork(loading.now)
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(asker)
      yield* Deferred.succeed(go, undefined)
      yield* Deferred.await(done)
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
