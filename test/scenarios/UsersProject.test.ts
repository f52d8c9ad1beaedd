// A project of one's own that depends on the built package, with the compiler's usual settings: README's example, as it stands there.
import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder } from "./Program.ts"

const root = resolve(import.meta.dirname, "../..")

/** The source kind and the test that README shows; the test brings what both import. */
const example = (): string => {
  const section = readFileSync(join(root, "README.md"), "utf8").split("## Adding a source kind")[1] ?? ""
  const [kind = "", test = ""] = [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code)
  return `${kind.replace(/^import .*\n/gm, "")}\n${test}`
}

const run = (cwd: string, ...args: ReadonlyArray<string>) =>
  Effect.async<{ readonly code: unknown; readonly said: string }>((resume) => {
    execFile(process.execPath, args, { cwd }, (error, stdout, stderr) =>
      resume(Effect.succeed({ code: error === null ? 0 : error.code, said: `${stdout}${stderr}` }))
    )
  })

it.scopedLive(
  "the example of a kind, a template and their test compiles and holds outside of this repository",
  () =>
    Effect.gen(function* () {
      const project = yield* folder
      mkdirSync(join(project, "node_modules"))
      symlinkSync(root, join(project, "node_modules/oncecast"))
      for (const name of ["effect", "@types"]) {
        symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name))
      }
      writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }))
      writeFileSync(
        join(project, "mine.ts"),
        `${example()}\nprocess.stdout.write(JSON.stringify(seen.posts))\n`
      )
      const compiler = join(root, "node_modules/typescript/bin/tsc")
      const settings = ["--module", "NodeNext", "--target", "ES2022", "--strict", "--skipLibCheck"]
      const compiled = yield* run(project, compiler, ...settings, "--types", "node", "mine.ts")
      assert.deepStrictEqual(compiled, { code: 0, said: "" })
      const held = yield* run(project, "mine.js")
      assert.strictEqual(held.code, 0, held.said)
      assert.include(held.said, "Lamp")
      assert.include(held.said, "Chair")
    })
)
