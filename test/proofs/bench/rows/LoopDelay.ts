// How late the event loop is while the built program meets 1,000 unknown feeds.
import { copyFileSync, existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { stated } from "../Measuring.ts"
import type { Bench, Row } from "../Row.ts"
import { feedUrl } from "../serving/Feeds.ts"
import { startService, until } from "../serving/Service.ts"
import { serving } from "../serving/Serving.ts"

const itemsPerFeed = 100

const catalog = (port: number, feeds: number) => `channels: { news: { chat: "@news" } }
sources:
${Array.from({ length: feeds }, (_, id) => `  s${id}: { kind: rss, url: "${feedUrl(port, "etag", id, itemsPerFeed)}", every: 1 day, start: 1, to: [news], allowPrivate: true }`).join("\n")}
`

/** Items in the service's database; 0 while it is not there. */
export const itemsIn = (path: string) => (): number => {
  if (!existsSync(path)) return 0
  const db = new Sqlite(path, { readonly: true })
  try {
    return Number(db.prepare("SELECT coalesce(sum(items), 0) FROM item_count").pluck().get())
  } finally {
    db.close()
  }
}

interface Delay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

interface Watched {
  readonly late: Delay
  /** In CPU time. */
  readonly own: Delay
}

const measure = async (bench: Bench): Promise<Watched> => {
  const feeds = bench.quick ? 200 : 1_000
  const served = await serving(bench, "Feeds.program")
  const [watch, report] = [join(bench.folder, "loopWatch.mjs"), join(bench.folder, "loop.json")]
  copyFileSync(join(bench.programs, "loopWatch.mjs"), watch)
  const database = join(bench.folder, "data/sandbox.db")
  const service = startService(bench, catalog(Number(served.said), feeds), { LOOP_WATCH: report }, [
    "--import",
    watch
  ])
  await service.running
  service.signal("SIGUSR2")
  const count = itemsIn(database)
  await until("all items are admitted", () => count() >= feeds * itemsPerFeed)
  service.signal("SIGUSR2")
  await until("the report is there", () => existsSync(report))
  const found: Watched = JSON.parse(readFileSync(report, "utf8"))
  await service.stop()
  served.stop()
  return found
}

export const loopDelayRow: Row = {
  work: "Delay of the event loop while the program meets 1,000 unknown feeds of 100 items",
  baseline: "–",
  run: async (bench) => {
    const { late, own } = await measure(bench)
    return {
      findings: [
        stated("p50", "ms", [late.p50]),
        stated("p99", "ms", [late.p99], { atMost: 20 }),
        stated("longest", "ms", [late.max], { atMost: 100 }),
        stated("p99 of its own doing, in CPU time", "ms", [own.p99], { atMost: 20 }),
        stated("longest of its own doing, in CPU time", "ms", [own.max], { atMost: 100 })
      ],
      curves: []
    }
  }
}
