// A backup takes the place of a newer database: what the channel's readers see, by every technique of looking and without any.
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Channel } from "../../../src/domain/Channel.ts"
import { ChannelId } from "../../../src/domain/Names.ts"
import { Restoration } from "../../../src/outbox/Restoration.ts"
import { backup } from "../../../src/storage/Backup.ts"
import { restore } from "../../../src/storage/Restore.ts"
import * as Storage from "../../../src/storage/Storage.ts"
import { temporaryPath } from "../../storage/fixtures.ts"
import {
  chats,
  deals,
  enqueue,
  outsideLayer,
  pass,
  passUntil,
  publishing,
  rows,
  shown,
  stateOf,
  World
} from "./world.ts"

const logged: Channel = { ...deals, logChat: `${chats.log}` }
const profiled: Channel = { ...deals, profileOf: chats.owner }

const quiet = { force: false, onProgress: () => {} }

/** One life of the program on the database at `path`. */
const life = <A, E, R>(path: string, run: Effect.Effect<A, E, R>) =>
  Effect.scoped(run).pipe(Effect.provide(Storage.layer(path)))

const published = (channel: Channel, titles: ReadonlyArray<string>, item = {}) =>
  Effect.gen(function* () {
    yield* Effect.fork(publishing(channel))
    for (const title of titles) yield* enqueue(title, channel, item)
    yield* pass(20 * titles.length)
  })

interface Story {
  readonly before: ReadonlyArray<string>
  readonly since: ReadonlyArray<string>
  readonly item?: object
  /** As the channel is from the backup on. */
  readonly moved?: Channel
}

/** A life, a backup, a second life, and the backup restored. Leaves the path. */
const restored = (channel: Channel, { before, since, item, moved = channel }: Story) =>
  Effect.gen(function* () {
    const { emulator } = yield* World
    yield* emulator.control.personalChat(chats.owner, chats.channel)
    const path = yield* temporaryPath
    const copy = join(dirname(path), "copy.db")
    yield* life(path, published(channel, before, item))
    yield* backup(path, copy, quiet)
    yield* emulator.control.personalChat(chats.owner, moved.chat)
    yield* life(path, published(moved, since, item))
    yield* restore(path, copy, [channel.id])
    return path
  })

const inWorld = <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.provide(run, outsideLayer())

for (const [name, channel] of [
  ["copies in a log chat", logged],
  ["the profile", profiled]
] as const) {
  describe(`after a restore, with ${name}`, () => {
    it.scoped(
      "what was sent after the backup is found by its marker and not sent again; what is new is",
      () =>
        inWorld(
          Effect.gen(function* () {
            const path = yield* restored(channel, { before: ["first"], since: ["a", "b"] })
            yield* life(
              path,
              Effect.gen(function* () {
                // The sources bring again what the backup does not know.
                const ids = yield* Effect.forEach(["a", "b", "c"], (title) => enqueue(title, channel))
                yield* Effect.fork(publishing(channel))
                yield* pass(60)
                assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b", "c"])
                assert.deepStrictEqual(yield* Effect.forEach(ids, stateOf), ["edited", "edited", "sent"])
                assert.deepStrictEqual(yield* shown(chats.log), [])
                const posts = yield* rows<{ ids: string }>(
                  "SELECT message_ids AS ids FROM delivery ORDER BY id"
                )
                assert.deepStrictEqual(
                  posts.map(({ ids }) => ids),
                  ["[2]", "[3]", "[4]", "[5]"]
                )
              })
            )
          })
        )
    )

    it.scoped("an album is found whole", () =>
      inWorld(
        Effect.gen(function* () {
          const albums = { ...channel, photos: 3 }
          const item = { images: ["https://p.example/1", "https://p.example/2", "https://p.example/3"] }
          const path = yield* restored(albums, { before: ["first"], since: ["a"], item })
          const before = yield* shown()
          yield* life(
            path,
            Effect.gen(function* () {
              const id = yield* enqueue("a", albums, item)
              yield* Effect.fork(publishing(albums))
              // What it shows may be out of date: it follows its item from now on.
              yield* passUntil(Effect.map(stateOf(id), (state) => state === "edited"))
              assert.deepStrictEqual(yield* shown(), before)
              const [row] = yield* rows<{ count: number }>(
                `SELECT json_array_length(message_ids) AS count FROM delivery WHERE id = ${id}`
              )
              assert.strictEqual(row?.count, 3)
            })
          )
        })
      )
    )

    it.scoped("what was sent into another chat since, to which the channel had moved, is found there", () =>
      inWorld(
        Effect.gen(function* () {
          const { emulator } = yield* World
          yield* emulator.control.addChat({ username: "moved", title: "Moved" })
          yield* emulator.control.postAsAdmin("@moved", "Hello")
          const moved = { ...channel, chat: "@moved" }
          const path = yield* restored(channel, { before: ["1st", "2nd", "3rd", "4th"], since: ["a"], moved })
          yield* life(
            path,
            Effect.gen(function* () {
              for (const title of ["a", "b"]) yield* enqueue(title, moved)
              yield* Effect.fork(publishing(moved))
              yield* pass(120)
              assert.deepStrictEqual(yield* shown("@moved"), ["Hello", "a", "b"])
            })
          )
        })
      )
    )

    it.scoped("items that share one address are told apart by their words", () =>
      inWorld(
        Effect.gen(function* () {
          const item = { link: "https://shop.example/all" }
          const path = yield* restored(channel, { before: ["first"], since: ["a", "b"], item })
          yield* life(
            path,
            Effect.gen(function* () {
              for (const title of ["c", "b", "a"]) yield* enqueue(title, channel, item)
              yield* Effect.fork(publishing(channel))
              yield* pass(60)
              assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b", "c"])
            })
          )
        })
      )
    )
  })
}

