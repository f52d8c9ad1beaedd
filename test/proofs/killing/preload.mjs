// Loaded into the real program before its own code (NODE_OPTIONS=--import): ends the process by SIGKILL exactly before or after a commit that
// the environment names. The program itself knows nothing of it.
//   KILL_AT   before-intent | after-intent | before-outcome | after-outcome
//   KILL_NTH  of which attempt, from 1
import { createRequire } from "node:module"

const { KILL_AT = "", KILL_NTH = "1" } = process.env
const [when, what] = KILL_AT.split("-")
const marks = { intent: "INSERT INTO attempt", outcome: "UPDATE attempt SET outcome" }
const mark = marks[what]

if (mark !== undefined) {
  const Database = createRequire(import.meta.url)("better-sqlite3")
  const { prepare, exec } = Database.prototype
  let seen = 0
  let pending = false
  const die = () => process.kill(process.pid, "SIGKILL")

  Database.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql)
    if (!sql.trimStart().startsWith(mark)) return statement
    for (const method of ["run", "get"]) {
      const original = statement[method].bind(statement)
      statement[method] = (...args) => {
        seen += 1
        pending = seen === Number(KILL_NTH)
        return original(...args)
      }
    }
    return statement
  }
  Database.prototype.exec = function (sql) {
    if (sql !== "COMMIT" || !pending) return exec.call(this, sql)
    if (when === "before") die()
    const result = exec.call(this, sql)
    die()
    return result
  }
}
