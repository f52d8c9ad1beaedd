// Makes the program that runs of the compiled modules: one file, and one for each part that is loaded only when it is needed. What no path
// reaches stays out, and what stays in is kept in memory as text for as long as the process lives, so it is made small: half of the start's
// CPU time, and some 40 MB of resident memory. The limit on lines leaves stack traces a place to point to.
// `node .ci/bundle.mjs [MODULE FOLDER]`: of another module, into another folder.
import { readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const dist = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))
const [module = dist("src/main.js"), outdir = dist("bin")] = process.argv.slice(2)
const require = createRequire(import.meta.url)

/** Which name of a package's index is which of its modules. */
const namespacesOf = (name) => {
  const index = join(dirname(require.resolve(`${name}/package.json`)), "dist/esm/index.js")
  const named = readFileSync(index, "utf8").matchAll(/^export \* as (\w+) from "\.\/(\w+)\.js"/gm)
  return new Map([...named].map(([, space, file]) => [space, `${name}/${file}`]))
}
const indexes = new Map(["effect", "@effect/sql", "@effect/cli"].map((name) => [name, namespacesOf(name)]))

/** `import { Effect } from "effect"` is all of Effect.ts to esbuild, through a getter at each use; as a namespace it is what is used. */
const ofModules = (text) =>
  text.replace(/^import \{([^}]+)\} from "([^"]+)";?/gm, (whole, names, from) => {
    const spaces = indexes.get(from)
    if (spaces === undefined) return whole
    const split = names
      .split(",")
      .map((name) => name.trim())
      .filter((name) => !name.startsWith("type "))
      .map((name) => name.split(" as "))
    const plain = split.filter(([name]) => !spaces.has(name)).map((parts) => parts.join(" as "))
    return [
      ...split
        .filter(([name]) => spaces.has(name))
        .map(([name, as = name]) => `import * as ${as} from "${spaces.get(name)}";`),
      ...(plain.length === 0 ? [] : [`import { ${plain.join(", ")} } from "${from}";`])
    ].join(" ")
  })

/** One character outside of Latin-1, in a regular expression say, and V8 keeps the whole file at two bytes a character. */
const ascii = (text) =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const lean = {
  name: "lean",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.(?:[cm]?js|ts)$/ }, ({ path }) => ({
      contents: ascii(ofModules(readFileSync(path, "utf8"))),
      loader: path.endsWith(".ts") ? "ts" : "js"
    }))
  }
}

rmSync(outdir, { recursive: true, force: true })
await build({
  ...{ entryPoints: { oncecast: module }, outdir, sourcemap: true, logLevel: "warning" },
  ...{ bundle: true, splitting: true, platform: "node", format: "esm", target: "node20.19" },
  ...{ minifyWhitespace: true, minifySyntax: true, legalComments: "none", lineLimit: 500 },
  ...{ mainFields: ["module", "main"], plugins: [lean] },
  // For URLs on a Node.js that has none; with it comes a table of 2 MB.
  alias: { "whatwg-url": "node:url" },
  // They have binaries or files of their own.
  external: ["better-sqlite3", "iconv-lite", "sharp", "uplot"],
  // For the CommonJS among the packages.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
  }
})
