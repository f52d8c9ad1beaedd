// A catalog in a file of its own, and what changes it, on the real store in memory.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Layer, Option } from "effect"
import { CatalogEditing } from "../../src/config/CatalogEditing.ts"
import { loadCatalog } from "../../src/config/CatalogSource.ts"
import { anyWords } from "../../src/config/WordsRules.ts"
import { CatalogCommands } from "../../src/operator/CatalogCommands.ts"
import { Commands } from "../../src/operator/Commands.ts"
import { difference } from "../../src/Pipeline/Difference.ts"
import { looking, store } from "./operating.ts"

export const written = `channels:
  deals: { chat: "@deals" } # the big one
  news: { chat: "@news" }
sources:
  shop: { kind: rss, url: "https://me:pass@shop.example/feed?key=hush", to: [deals] } # pays the rent
`

/** The path of a file with this text in it, in a folder that goes with the scope. */
export const fileOf = (text: string) =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-commands-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  ).pipe(
    Effect.map((folder) => {
      const path = join(folder, "oncecast.yaml")
      writeFileSync(path, text)
      return path
    })
  )

export const catalogFile = fileOf(written)

export const editing = (path: string) => {
  const current = Effect.orDie(loadCatalog(path, () => Option.none(), anyWords))
  const takeOver = Effect.succeed("The service goes by it.")
  return Layer.merge(
    CatalogCommands.layer({ current, concerned: difference, takeOver }).pipe(
      Layer.provide(CatalogEditing.layer(path, () => Option.none(), anyWords))
    ),
    Layer.provide(Commands.layer(current), looking)
  ).pipe(Layer.provideMerge(store))
}
