// What an item costs on the disk besides its own text: while it is known, while it waits, after it was posted.
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { Intake } from "../../../../src/outbox/Intake.ts"
import { stated } from "../Measuring.ts"
import type { Bench, Curve, Row } from "../Row.ts"
import { serving } from "../serving/Serving.ts"
import { article, channelOf, now, runWith, sourceOf, storeIn } from "../Work.ts"
import { publishAll } from "./Posting.ts"

const perDocument = 100

/** Bytes of the whole database besides payloads. */
const bytesIn = (path: string): number => {
  const db = new Sqlite(path)
  db.pragma("wal_checkpoint(TRUNCATE)")
  const pages =
    Number(db.pragma("page_count", { simple: true })) - Number(db.pragma("freelist_count", { simple: true }))
  const payloads = Number(
    db.prepare("SELECT sum(length(CAST(payload AS BLOB))) FROM item_payload").pluck().get() ?? 0
  )
  db.close()
  return pages * 4096 - payloads
}

const admitted = async (bench: Bench, name: string, items: number, queued: boolean): Promise<number> => {
  const routes = queued ? [{ channel: channelOf("news"), where: {} }] : []
  const admit = (at: number) =>
    Effect.flatMap(Intake, (intake) =>
      intake.admit({
        ...{ source: sourceOf(at), routes, complete: true, cursor: {}, now },
        items: Array.from({ length: perDocument }, (_, place) => article(at * perDocument + place))
      })
    )
  await runWith(
    storeIn(bench.folder, name),
    Effect.forEach(Array(items / perDocument).keys(), admit, { discard: true })
  )
  return bytesIn(join(bench.folder, name))
}

/** Over an empty database, for one item. */
const each = async (
  bench: Bench,
  name: string,
  items: number,
  fill: (name: string) => Promise<unknown>
): Promise<number> => {
  await runWith(storeIn(bench.folder, `empty-${name}`), Effect.void)
  await fill(name)
  return (bytesIn(join(bench.folder, name)) - bytesIn(join(bench.folder, `empty-${name}`))) / items
}

export const growthRow: Row = {
  work: "Growth of the database for each item, besides its payload",
  baseline: "–",
  run: async (bench) => {
    const sizes = bench.quick ? [1_000, 10_000] : [1_000, 10_000, 100_000]
    const points: Array<readonly [number, number]> = []
    let [known, queued] = [0, 0]
    for (const items of sizes) {
      known = await each(bench, `known-${items}.db`, items, (name) => admitted(bench, name, items, false))
      queued = await each(bench, `queued-${items}.db`, items, (name) => admitted(bench, name, items, true))
      points.push([items, queued])
    }
    const telegram = await serving(bench, "Telegram.program", "1")
    const posts = bench.quick ? 300 : 1_000
    const posted = await each(bench, "posted.db", posts, (name) =>
      publishAll(bench, telegram.said, name, 1, posts)
    )
    telegram.stop()
    const curve: Curve = {
      ...{ title: "Bytes for a queued item", size: "items", unit: "bytes" },
      series: [{ name: "Oncecast", points }]
    }
    return {
      findings: [
        stated("known", "bytes", [known], { atMost: 600 }),
        stated("known and queued in a channel", "bytes", [queued], { atMost: 600 }),
        stated("posted: with its attempt, the text as sent, and its post", "bytes", [posted])
      ],
      curves: [curve]
    }
  }
}
