// A row in a process of its own. Arguments: its name, the bench as JSON. Prints the result as JSON in its last line.
import { rows } from "./Rows.ts"

const [name = "", bench = "{}"] = process.argv.slice(2)
const row = await rows[name]?.()
if (row === undefined) throw new Error(`there is no row ${name}`)
const { findings, curves } = await row.run(JSON.parse(bench))
const { work, baseline } = row
process.stdout.write(`\n${JSON.stringify({ work, baseline, findings, curves })}\n`, () => process.exit(0))
