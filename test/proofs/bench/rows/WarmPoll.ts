// Polls that find nothing new: a 304, or the same bytes again. Whole turns of a source: cursor, request, hash, journal, what follows.
import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import { Agent, request } from "undici"
import { kinds, network } from "../../../../src/App/Reading.ts"
import type { Source } from "../../../../src/domain/Source.ts"
import { firstMood } from "../../../../src/sources/PollLog.ts"
import { initial } from "../../../../src/sources/PollPlan.ts"
import { type Course, turn } from "../../../../src/sources/SourceTurn.ts"
import { compared, cpuMs, curveOf, inTurns, type Pair } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { feedUrl } from "../serving/Feeds.ts"
import { serving } from "../serving/Serving.ts"
import { channelOf, measuring, runWith, sourceOf, storeIn } from "../Work.ts"

const atOnce = 32
const itemsPerFeed = 100
const routes = [{ channel: channelOf("news"), where: {} }]
const start: Course = { due: 0, plan: initial, mood: firstMood(0), why: "", whole: false }

interface Known {
  etag?: string
  hash?: string
}

/** Polls by hand: each URL once, `atOnce` at a time. */
const byHand = (urls: ReadonlyArray<string>) => {
  const agent = new Agent()
  const known = new Map<string, Known>()
  const poll = async (url: string) => {
    const { etag, hash } = known.get(url) ?? {}
    const headers = { "user-agent": "bench", ...(etag === undefined ? {} : { "if-none-match": etag }) }
    const answer = await request(url, { dispatcher: agent, headers })
    if (answer.statusCode === 304) return void (await answer.body.dump())
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    const now = createHash("sha256").update(bytes).digest("hex")
    if (now === hash) return
    const given = answer.headers.etag
    known.set(url, { hash: now, ...(typeof given === "string" ? { etag: given } : {}) })
  }
  const all = async () => {
    const left = urls[Symbol.iterator]()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const url of left) await poll(url)
      })
    )
  }
  return { all, close: () => agent.destroy() }
}

const sample = async (bench: Bench, port: number, mode: "etag" | "same", count: number): Promise<Pair> => {
  const sources = Array.from({ length: count }, (_, id) =>
    sourceOf(id, { url: feedUrl(port, mode, id, itemsPerFeed), start: "none" })
  )
  const courses = new Map<Source["id"], Course>()
  const once = (source: Source) =>
    turn(source, routes, courses.get(source.id) ?? start).pipe(
      Effect.map((course) => courses.set(source.id, course))
    )
  // A source's fiber goes on from poll to poll: none is made for a poll.
  const all = Effect.suspend(() => {
    const left = sources[Symbol.iterator]()
    const worker = Effect.gen(function* () {
      for (const source of left) yield* once(source)
    })
    return Effect.all(
      Array.from({ length: atOnce }, () => worker),
      { concurrency: "unbounded", discard: true }
    )
  })
  const hand = byHand(sources.map(({ url }) => url))
  const rounds = bench.quick ? 5 : 7
  const each = (ms: number) => ms / count
  const measured = measuring<Pair, Effect.Effect.Context<ReturnType<typeof once>>>((run) =>
    inTurns(
      rounds,
      async () => each(await cpuMs(() => run(all))),
      async () => each(await cpuMs(hand.all))
    )
  )
  try {
    const name = `warm-${mode}-${count}.db`
    return await runWith(Layer.mergeAll(storeIn(bench.folder, name), network(bench.folder), kinds), measured)
  } finally {
    await hand.close()
  }
}

export const warmPollRow: Row = {
  work: "Polling sources that have nothing new: CPU of a whole turn, with cursor, journal and metrics",
  baseline: `a bare undici loop that remembers ETag and SHA-256, ${atOnce} at a time`,
  run: async (bench) => {
    const feeds = await serving(bench, "Feeds.program")
    const sizes = bench.quick ? [100, 1_000] : [100, 1_000, 10_000]
    const measure = async (mode: "etag" | "same", name: string, atMost: number) => {
      const findings: Array<readonly [number, Finding]> = []
      for (const size of sizes)
        findings.push([
          size,
          compared(
            `${name}, ${size.toLocaleString("en")} sources`,
            "ms",
            await sample(bench, Number(feeds.said), mode, size),
            { atMost }
          )
        ])
      return findings
    }
    const unmodified = await measure("etag", "304", 3)
    const same = await measure("same", "200 with the same bytes", 1.5)
    feeds.stop()
    return {
      findings: [...unmodified, ...same].map(([, finding]) => finding),
      curves: [
        curveOf("A poll answered 304", "sources", unmodified),
        curveOf("A poll with the same bytes", "sources", same)
      ]
    }
  }
}
