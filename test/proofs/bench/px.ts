import { Session } from "node:inspector"
import { writeFileSync, mkdtempSync } from "node:fs"
import { Effect, Layer } from "effect"
import { createHash } from "node:crypto"
import { Agent, request } from "undici"
import { kinds, network } from "../../../src/App/Reading.ts"
import type { Source } from "../../../src/domain/Source.ts"
import { firstMood } from "../../../src/sources/PollLog.ts"
import { initial } from "../../../src/sources/PollPlan.ts"
import { type Course, turn } from "../../../src/sources/SourceTurn.ts"
import { feedUrl } from "./serving/Feeds.ts"
import { serving } from "./serving/Serving.ts"
import { channelOf, measuring, runWith, sourceOf, storeIn } from "./Work.ts"
const atOnce=32, count=1000
const mode = (process.argv[2] ?? "same") as "same"|"etag"
const folder = mkdtempSync("/tmp/px/w")
const bench: any = { folder, programs: process.argv[3], quick: true }
const feeds = await serving(bench, "Feeds.program")
const port = Number(feeds.said)
const routes = [{ channel: channelOf("news"), where: {} }]
const start: Course = { due: 0, plan: initial, mood: firstMood(0), why: "", whole: false }
const sources = Array.from({ length: count }, (_, id) => sourceOf(id, { url: feedUrl(port, mode, id, 100), start: "none" }))
const courses = new Map<Source["id"], Course>()
const once = (source: Source) => turn(source, routes, courses.get(source.id) ?? start).pipe(Effect.map((course) => courses.set(source.id, course)))
const all = Effect.suspend(() => { const left = sources[Symbol.iterator](); const worker = Effect.gen(function* () { for (const source of left) yield* once(source) }); return Effect.all(Array.from({ length: atOnce }, () => worker), { concurrency: "unbounded", discard: true }) })
const agent = new Agent(); const known = new Map<string, any>()
const poll = async (url: string) => { const { etag, hash } = known.get(url) ?? {}; const headers: any = { "user-agent": "bench", ...(etag === undefined ? {} : { "if-none-match": etag }) }
 const answer = await request(url, { dispatcher: agent, headers }); if (answer.statusCode === 304) return void (await answer.body.dump())
 const bytes = Buffer.from(await answer.body.arrayBuffer()); const now = createHash("sha256").update(bytes).digest("hex"); if (now === hash) return
 const given = answer.headers.etag; known.set(url, { hash: now, ...(typeof given === "string" ? { etag: given } : {}) }) }
const hand = async () => { const left = sources.map((s)=>s.url)[Symbol.iterator](); await Promise.all(Array.from({ length: atOnce }, async () => { for (const url of left) await poll(url) })) }
const cpu = async (f: () => Promise<unknown>) => { const b = process.cpuUsage(); await f(); const u = process.cpuUsage(b); return (u.user + u.system) / 1000 / count }
import { readdirSync, readFileSync } from "node:fs"
const threads = () => { const m = new Map<string, number>(); for (const t of readdirSync("/proc/self/task")) try { const f = readFileSync(`/proc/self/task/${t}/schedstat`, "utf8").split(" "); const n = readFileSync(`/proc/self/task/${t}/comm`, "utf8").trim(); m.set(t + " " + n, Number(f[0]) / 1e6) } catch {} ; return m }
const by = async (label: string, f: () => Promise<unknown>) => { const a = threads(); const b = process.cpuUsage(); for (let i=0;i<5;i++) await f(); const u = process.cpuUsage(b); const c = threads(); console.log(label, "total", ((u.user+u.system)/1000/5/count).toFixed(3), [...c].map(([k, v]) => [k, (v - (a.get(k) ?? 0)) / 5 / count] as const).filter(([, v]) => v > 0.002).map(([k, v]) => `${k}: ${v.toFixed(3)}`).join(", ")) }
const s = new Session(); s.connect()
const post = (m: string, p?: any) => new Promise<any>((ok, no) => s.post(m, p, (e, r) => (e ? no(e) : ok(r))))
await runWith(Layer.mergeAll(storeIn(folder, "w.db"), network(folder), kinds), measuring<any, any>(async (run: any) => {
  await run(all); await run(all); await hand(); await hand()
  const o: number[] = [], h: number[] = []
  for (let i = 0; i < 7; i++) { o.push(await cpu(() => run(all))); h.push(await cpu(hand)) }
  const m = (x: number[]) => [...x].sort((a, b) => a - b)[3]!
  const r = o.map((x,i)=>x/h[i]!)
  console.log(mode, "ours", m(o).toFixed(3), "hand", m(h).toFixed(3), "ratio", m(r).toFixed(2))
  await by("ours", () => run(all)); await by("hand", hand)
  if (process.argv[4]) {
  await post("Profiler.enable"); await post("Profiler.setSamplingInterval", { interval: 200 }); await post("Profiler.start")
  for (let i = 0; i < 6; i++) await run(all)
  const p = await post("Profiler.stop"); writeFileSync(`/tmp/px/warm-${mode}.cpuprofile`, JSON.stringify(p.profile))
  await post("Profiler.start")
  for (let i = 0; i < 6; i++) await hand()
  const q = await post("Profiler.stop"); writeFileSync(`/tmp/px/hand-${mode}.cpuprofile`, JSON.stringify(q.profile))
  }
  return { ours: [], baseline: [] }
}))
feeds.stop(); process.exit(0)
