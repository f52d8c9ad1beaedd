// Makes the program that runs of the compiled modules: one file, and one for each part that is loaded only when it is needed. What no path
// reaches stays out: half of the start's CPU time, and some 13 MB of resident memory.
// `node .ci/bundle.mjs [MODULE FOLDER]`: of another module, into another folder.
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const dist = (path) => fileURLToPath(new URL(`../dist/${path}`, import.meta.url))
const [module = dist("src/main.js"), outdir = dist("bin")] = process.argv.slice(2)

rmSync(outdir, { recursive: true, force: true })
await build({
  ...{ entryPoints: { oncecast: module }, outdir, sourcemap: true, logLevel: "warning" },
  ...{ bundle: true, splitting: true, platform: "node", format: "esm", target: "node20.19" },
  // They have binaries or files of their own.
  external: ["better-sqlite3", "sharp", "uplot"],
  // For the CommonJS among the packages.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
  }
})
