// Queued deliveries out to Telegram: leased, rendered, recorded before and after, one request in flight a channel.
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect, Layer, Logger, LogLevel, Redacted } from "effect"
import { Agent, request } from "undici"
import { network, photos } from "../../../../src/App/Reading.ts"
import type { Channel } from "../../../../src/domain/Channel.ts"
import { Intake } from "../../../../src/outbox/Intake.ts"
import { channelFiber } from "../../../../src/publisher/ChannelFiber.ts"
import { layerBotApi } from "../../../../src/telegram/BotApi.ts"
import { LimitStore } from "../../../../src/throttle/LimitStore.ts"
import { Throttle } from "../../../../src/throttle/Throttle.ts"
import { compared, curveOf, inTurns, wallMs } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { botToken, serving } from "../serving/Serving.ts"
import { article, channelOf, runWith, sourceOf, storeIn } from "../Work.ts"

const silent = { running: () => Effect.void, waiting: () => Effect.void, openCircuit: () => Effect.void }

/** The same for all of its channels, one after the other, so that none waits for admission of the others. */
const fill = (channels: ReadonlyArray<Channel>, posts: number) =>
  Effect.forEach(
    channels,
    (channel, at) =>
      Effect.flatMap(Intake, (intake) =>
        intake.admit({
          source: sourceOf(at),
          routes: [{ channel, where: {} }],
          items: Array.from({ length: posts }, (_, id) => article(at * posts + id)),
          ...{ complete: true, cursor: {}, now: Date.now() }
        })
      ),
    { discard: true }
  )

const publishing = (bench: Bench, apiRoot: string, name: string) => {
  const catalog = Effect.succeed({ admins: [], channels: new Map(), sources: new Map(), forgetMs: 0 })
  const limits = Throttle.layer({ perSecond: 1_000_000, share: 1 }).pipe(
    Layer.provide(LimitStore.layerMemory)
  )
  const telegram = layerBotApi({ token: Redacted.make(botToken), apiRoot })
  return Layer.mergeAll(
    storeIn(bench.folder, name),
    limits,
    telegram,
    photos(catalog).pipe(Layer.provide(network(bench.folder))),
    // As where the whole program is measured (Service.ts).
    Logger.minimumLogLevel(LogLevel.Error)
  )
}

const sent = (path: string) => {
  const db = new Sqlite(path, { readonly: true })
  const statement = db
    .prepare("SELECT coalesce(sum(deliveries), 0) FROM delivery_count WHERE state = 'sent'")
    .pluck()
  return { count: () => Number(statement.get()), close: () => db.close() }
}

/** Publishes so many posts in each of so many channels from a new store of that name; how many ms it took until all were sent. */
export const publishAll = async (
  bench: Bench,
  url: string,
  name: string,
  count: number,
  posts: number
): Promise<number> => {
  const channels = Array.from({ length: count }, (_, at) => channelOf(`channel${at}`))
  const layer = publishing(bench, url, name)
  const timed = Effect.gen(function* () {
    yield* fill(channels, posts)
    const { close, count: done } = sent(join(bench.folder, name))
    const begun = performance.now()
    for (const channel of channels) yield* Effect.forkScoped(channelFiber(channel, "bench", silent))
    while (done() < count * posts) yield* Effect.sleep("5 millis")
    close()
    return performance.now() - begun
  })
  return runWith(layer, Effect.scoped(timed))
}

/** By hand: a row that says what is about to be sent, the call, a row that says what came of it. */
const byHand = async (
  bench: Bench,
  url: string,
  name: string,
  count: number,
  posts: number
): Promise<number> => {
  const db = new Sqlite(join(bench.folder, name))
  db.pragma("journal_mode = WAL")
  db.pragma("synchronous = FULL")
  db.exec(
    "CREATE TABLE attempt (id INTEGER PRIMARY KEY, channel TEXT NOT NULL, text TEXT NOT NULL, message INTEGER)"
  )
  const before = db.prepare("INSERT INTO attempt (channel, text) VALUES (?, ?)")
  const after = db.prepare("UPDATE attempt SET message = ? WHERE id = ?")
  const agent = new Agent()
  const send = async (channel: number) => {
    for (let at = 0; at < posts; at++) {
      const { title, body, link } = article(channel * posts + at)
      const text = `<b>${title}</b>\n\n${body.replaceAll(/<\/?p>/g, "")}\n\n<a href="${link}">${link}</a>`
      const { lastInsertRowid } = before.run(`@channel${channel}`, text)
      const answer = await request(`${url}/bot${botToken}/sendMessage`, {
        ...{ method: "POST", dispatcher: agent, headers: { "content-type": "application/json" } },
        body: JSON.stringify({ chat_id: `@channel${channel}`, text, parse_mode: "HTML" })
      })
      const said = await answer.body.json()
      if (answer.statusCode !== 200) throw new Error(JSON.stringify(said))
      after.run(at, lastInsertRowid)
    }
  }
  const ms = await wallMs(() => Promise.all(Array.from({ length: count }, (_, channel) => send(channel))))
  await agent.destroy()
  db.close()
  return ms
}

const sample = async (bench: Bench, channels: number, posts: number): Promise<Finding> => {
  const telegram = await serving(bench, "Telegram.program", `${channels}`)
  const rate = (ms: number) => (channels * posts * 1000) / ms
  let [mine, theirs] = [0, 0]
  const pair = await inTurns(
    5,
    async () => {
      const name = `ours-${channels}-${posts}-${++mine}.db`
      return rate(await publishAll(bench, telegram.said, name, channels, posts))
    },
    async () =>
      rate(await byHand(bench, telegram.said, `hand-${channels}-${posts}-${++theirs}.db`, channels, posts))
  )
  telegram.stop()
  return compared(`${channels} channel${channels === 1 ? "" : "s"}, ${posts} posts each`, "posts/s", pair, {
    atLeast: 0.5
  })
}

export const postingRow: Row = {
  work: "Posting to the emulator without limits",
  baseline: "undici calls with one FULL commit before and one after each",
  run: async (bench) => {
    const one = bench.quick ? 200 : 500
    const many = bench.quick ? 20 : 40
    const findings: Array<readonly [number, Finding]> = []
    for (const [channels, posts] of [
      [1, one],
      [50, many]
    ] as const)
      findings.push([channels, await sample(bench, channels, posts)])
    return {
      findings: findings.map(([, finding]) => finding),
      curves: [curveOf("Posting", "channels", findings)]
    }
  }
}
