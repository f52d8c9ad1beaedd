import { execFileSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import {
  CatalogChanged,
  CatalogEditing,
  CatalogUnwritable,
  EditRefused
} from "../../src/config/CatalogEditing.ts"
import type { CatalogEdit } from "../../src/config/CatalogText.ts"
import { ConfigInvalid } from "../../src/config/ConfigInvalid.ts"
import { anyWords } from "../../src/config/WordsRules.ts"
import { SourceId } from "../../src/domain/Names.ts"

const written = `channels:
  deals: { chat: "@deals" } # the big one
sources:
  shop: { kind: rss, url: "https://shop.example/feed", to: [deals] }
`

const entry = { kind: "rss", url: "https://blog.example/feed", to: ["deals"] }
const add: CatalogEdit = { section: "sources", name: "blog", change: { _tag: "Add", entry } }

const onFile = <A, E>(run: (path: string) => Effect.Effect<A, E, CatalogEditing>, text = written) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-catalog-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true }))
    )
    const path = join(folder, "oncecast.yaml")
    writeFileSync(path, text)
    return yield* run(path).pipe(Effect.provide(CatalogEditing.layer(path, () => Option.none(), anyWords)))
  })

const editing = CatalogEditing
const read = (path: string) => readFileSync(path, "utf8")

describe("CatalogEditing", () => {
  it.scoped("writes a good catalog whole, keeps the version before, and leaves nothing else behind", () =>
    onFile((path) =>
      Effect.gen(function* () {
        chmodSync(path, 0o640)
        const edited = yield* (yield* editing).apply([add])
        assert.strictEqual(read(path), edited.after.text)
        assert.include(edited.after.text, "# the big one")
        assert.isTrue(edited.catalog.sources.has(SourceId.make("blog")))
        assert.strictEqual(read(`${path}.previous`), written)
        assert.strictEqual(statSync(path).mode & 0o777, 0o640)
        assert.deepStrictEqual(readdirSync(join(path, "..")).toSorted(), [
          "oncecast.yaml",
          "oncecast.yaml.previous"
        ])
      })
    )
  )

  it.scoped("makes all edits or none, and says with lines what would be wrong", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const { apply } = yield* editing
        const bad: CatalogEdit = {
          ...add,
          name: "bad",
          change: { _tag: "Add", entry: { ...entry, every: "now" } }
        }
        const invalid = yield* Effect.flip(apply([add, bad]))
        assert.instanceOf(invalid, ConfigInvalid)
        assert.match(invalid.message, /oncecast\.yaml:\d+: sources\.bad\.every/)
        const used: CatalogEdit = { section: "channels", name: "deals", change: { _tag: "Remove" } }
        assert.include((yield* Effect.flip(apply([used]))).message, `still posts to channel deals`)
        assert.instanceOf(yield* Effect.flip(apply([add, add])), EditRefused)
        assert.strictEqual(read(path), written)
      })
    )
  )

  it.scoped("is not done when the file was changed since whoever decided has read it", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const { apply, read: look } = yield* editing
        const { version } = yield* look
        writeFileSync(path, `${written}# mine\n`)
        assert.instanceOf(yield* Effect.flip(apply([add], version)), CatalogChanged)
        assert.strictEqual(read(path), `${written}# mine\n`)
        const now = yield* look
        yield* apply([add], now.version)
        assert.include(read(path), "# mine")
      })
    )
  )

  it.scoped("makes edits that come together one after the other; none is lost", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const { apply } = yield* editing
        yield* Effect.forEach([1, 2, 3, 4, 5], (n) => apply([{ ...add, name: `blog-${n}` }]), {
          concurrency: 5
        })
        for (const n of [1, 2, 3, 4, 5]) assert.include(read(path), `blog-${n}:`)
      })
    )
  )

  it.scoped("changes the file that a link names, and leaves the link a link", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const link = join(path, "../link.yaml")
        symlinkSync(path, link)
        yield* Effect.flatMap(editing, ({ apply }) => apply([add])).pipe(
          Effect.provide(CatalogEditing.layer(link, () => Option.none(), anyWords))
        )
        assert.include(read(path), "blog:")
      })
    )
  )

  it.scoped("plans without writing", () =>
    onFile((path) =>
      Effect.gen(function* () {
        const { after } = yield* (yield* editing).plan([add])
        assert.include(after.text, "blog:")
        assert.strictEqual(read(path), written)
      })
    )
  )

  it.scoped("leaves the catalog, and the version before, as they are when the disk takes only a part", () =>
    onFile((path) =>
      Effect.gen(function* () {
        yield* (yield* editing).apply([add])
        const script = fileURLToPath(new URL("editOnce.ts", import.meta.url))
        const before = [read(path), read(`${path}.previous`)]
        const run = "ulimit -f 2; exec node_modules/.bin/vite-node"
        const said = execFileSync("bash", ["-c", `${run} "$0" "$1"`, script, path], { encoding: "utf8" })
        assert.include(said, "Nothing was changed")
        assert.deepStrictEqual([read(path), read(`${path}.previous`)], before)
      })
    )
  )

  it.scoped("says what to do where it cannot write", () =>
    onFile((path) =>
      Effect.gen(function* () {
        // A folder in the way works for root as well, whom permissions do not stop.
        mkdirSync(`${path}.previous`)
        const error = yield* Effect.flip((yield* editing).apply([add]))
        assert.instanceOf(error, CatalogUnwritable)
        assert.include(error.message, "Nothing was changed")
        assert.strictEqual(read(path), written)
        assert.isFalse(existsSync(`${path}.new`))
      })
    )
  )
})
