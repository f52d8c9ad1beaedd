// `@effect/cli` wants a command's options before its arguments; people write `settle 17 --sent 42`. Puts the options first. Pure.

/** Options that take no value; any other takes the word after it. */
const flags = new Set([
  ...["--json", "--schema", "--force", "--absent", "--discard"],
  ...["--help", "-h", "--version", "--wizard"]
])

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
    const value = rest[at + 1]
    if (!flags.has(word) && !word.includes("=") && value !== undefined) {
      options.push(value)
      at++
    }
  }
  return [program, script, command, ...options, ...others]
}
