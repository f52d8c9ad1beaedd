// `npm run races`: 4 processes, 10,000 items, two minutes of random kills. `npm run races -- --items N --seconds N --seed N` for others.
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { describeRace, race } from "./Races.ts"

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "10000" },
    seconds: { type: "string", default: "120" },
    seed: { type: "string", default: "1" }
  }
})
const channels = 20
const options = {
  processes: 4,
  channels,
  items: Math.ceil(Number(values.items) / channels),
  killSeconds: Number(values.seconds),
  seed: Number(values.seed)
}

const found = await Effect.runPromise(Effect.scoped(race(options)))
process.stdout.write(`${describeRace(options, found)}\n`)
process.exit(found.lost + found.doubled === 0 ? 0 : 1)
