// Feeds that nobody has seen before, all due at once: fetched, read, recognised, stored and queued.
import { join } from "node:path"
import { Duration, Effect, Layer } from "effect"
import { Agent } from "undici"
import { kinds, network } from "../../../../src/App/Reading.ts"
import type { Source } from "../../../../src/domain/Source.ts"
import { firstMood } from "../../../../src/sources/PollLog.ts"
import { initial } from "../../../../src/sources/PollPlan.ts"
import { turn } from "../../../../src/sources/SourceTurn.ts"
import { compared, curveOf, inTurns, wallMs } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { feedUrl } from "../serving/Feeds.ts"
import { serving } from "../serving/Serving.ts"
import { channelOf, runWith, sourceOf, storeIn } from "../Work.ts"
import { ingestByHand } from "./ByHand.ts"

const itemsPerFeed = 100
/** As many requests as the product has under way. */
const atOnce = 32
const routes = [{ channel: channelOf("news"), where: {} }]

const firstTurn = (source: Source) =>
  turn(source, routes, { due: 0, plan: initial, mood: firstMood(0), why: "", whole: false })

const sample = (bench: Bench, port: number, feeds: number, rounds: number) => {
  const urls = Array.from({ length: feeds }, (_, id) => feedUrl(port, "etag", id, itemsPerFeed))
  const sources = urls.map((url, id) => sourceOf(id, { url }))
  const rate = (ms: number) => (feeds * itemsPerFeed * 1000) / ms
  let [mine, theirs] = [0, 0]
  const ours = () => {
    const layer = Layer.mergeAll(
      storeIn(bench.folder, `ours-${feeds}-${++mine}.db`),
      network(bench.folder),
      kinds
    )
    const all = Effect.forEach(sources, firstTurn, { concurrency: "unbounded", discard: true })
    // The opening and closing of the store are not part of it.
    return runWith(
      layer,
      Effect.map(Effect.timed(all), ([took]) => rate(Duration.toMillis(took)))
    )
  }
  const baseline = async () => {
    const agent = new Agent()
    const path = join(bench.folder, `hand-${feeds}-${++theirs}.db`)
    const ms = await wallMs(() => ingestByHand(path, urls, atOnce, agent))
    await agent.destroy()
    return rate(ms)
  }
  return inTurns(rounds, ours, baseline)
}

export const coldIngestRow: Row = {
  work: "Cold ingest: feeds of 100 unknown items each, from the fetch to the outbox",
  baseline: `by hand: undici, an htmlparser2 handler, better-sqlite3 with FULL, ${atOnce} requests at a time`,
  run: async (bench) => {
    const feeds = await serving(bench, "Feeds.program")
    const sizes = bench.quick ? [10, 100] : [10, 100, 1_000]
    const findings: Array<readonly [number, Finding]> = []
    for (const size of sizes) {
      const pair = await sample(bench, Number(feeds.said), size, 5)
      findings.push([
        size * itemsPerFeed,
        compared(`${size.toLocaleString("en")} feeds`, "items/s", pair, { atLeast: 0.85 })
      ])
    }
    feeds.stop()
    return {
      findings: findings.map(([, finding]) => finding),
      curves: [curveOf("Cold ingest", "items", findings)]
    }
  }
}
