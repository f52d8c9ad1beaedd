// Other people's libraries that the bench measures beside ours: installed by itself, on first use, into a folder that git ignores.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"

/** Exact, so that figures of two days can be compared. */
export const versions: Readonly<Record<string, string>> = {
  feedsmith: "3.0.1",
  "rss-parser": "3.13.0",
  "fast-xml-parser": "5.12.1",
  saxes: "6.0.0",
  "rate-limiter-flexible": "11.4.0"
}

const manifest = `${JSON.stringify({ private: true, dependencies: versions }, undefined, 2)}\n`

/** Installs what is missing in `folder`. */
export const installRivals = (folder: string): void => {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, "package.json")
  const there = Object.keys(versions).every((name) => existsSync(join(folder, "node_modules", name)))
  if (there && existsSync(file) && readFileSync(file, "utf8") === manifest) return
  writeFileSync(file, manifest)
  const { status } = spawnSync("npm", ["install", "--no-fund", "--no-audit"], {
    cwd: folder,
    stdio: "inherit"
  })
  if (status !== 0)
    throw new Error(
      `The rivals could not be installed into ${folder}: the bench needs the npm registry once.`
    )
}

/** A rival's module. Its types are not ours: callers say what they use of it. */
export const rival = (folder: string, name: string): unknown =>
  createRequire(join(folder, "package.json"))(name)

const memberOf = (of: unknown, name: string): unknown =>
  (typeof of === "object" && of !== null) || typeof of === "function" ? Reflect.get(of, name) : undefined

/** What a rival's module or object does under a name. */
export const method = (of: unknown, name: string): ((...args: ReadonlyArray<unknown>) => unknown) => {
  const found = memberOf(of, name)
  if (typeof found !== "function") throw new Error(`there is no ${name}`)
  return (...args) => Reflect.apply(found, of, args)
}

/** A new object of a rival's class: the module itself, or what it has under a name. */
export const made = (of: unknown, name?: string, ...args: ReadonlyArray<unknown>): unknown => {
  const found = name === undefined ? of : memberOf(of, name)
  if (typeof found !== "function") throw new Error(`there is no class ${name}`)
  return Reflect.construct(found, args)
}
