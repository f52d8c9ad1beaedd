// What `npm start` gives Node.js, for proofs that measure the program as operators run it: a heap that grows by half between collections,
// not by up to four times; no code that makes what lasts at once, because the first of what it made did; collections that the program asks for;
// no optimized code for undici's HTTP parser, in WebAssembly, which takes 30 MB to make and saves 0.8 µs a request.
import { readFileSync } from "node:fs"
import { resolve } from "node:path"

const [, options = ""] =
  /node ((?:--\S+ )+)dist/.exec(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8")) ??
  []

export const nodeOptions: ReadonlyArray<string> = options.split(" ").filter((option) => option !== "")
