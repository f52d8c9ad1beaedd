// Changes of the catalog as every surface makes them: on a real file and the real store in memory.
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { CatalogChanged } from "../../src/config/CatalogEditing.ts"
import type { CatalogEdit } from "../../src/config/CatalogText.ts"
import { Actor } from "../../src/operator/Audited.ts"
import { CatalogCommands } from "../../src/operator/CatalogCommands.ts"
import { NotPossible } from "../../src/operator/NotDone.ts"
import { withoutSecrets } from "../../src/operator/Secrets.ts"
import { AuditLog } from "../../src/outbox/AuditLog.ts"
import { catalogFile, editing, written } from "./editing.ts"
import { shopLists } from "./operating.ts"

const put = (name: string, entry: object): CatalogEdit => ({
  section: "sources",
  name,
  change: { _tag: "Put", entry: { kind: "rss", to: ["deals"], ...entry } }
})
const blog = put("blog", { url: "https://blog.example/feed?token=secret", start: 3 })
const remove = (section: "channels" | "sources", name: string): CatalogEdit => ({
  section,
  name,
  change: { _tag: "Remove" }
})

const onFile = <A, E>(
  run: (path: string, commands: typeof CatalogCommands.Service) => Effect.Effect<A, E, Needs>
) =>
  Effect.flatMap(catalogFile, (path) =>
    Effect.flatMap(CatalogCommands, (commands) => run(path, commands)).pipe(Effect.provide(editing(path)))
  )
type Needs = Layer.Layer.Success<ReturnType<typeof editing>>

const entries = Effect.flatMap(AuditLog, (log) => log.entries({ limit: 10 }))

