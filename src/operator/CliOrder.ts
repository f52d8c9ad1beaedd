// `@effect/cli` wants a command's options before its arguments; people write `settle 17 --sent 42`. Puts the options first. Pure.

/** Options that are said or not; the library would take a `1` or `y` after one for its value. */
export const flags: ReadonlySet<string> = new Set([
  "--json",
  "--schema",
  "--force",
  "--absent",
  "--discard",
  "--dry-run",
  "--send",
  "--skip",
  "--core"
])
/** Its own, which take no value; any other option takes the word after it. */
const builtIn = new Set(["--help", "-h", "--version", "--wizard"])

/** `words` as in `process.argv`: the program, the script, the command, and what belongs to it. */
export const optionsFirst = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [program = "", script = "", command, ...rest] = words
  if (command === undefined || command.startsWith("-")) return words
  const options: Array<string> = []
  const others: Array<string> = []
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? ""
    if (word === "--") {
      others.push(...rest.slice(at + 1))
      break
    }
    if (!word.startsWith("-") || /^-\d/.test(word)) {
      others.push(word)
      continue
    }
    options.push(word)
    if (flags.has(word)) options.push("true")
    else if (!builtIn.has(word) && !word.includes("=") && at + 1 < rest.length) options.push(rest[++at] ?? "")
  }
  return [program, script, command, ...options, ...others]
}
