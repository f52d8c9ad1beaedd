// What the figures were measured on: one line.
import { execFileSync } from "node:child_process"
import { cpus, release, totalmem, type } from "node:os"

const commit = (root: string): string => {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim()
  } catch {
    return "no commit"
  }
}

export const machine = (root: string): string => {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const date = new Date().toISOString().slice(0, 10)
  return `${date} at ${commit(root)}: ${cpus().length} × ${cpu?.model.trim() ?? "?"}, ${memory} GB, ${type()} ${release()}, Node.js ${process.version}`
}
