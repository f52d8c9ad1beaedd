// A process that migrates the database named on its command line and says how many migrations it applied.
import { Effect } from "effect"
import { migrate } from "../../src/storage/Migrations.ts"

const applied = await Effect.runPromise(migrate(process.argv.at(-1) ?? ""))
process.stdout.write(`applied ${applied.length}\n`)