describe("after a restore, with no way to read the channel", () => {
  it.scoped("nothing is sent while posts stand there that cannot be read, until a person decides", () =>
    inWorld(
      Effect.gen(function* () {
        const path = yield* restored(deals, { before: ["first"], since: ["a"] })
        yield* life(
          path,
          Effect.gen(function* () {
            const restoration = yield* Restoration
            const id = yield* enqueue("a")
            yield* Effect.fork(publishing(deals))
            yield* pass(90, 30)
            assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
            assert.strictEqual(yield* stateOf(id), "queued")
            const { reports } = yield* World
            assert.include(reports.at(-1), "cannot read them without logChat or profileOf")
            assert.include(reports.at(-1), "`oncecast restored` decides")
            assert.deepStrictEqual(Option.getOrNull(yield* restoration.decide(deals.id, "skip", 1)), 1)
            yield* enqueue("b")
            yield* pass(60)
            assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a", "b"])
            assert.strictEqual(yield* stateOf(id), "expired")
            assert.isNull(Option.getOrNull(yield* restoration.decide(deals.id, "skip", 2)))
          })
        )
      })
    )
  )

  it.scoped("it goes on by itself when nothing was posted since", () =>
    inWorld(
      Effect.gen(function* () {
        const path = yield* restored(deals, { before: ["first"], since: [] })
        yield* life(
          path,
          Effect.gen(function* () {
            yield* enqueue("a")
            yield* Effect.fork(publishing(deals))
            yield* pass(60)
            assert.deepStrictEqual(yield* shown(), ["Welcome", "first", "a"])
          })
        )
      })
    )
  )

  it.scoped(
    "a digest names but its first item, so a channel of digests waits for a person, though it can be read",
    () =>
      inWorld(
        Effect.gen(function* () {
          const digests: Channel = { ...profiled, digest: { items: 2, at: [], withinMs: 60_000 } }
          const path = yield* restored(digests, { before: ["first", "second"], since: ["a", "b"] })
          const before = yield* shown()
          yield* life(
            path,
            Effect.gen(function* () {
              const ids = yield* Effect.forEach(["a", "b"], (title) => enqueue(title, digests))
              yield* Effect.fork(publishing(digests))
              yield* pass(60)
              assert.deepStrictEqual(yield* shown(), before)
              assert.deepStrictEqual(yield* Effect.forEach(ids, stateOf), ["queued", "queued"])
            })
          )
        })
      )
  )

  it.scoped("a channel that came to the catalog after the backup waits as well", () =>
    inWorld(
      Effect.gen(function* () {
        const path = yield* temporaryPath
        const copy = join(dirname(path), "copy.db")
        yield* life(path, Effect.void)
        yield* backup(path, copy, quiet)
        yield* restore(path, copy, [deals.id])
        yield* life(
          path,
          Effect.gen(function* () {
            const restoration = yield* Restoration
            yield* enqueue("a")
            yield* Effect.fork(publishing(deals))
            yield* pass(60, 30)
            assert.deepStrictEqual(yield* shown(), ["Welcome"])
            assert.deepStrictEqual(
              (yield* restoration.unsettled).map(({ channel }) => channel),
              [ChannelId.make("deals")]
            )
            yield* restoration.decide(deals.id, "send", 1)
            yield* pass(20)
            assert.deepStrictEqual(yield* shown(), ["Welcome", "a"])
          })
        )
      })
    )
  )
})
