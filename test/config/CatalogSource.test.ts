// The catalog's file as it may stand there by mistake.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { readCatalogText } from "../../src/config/CatalogSource.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "oncecast-source-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true }))
)

describe("the catalog's file", () => {
  it.scoped("that is another file, by its size, is refused before it is read", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "oncecast.yaml")
      writeFileSync(path, "")
      truncateSync(path, 200_000_000)
      const read = readCatalogText(path)
      assert.include(Either.isLeft(read) ? read.left.message : "", "is larger than 16 MB")
    })
  )
})