describe("changes of the catalog", () => {
  it.scoped("are shown before they are made: line by line, and in what they mean", () =>
    onFile((path, { propose }) =>
      Effect.gen(function* () {
        const proposal = yield* propose([blog])
        assert.deepStrictEqual(
          proposal.diff.filter((line) => /^[+-]/.test(line)),
          [
            "+  blog:",
            "+    kind: rss",
            "+    to: [deals]",
            "+    url: https://blog.example/feed?token=secret",
            "+    start: 3"
          ]
        )
        assert.deepStrictEqual(proposal.means, [
          "The source blog starts and is polled at once. If it was never read: of what is there already, the newest 3 are posted."
        ])
        assert.strictEqual(readFileSync(path, "utf8"), written)
      })
    )
  )

  it.scoped("say how many deliveries wait in a channel that goes, and what else starts anew", () =>
    onFile((_, { propose }) =>
      Effect.gen(function* () {
        yield* shopLists(3)
        const { means } = yield* propose([
          put("shop", { url: "https://shop.example/feed", to: ["news"] }),
          remove("channels", "deals")
        ])
        assert.deepStrictEqual(means, [
          "The channel deals stops. 3 deliveries wait in it, and are kept until a channel of that name is there again. Its posts follow their items no more until a channel of that name is there again.",
          "The source shop starts anew with its changed rules."
        ])
        assert.deepStrictEqual((yield* propose([])).means, ["Nothing that runs is concerned."])
        assert.include(
          (yield* propose([remove("sources", "shop")])).means[0],
          "no post of it follows its item"
        )
      })
    )
  )

  it.scoped("keep comments and untouched keys, and can be taken back and made again", () =>
    onFile((path, { apply, propose, show }) =>
      Effect.gen(function* () {
        assert.isFalse((yield* show).undoable)
        const url = "https://me:pass@shop.example/feed?key=hush"
        const edit = put("shop", { url, every: "5 minutes" })
        const said = yield* apply([edit], (yield* propose([edit])).version)
        assert.include(said, "The service goes by it.")
        const changed = readFileSync(path, "utf8")
        assert.include(changed, "# pays the rent")
        assert.match(changed, /shop: \{ kind: rss, url: "https:[^"]+", to: \[deals\], every: 5 minutes \}/)
        assert.isTrue((yield* show).undoable)
        yield* apply("undo", (yield* show).version)
        assert.strictEqual(readFileSync(path, "utf8"), written)
        yield* apply("undo", (yield* show).version)
        assert.strictEqual(readFileSync(path, "utf8"), changed)
      })
    )
  )

  it.scoped("are not made on a catalog that somebody else has changed meanwhile", () =>
    onFile((path, { apply, propose }) =>
      Effect.gen(function* () {
        const { version } = yield* propose([blog])
        writeFileSync(path, `${written}# mine\n`)
        const error = yield* Effect.flip(apply([blog], version))
        assert.instanceOf(error, CatalogChanged)
        assert.match(error.message, /changed by somebody else meanwhile; nothing was written/)
        assert.strictEqual(readFileSync(path, "utf8"), `${written}# mine\n`)
      })
    )
  )

  it.scoped(
    "that take a change back are those that were looked at, not others of the same present text",
    () =>
      onFile((path, { apply, propose }) =>
        Effect.gen(function* () {
          const edit = (every: string) => [put("shop", { url: "https://shop.example/feed", every })]
          yield* apply(edit("5 minutes"), (yield* propose(edit("5 minutes"))).version)
          const { version } = yield* propose("undo")
          // Somebody else goes another way to the same text: what an undo brings back is another one.
          yield* apply("undo", version)
          yield* apply(edit("7 minutes"), (yield* propose(edit("7 minutes"))).version)
          yield* apply(edit("5 minutes"), (yield* propose(edit("5 minutes"))).version)
          assert.instanceOf(yield* Effect.flip(apply("undo", version)), CatalogChanged)
          assert.include(readFileSync(path, "utf8"), "5 minutes")
        })
      )
  )

  it.scoped("make no template of a file that is none of the catalog's", () =>
    onFile((path, { propose }) =>
      Effect.gen(function* () {
        writeFileSync(join(dirname(path), ".env"), "TELEGRAM_BOT_TOKEN=1:secret")
        writeFileSync(join(dirname(path), "mine.liquid"), "{{ title }}")
        const look = (template: string) =>
          propose([
            {
              section: "channels",
              name: "deals",
              change: { _tag: "Put", entry: { chat: "@deals", template } }
            }
          ])
        yield* look("./mine.liquid")
        for (const other of [".env", "x/../.env", "../mine.liquid", join(dirname(path), "mine.liquid")]) {
          assert.match((yield* Effect.flip(look(other))).message, /in the catalog's folder or below/, other)
        }
      })
    )
  )

  it.scoped("name the line and the key of a mistake", () =>
    onFile((path, { propose }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          propose([put("blog", { url: "https://b.example/", every: "soon", kid: 1 })])
        )
        assert.instanceOf(error, NotPossible)
        assert.match(
          error.message,
          new RegExp(`^${path}:\\d+: sources\\.blog\\.every is not a duration`, "m")
        )
        assert.match(error.message, /sources\.blog\.kid is not a known key/)
        const used = yield* Effect.flip(propose([remove("channels", "deals")]))
        assert.strictEqual(
          used.message,
          'The catalog stays as it is: the source shop still posts to channel deals; first take it out of its "to", or remove it as well.'
        )
      })
    )
  )

  it.scoped("stand in the audit log once each, refused ones too, with their lines but no secret", () =>
    onFile((_, { apply, show }) =>
      Effect.gen(function* () {
        const { version } = yield* show
        const asAnn = Effect.provideService(Actor, "ann on the dashboard")
        yield* asAnn(apply([blog], version))
        yield* Effect.flip(asAnn(apply([remove("sources", "blog")], version)))
        const [refused, made, ...others] = yield* entries
        assert.deepStrictEqual(others, [])
        assert.deepInclude(made, { by: "ann on the dashboard", command: "catalog", done: true })
        assert.match(made?.target ?? "", /^put sources\.blog\n/)
        assert.include(made?.target, "+    url: https://blog.example/feed?…")
        assert.deepInclude(refused, { by: "ann on the dashboard", command: "catalog", done: false })
        assert.notMatch(JSON.stringify(yield* entries), /hush|secret|pass/)
      })
    )
  )

  it("hide what addresses may hold, however they are written", () => {
    const lines = [
      `+ url: https://me:p@ss@h.example/a?b=hush # c`,
      `+ url: "https://h.example/a?b=hush, and hush"`,
      `+ { url: 'http://hush@h.example/x', to: [a] }`,
      `+ [https://h.example/#hush, redis://:hush@h.example/]`
    ]
    assert.deepStrictEqual(withoutSecrets(lines), [
      `+ url: https://…@h.example/a?… # c`,
      `+ url: "https://h.example/a?…"`,
      `+ { url: 'http://…@h.example/x', to: [a] }`,
      `+ [https://h.example/?… redis://…@h.example/]`
    ])
  })

  it.effect("are explained where there is no catalog file", () =>
    Effect.gen(function* () {
      const { apply, show } = yield* CatalogCommands
      for (const error of [yield* Effect.flip(show), yield* Effect.flip(apply("undo", ""))])
        assert.match(error.message, /built in. Write oncecast.yaml/)
    }).pipe(Effect.provide(CatalogCommands.layerNone))
  )
})
