// A process that adds a source to the catalog named on its command line and says what came of it.
import { Effect, Option } from "effect"
import { CatalogEditing } from "../../src/config/CatalogEditing.ts"
import { anyWords } from "../../src/config/WordsRules.ts"

const entry = { kind: "rss", url: `https://blog.example/${"x".repeat(3_000)}`, to: ["deals"] }
const said = CatalogEditing.pipe(
  Effect.flatMap(({ apply }) =>
    apply([{ section: "sources", name: "other", change: { _tag: "Add", entry } }])
  ),
  Effect.provide(CatalogEditing.layer(process.argv.at(-1) ?? "", () => Option.none(), anyWords)),
  Effect.match({ onSuccess: () => "written", onFailure: ({ message }) => message })
)
process.stdout.write(await Effect.runPromise(said))
