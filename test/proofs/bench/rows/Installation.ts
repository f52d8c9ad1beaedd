// A small machine's whole installation: the built program with up to 10,000 sources and a million items. What it keeps in memory, and how
// soon it polls after a start.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { quantile, spreadOf, stated } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { feedUrl, serveFeeds } from "../serving/Feeds.ts"
import { pause, residentMb, type Service, startService, until } from "../serving/Service.ts"
import { itemsIn } from "./LoopDelay.ts"

const itemsPerFeed = 100

const catalog = (port: number, feeds: number) => `channels: { news: { chat: "@news" } }
sources:${feeds === 0 ? " {}" : ""}
${Array.from({ length: feeds }, (_, id) => `  s${id}: { kind: rss, url: "${feedUrl(port, "etag", id, itemsPerFeed)}", every: 1 day, start: none, to: [news], allowPrivate: true }`).join("\n")}
`

/** Resident after it came to rest: the median of some looks. */
const atRest = async (service: Service): Promise<number> => {
  await pause(10_000)
  const looks: Array<number> = []
  for (let look = 0; look < 5; look++) {
    looks.push(residentMb(service))
    await pause(1_000)
  }
  return spreadOf(looks).median
}

/** As if it had been off for a day: everything is due. */
const makeDue = (path: string): void => {
  const db = new Sqlite(path)
  db.exec("UPDATE poll SET next_at = 0")
  db.close()
}

interface Measured {
  readonly sources: number
  readonly after: number
  readonly idle: number
  readonly starts: ReadonlyArray<number>
}

const measure = async (parent: Bench, sources: number): Promise<Measured> => {
  const bench = { ...parent, folder: join(parent.folder, `${sources}`) }
  mkdirSync(bench.folder)
  let heard: (() => void) | undefined
  const feeds = await serveFeeds(() => heard?.())
  const text = catalog(feeds.port, sources)
  const database = join(bench.folder, "data/sandbox.db")
  const first = startService(bench, text)
  await first.running
  const count = itemsIn(database)
  await until("all items are admitted", () => count() >= sources * itemsPerFeed)
  const after = await atRest(first)
  await first.stop()
  const again = startService(bench, text)
  await again.running
  const idle = await atRest(again)
  await again.stop()
  const starts: Array<number> = []
  for (let start = 0; sources > 0 && start < 5; start++) {
    makeDue(database)
    const polled = new Promise<number>((done) => {
      heard = () => done(performance.now())
    })
    const service = startService(bench, text)
    starts.push((await polled) - service.begunAt)
    await service.running
    await service.stop()
  }
  feeds.close()
  return { sources, after, idle, starts }
}

const findingsOf = ({ sources, after, idle, starts }: Measured, empty: number): ReadonlyArray<Finding> => {
  const name = `${sources.toLocaleString("en")} sources`
  const items = `${(sources * itemsPerFeed).toLocaleString("en")} items`
  return [
    stated(`${name}, idle`, "MB", [idle], { atMost: sources >= 10_000 ? 250 : 120 + sources * 0.012 }),
    stated(`${name}: each of them`, "KB", [((idle - empty) * 1024) / sources], { atMost: 12 }),
    stated(`${name}, after ${items} came in`, "MB", [after]),
    stated(`${name}, ${items}: from the start to the first poll`, "ms", starts, { atMost: 2_000 })
  ]
}

export const installationRow: Row = {
  work: "The whole program: resident memory, and the time from its start to its first poll",
  baseline: "–",
  run: async (bench) => {
    const sizes = bench.quick ? [100, 1_000] : [100, 1_000, 10_000]
    const { idle: empty } = await measure(bench, 0)
    const all: Array<Measured> = []
    for (const sources of sizes) all.push(await measure(bench, sources))
    const curve = (title: string, unit: string, of: (one: Measured) => number) => ({
      ...{ title, size: "sources", unit },
      series: [{ name: "Oncecast", points: all.map((one) => [one.sources, of(one)] as const) }]
    })
    return {
      findings: [
        stated("no source, idle", "MB", [empty], { atMost: 120 }),
        ...all.flatMap((one) => findingsOf(one, empty))
      ],
      curves: [
        curve("Resident, idle", "MB", ({ idle }) => idle),
        curve("From the start to the first poll", "ms", ({ starts }) => quantile(starts, 0.5))
      ]
    }
  }
}
