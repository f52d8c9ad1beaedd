// New items on their way into the store: documents of 100 articles, each with a delivery, one durable transaction a document.
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import type { Item } from "../../../../src/domain/Item.ts"
import { candidatesOf } from "../../../../src/outbox/Candidate.ts"
import { Intake } from "../../../../src/outbox/Intake.ts"
import { compared, curveOf, inTurns, type Pair, wallMs } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { article, channelOf, measuring, now, runWith, sourceOf, storeIn } from "../Work.ts"

const perDocument = 100
const source = sourceOf(0)
const channel = channelOf("news")

const documentAt = (at: number) =>
  Array.from({ length: perDocument }, (_, place) => article(at * perDocument + place))

/** The rows that a document comes to, by table, as whoever writes by hand would have them ready. */
const rowsOf = (at: number) => {
  const running = candidatesOf(source, documentAt(at), [], now)
  let step = running.next()
  while (step.done !== true) step = running.next()
  const first = at * perDocument + 1
  const bytes = (hex: string) => Buffer.from(hex, "hex")
  return {
    items: step.value.items.flatMap(({ contentHash }, place) => [
      first + place,
      source.id,
      "article",
      bytes(contentHash),
      now,
      now
    ]),
    payloads: step.value.items.flatMap(({ item }, place) => [first + place, JSON.stringify(item)]),
    keys: step.value.items.flatMap(({ keys }, place) => keys.flatMap((key) => [bytes(key), first + place])),
    joint: step.value.items.flatMap(({ joint }, place) =>
      joint.flatMap((key) => [channel.id, bytes(key), first + place])
    ),
    deliveries: step.value.items.flatMap((_, place) => [first + place, channel.id, now, 0, now])
  }
}

/** The same rows by hand: a prepared multi-row insert for each table, in one transaction with FULL. */
const byHand = (path: string) => {
  const db = new Sqlite(path)
  db.pragma("synchronous = FULL")
  db.pragma("cache_size = -16000")
  db.pragma("wal_autocheckpoint = 65536")
  const insert = (into: string, columns: number, rows: number) =>
    db.prepare(
      `INSERT INTO ${into} VALUES ${Array(rows)
        .fill(`(${Array(columns).fill("?").join()})`)
        .join()}`
    )
  const items = insert("item (id, source, kind, content_hash, first_seen_at, last_seen_at)", 6, perDocument)
  const payloads = insert("item_payload (item_id, payload)", 2, perDocument)
  const keys = insert("item_key (hash, item_id)", 2, perDocument * 2)
  const joint = insert("channel_key (channel, hash, item_id)", 3, perDocument)
  const deliveries = insert("delivery (item_id, channel, queued_at, due_at, state_at)", 5, perDocument)
  const write = db.transaction((rows: ReturnType<typeof rowsOf>) => {
    items.run(rows.items)
    payloads.run(rows.payloads)
    keys.run(rows.keys)
    joint.run(rows.joint)
    deliveries.run(rows.deliveries)
  })
  return { write, close: () => db.close() }
}

const admit = (items: ReadonlyArray<Item>) =>
  Effect.flatMap(Intake, (intake) =>
    intake.admit({ source, routes: [{ channel, where: {} }], items, complete: false, cursor: {}, now })
  )

/** A file that knows the source and `items` items. */
const prepared = (folder: string, name: string, items: number) =>
  runWith(
    storeIn(folder, name),
    Effect.forEach(Array(items / perDocument).keys(), (at) => admit(documentAt(at)), { discard: true })
  )

const sample = async (bench: Bench, items: number) => {
  const [own, others] = [`ours-${items}.db`, `hand-${items}.db`]
  await prepared(bench.folder, own, items)
  await prepared(bench.folder, others, items)
  const hand = byHand(join(bench.folder, others))
  const perRound = bench.quick ? 40 : 100
  const rate = (ms: number) => (perRound * perDocument * 1000) / ms
  let [mine, theirs] = [items / perDocument, items / perDocument]
  const baseline = async () => {
    const rows = Array.from({ length: perRound }, () => rowsOf(theirs++))
    return rate(await wallMs(() => rows.forEach(hand.write)))
  }
  const measured = measuring<Pair, Intake>((run) => {
    const ours = async () => {
      const documents = Array.from({ length: perRound }, () => documentAt(mine++))
      return rate(await wallMs(() => run(Effect.forEach(documents, admit, { discard: true }))))
    }
    return inTurns(bench.quick ? 5 : 7, ours, baseline)
  })
  try {
    return await runWith(storeIn(bench.folder, own), measured)
  } finally {
    hand.close()
  }
}

export const intakeRow: Row = {
  work: "Admitting new items, synchronous FULL: documents of 100 articles through Intake, recognised, filtered and queued",
  baseline:
    "better-sqlite3: prepared multi-row inserts of the same rows, made beforehand, one transaction a document",
  run: async (bench) => {
    const sizes = bench.quick ? [1_000, 10_000] : [1_000, 10_000, 100_000]
    const findings: Array<readonly [number, Finding]> = []
    for (const size of sizes)
      findings.push([
        size,
        compared(`into ${size.toLocaleString("en")} items`, "items/s", await sample(bench, size), {
          atLeast: 0.7
        })
      ])
    return {
      findings: findings.map(([, finding]) => finding),
      curves: [curveOf("Admitting new items", "items known", findings)]
    }
  }
}
