// The feeds as a process of their own, so that their cost is not ours. Prints the port; ends with its standard input.
import { serveFeeds } from "./Feeds.ts"

const { port } = await serveFeeds()
process.stdout.write(`${port}\n`)
process.stdin.resume().once("end", () => process.exit(0))
