// Documents to items: an RSS feed of 100 KB, and a shop's YML that nobody wants in memory.
import { createReadStream, readFileSync, writeFileSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import type { Body } from "../../../../src/sources/Body.ts"
import { heldBody, partBytes } from "../../../../src/sources/Body.ts"
import { rss } from "../../../../src/sources/kinds/rss.ts"
import { yml } from "../../../../src/sources/kinds/yml.ts"
import { reading, readWhole } from "../../../../src/sources/Reading.ts"
import { formats, writeFeed } from "../../stream/Feeds.ts"
import { compared, cpuMs, inTurns, stated, wallMs } from "../Measuring.ts"
import { made, method, rival } from "../Rivals.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { feed } from "../serving/Feeds.ts"
import { sourceOf } from "../Work.ts"

const repeated = (times: number, work: () => unknown) => async () => {
  const ms = await cpuMs(async () => {
    for (let at = 0; at < times; at++) await work()
  })
  return ms / times
}

const ofRss = async (bench: Bench): Promise<ReadonlyArray<Finding>> => {
  const text = feed(1, 165)
  const bytes = Buffer.from(text)
  const source = sourceOf(1)
  const times = bench.quick ? 100 : 300
  const read = () => Effect.runPromise(readWhole(rss, heldBody(bytes, { url: source.url }), source))
  const found = (await read()).items.length
  if (found !== 165) throw new Error(`read ${found} items`)
  const feedsmith = method(rival(bench.rivals, "feedsmith"), "parseFeed")
  const parser = made(rival(bench.rivals, "rss-parser"))
  const rssParser = method(parser, "parseString")
  const fast = method(made(rival(bench.rivals, "fast-xml-parser"), "XMLParser"), "parse")
  const rivals = [
    // Ours has bytes, as they come from a server; each of these is given the text.
    ["feedsmith", () => feedsmith(text), { atLeast: 2.5 }],
    ["rss-parser", () => rssParser(text), undefined],
    ["fast-xml-parser (no items, only a tree)", () => fast(text), undefined]
  ] as const
  const findings: Array<Finding> = []
  for (const [name, parse, goal] of rivals) {
    const pair = await inTurns(bench.quick ? 5 : 9, repeated(times, read), repeated(times, parse))
    const { ours, baseline } = pair
    const what = `RSS of ${Math.round(bytes.length / 1000)} KB (CPU) against ${name}`
    findings.push(
      compared(
        what,
        "docs/s",
        { ours: ours.map((ms) => 1000 / ms), baseline: baseline.map((ms) => 1000 / ms) },
        goal
      )
    )
  }
  return findings
}

/** The most that was resident since this was last asked, MB. */
const peakMb = (): number => {
  const kb = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]
  writeFileSync("/proc/self/clear_refs", "5")
  return Math.round(Number(kb) / 1024)
}

const ofYml = async (bench: Bench): Promise<ReadonlyArray<Finding>> => {
  const path = join(bench.folder, "shop.xml")
  const megabytes = bench.quick ? 50 : 500
  const format = formats["yml"]
  if (format === undefined) throw new Error("no yml")
  const size = await writeFeed(path, format, {
    offers: megabytes * 1_000,
    bytes: megabytes * 1_000_000,
    changedEach: 0
  })
  const source = sourceOf(1, { kind: "yml", maxItems: 10_000_000 })
  const speed = (ms: number) => size / 1e6 / (ms / 1000)
  let resident = 0
  const ours = async () => {
    globalThis.gc?.()
    peakMb()
    const file = await open(path)
    const buffer = Buffer.allocUnsafe(partBytes)
    const head = Buffer.allocUnsafe(partBytes)
    await file.read(head, 0, partBytes, 0)
    const part = async (at: number) =>
      buffer.subarray(0, (await file.read(buffer, 0, partBytes, at)).bytesRead)
    const body: Body = { url: source.url, size, head, part: (at) => Effect.promise(() => part(at)) }
    let items = 0
    const take = (some: ReadonlyArray<unknown>) =>
      Effect.sync(() => {
        items += some.length
      })
    const ms = await wallMs(() => Effect.runPromise(reading(yml, body, source, take)))
    await file.close()
    if (items !== megabytes * 1_000) throw new Error(`read ${items} offers`)
    resident = Math.max(resident, peakMb())
    return speed(ms)
  }
  const baseline = async () => {
    const parser = made(rival(bench.rivals, "saxes"), "SaxesParser")
    let opened = 0
    method(parser, "on")("opentag", () => {
      opened += 1
    })
    method(parser, "on")("text", () => undefined)
    const write = method(parser, "write")
    const ms = await wallMs(async () => {
      for await (const chunk of createReadStream(path, { encoding: "utf8" })) write(chunk)
      method(parser, "close")()
    })
    if (opened < megabytes * 1_000) throw new Error(`saw ${opened} tags`)
    return speed(ms)
  }
  const pair = await inTurns(5, ours, baseline)
  return [
    compared(`YML of ${megabytes} MB to offers, against saxes (no offers, only events)`, "MB/s", pair, {
      atLeast: 1
    }),
    stated("most resident while ours reads it, with the bench around it", "MB", [resident], { atMost: 150 })
  ]
}

export const parsingRow: Row = {
  work: "Parsing: a document to items",
  baseline: "feedsmith, rss-parser, fast-xml-parser; saxes",
  run: async (bench) => ({ findings: [...(await ofRss(bench)), ...(await ofYml(bench))], curves: [] })
}
