// Are these items known? The keys of documents of 100 items, found among 10,000 to 10 million through the store's contract.
import { randomInt } from "node:crypto"
import { rmSync } from "node:fs"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { candidatesOf } from "../../../../src/outbox/Candidate.ts"
import { Intake } from "../../../../src/outbox/Intake.ts"
import { lookUp } from "../../../../src/outbox/LookUp.ts"
import { Database } from "../../../../src/storage/Database.ts"
import { storeOn } from "../../../../src/storage/SqlIntake.ts"
import { compared, cpuMs, curveOf, inTurns, type Pair, stated } from "../Measuring.ts"
import type { Bench, Finding, Row } from "../Row.ts"
import { article, measuring, now, runWith, sourceOf, storeIn } from "../Work.ts"

const documents = 100
const items = Array.from({ length: documents * 100 }, (_, id) => article(id))
const keysPerItem = 2

/** Keys of each document, as admission makes them. */
const keysOfDocuments = Array.from({ length: documents }, (_, at) => {
  const running = candidatesOf(sourceOf(at), items.slice(at * 100, at * 100 + 100), [], now)
  let step = running.next()
  while (step.done !== true) step = running.next()
  return step.value.items.flatMap(({ keys }) => keys)
})

/** Strangers' items and keys around those of the documents: rows alone, for a million of them. */
const fill = (path: string, keys: number): void => {
  const db = new Sqlite(path)
  db.pragma("journal_mode = OFF")
  db.pragma("synchronous = OFF")
  const trigger = db.prepare("SELECT sql FROM sqlite_master WHERE name = 'item_count_insert'").pluck().get()
  db.exec("DROP TRIGGER item_count_insert")
  const count = Math.ceil(keys / keysPerItem)
  const series = `WITH RECURSIVE series (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM series WHERE value < ${count * keysPerItem})`
  db.exec(`BEGIN;
    ${series} INSERT INTO item (id, source, kind, content_hash, first_seen_at, last_seen_at)
      SELECT 1000000 + value, 'other-' || (value / 100), 'article', randomblob(16), ${now}, ${now} FROM series WHERE value <= ${count};
    ${series} INSERT INTO item_key (hash, item_id)
      SELECT hash, item FROM (SELECT randomblob(16) AS hash, 1000000 + (value + 1) / ${keysPerItem} AS item
        FROM series) ORDER BY hash;
    ${String(trigger)};
    COMMIT`)
  db.pragma("journal_mode = WAL")
  db.close()
}

const admitDocuments = Effect.gen(function* () {
  const intake = yield* Intake
  for (let at = 0; at < documents; at++) {
    const some = items.slice(at * 100, at * 100 + 100)
    yield* intake.admit({ source: sourceOf(at), routes: [], items: some, complete: true, cursor: {}, now })
  }
})

/** Look-ups by hand: a prepared statement, a transaction for each document. */
const byHand = (path: string) => {
  const db = new Sqlite(path, { readonly: true })
  db.pragma("cache_size = -16000")
  const statement = db.prepare("SELECT item_id FROM item_key WHERE hash = ?")
  const whole = db.transaction((keys: ReadonlyArray<Buffer>) => {
    for (const key of keys) statement.get(key)
  })
  return {
    ask: (keys: ReadonlyArray<string>) => whole(keys.map((key) => Buffer.from(key, "hex"))),
    close: () => db.close()
  }
}

const sample = async (bench: Bench, total: number): Promise<Pair> => {
  const file = `${total}.db`
  await runWith(storeIn(bench.folder, file), admitDocuments)
  fill(join(bench.folder, file), total - documents * 100 * keysPerItem)
  const hand = byHand(join(bench.folder, file))
  const perRound = 200
  const perKey = (ms: number) => (ms * 1000) / (perRound * 100 * keysPerItem)
  const picks = () => Array.from({ length: perRound }, () => keysOfDocuments[randomInt(documents)] ?? [])
  const baseline = async () => {
    const chosen = picks()
    return perKey(await cpuMs(() => chosen.forEach(hand.ask)))
  }
  const measured = Effect.flatMap(Database, (database) =>
    measuring((run) => {
      const store = storeOn(database)
      const ours = async () => {
        const chosen = picks()
        return perKey(
          await cpuMs(() => run(Effect.forEach(chosen, (keys) => lookUp(store, keys), { discard: true })))
        )
      }
      return inTurns(bench.quick ? 5 : 9, ours, baseline)
    })
  )
  try {
    return await runWith(storeIn(bench.folder, file), measured)
  } finally {
    hand.close()
    rmSync(join(bench.folder, file))
  }
}

export const lookUpRow: Row = {
  work: "Looking up the 200 keys of a document of 100 items: CPU of one key (ours reads the item's row as well)",
  baseline: "better-sqlite3: a prepared look-up of each key, all of a document in one transaction",
  run: async (bench) => {
    const sizes = bench.quick ? [100_000, 1_000_000] : [100_000, 1_000_000, 10_000_000]
    const findings: Array<readonly [number, Finding]> = []
    let last: Pair = { ours: [], baseline: [] }
    for (const size of sizes) {
      last = await sample(bench, size)
      findings.push([size, compared(`among ${size.toLocaleString("en")} keys`, "µs", last, { atMost: 2.5 })])
    }
    return {
      findings: [
        ...findings.map(([, finding]) => finding),
        stated("one key among the most", "µs", last.ours, { atMost: 10 })
      ],
      curves: [curveOf("Looking up a key", "keys known", findings)]
    }
  }
}
