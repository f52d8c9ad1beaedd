// Real feeds over months, version by version, through the reader and SqlIntake as production uses them. The oracle says in which version
// each canonical link first stands: after the first version, each of these is to be posted once, then, and nothing else ever.

import { brotliDecompressSync } from "node:zlib"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { SourceId } from "../../src/domain/Names.ts"
import type { Source } from "../../src/domain/Source.ts"
import { canonicalUrl } from "../../src/identity/CanonicalUrl.ts"
import { type Admission, Intake } from "../../src/outbox/Intake.ts"
import { Signals } from "../../src/outbox/Signals.ts"
import { heldBody } from "../../src/sources/Body.ts"
import { csv } from "../../src/sources/kinds/csv.ts"
import { merchant } from "../../src/sources/kinds/merchant.ts"
import { rss } from "../../src/sources/kinds/rss.ts"
import { yml } from "../../src/sources/kinds/yml.ts"
import { readWhole } from "../../src/sources/Reading.ts"
import { Database } from "../../src/storage/Database.ts"
import * as SqlIntake from "../../src/storage/SqlIntake.ts"
import { channel, deals } from "../contracts/IntakeBench.ts"
import { source } from "../identity/Arbitrary.ts"
import { bytesOf, filesOf, jsonOf, requireCorpora } from "./Corpora.ts"

interface Version {
  readonly v: number
  readonly at: string
  readonly body: string
}

interface Oracle {
  readonly source: string
  /** What a key is: "id", or "canonical link". */
  readonly key: string
  readonly items: ReadonlyArray<{ readonly key: string; readonly first: number }>
}

interface Poll {
  readonly version: number
  readonly admission: Admission
  /** The keys of what was posted because of it. */
  readonly posted: ReadonlyArray<string>
}

requireCorpora()
const kinds = { rss, merchant, yml, csv }

const sequences: ReadonlyArray<readonly [sequence: string, kind: keyof typeof kinds]> = [
  ...filesOf("sequences")
    .filter((path) => path.endsWith(".ndjson.br"))
    .map((path) => [path.replace(/\.ndjson\.br$/, ""), "rss"] as const),
  ["sequences-shop/google_rss", "rss"],
  ["sequences-shop/google_rss", "merchant"],
  ["sequences-shop/rss", "rss"],
  ["sequences-shop/yml", "yml"],
  ["sequences-shop/csv", "csv"],
  ["sequences-shop/csv", "merchant"]
]

const versionsOf = (sequence: string): ReadonlyArray<Version> =>
  brotliDecompressSync(bytesOf(`${sequence}.ndjson.br`))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

const layer = SqlIntake.layer.pipe(Layer.provideMerge(Database.layerMemory), Layer.provide(Signals.layer))

const postedSince = (delivery: number) =>
  Effect.flatMap(Database, (database) =>
    database.read("look", (db) =>
      db.all<{ id: number; link: string; offer: string }>(
        `SELECT delivery.id, payload ->> 'link' AS link, payload ->> '$.offer.id' AS offer FROM delivery JOIN item_payload USING (item_id)
         WHERE delivery.id > ? ORDER BY delivery.id`,
        [delivery]
      )
    )
  )

/** Polls every version of a sequence. */
const replay = (sequence: string, kind: keyof typeof kinds, burst: Source["burst"]) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const feed = source({
      id: SourceId.make("feed"),
      kind,
      url: "https://feeds.example.net/feed.xml",
      burst
    })
    const routes = [{ channel: channel({ capacity: 100_000 }), where: {} }]
    const byId = oracleOf(sequence).key === "id"
    const polls: Array<Poll> = []
    let last = 0
    for (const { v, at, body } of versionsOf(sequence)) {
      const read = yield* readWhole(kinds[kind], heldBody(Buffer.from(body), { url: feed.url }), feed)
      const polled = { source: feed, routes, items: read.items, complete: read.complete }
      const admission = yield* intake.admit({ ...polled, cursor: {}, now: Date.parse(at) })
      const rows = yield* postedSince(last)
      last = rows.at(-1)?.id ?? last
      assert.strictEqual(rows.length, admission.queued.get(deals) ?? 0)
      const posted = rows.map(({ link, offer }) => (byId ? offer : (canonicalUrl(link) ?? link)))
      polls.push({ version: v, admission, posted })
    }
    return polls
  }).pipe(Effect.provide(layer))

const oracleOf = (sequence: string): Oracle => jsonOf(`${sequence}.oracle.json`) as Oracle

const expectedOf = (oracle: Oracle): ReadonlyArray<string> =>
  oracle.items
    .filter(({ first }) => first > 0)
    .map(({ key, first }) => `${first} ${oracle.key === "id" ? key : canonicalUrl(`https://${key}`)}`)
    .sort()

/** The polls that the guard of the default configuration holds: the shop's feed changed the language of all its links at once. */
const floods: Readonly<Record<string, ReadonlyArray<string>>> = {
  "sequences-shop/rss": ["version 1: 77 of 77"],
  // The first version was a trial with a sixth of the shop.
  "sequences-shop/yml": ["version 1: 65 of 77"]
}

const heldIn = (polls: ReadonlyArray<Poll>): ReadonlyArray<string> =>
  polls.flatMap(({ version, admission }) =>
    Option.match(admission.held, {
      onNone: () => [],
      onSome: ({ items }) => [`version ${version}: ${items} of ${admission.items}`]
    })
  )

const scores: Record<string, Readonly<Record<"versions" | "new" | "posted" | "right", number>>> = {}

describe("sequences of real feeds", () => {
  afterAll(() => console.table(scores))

  for (const [sequence, kind] of sequences) {
    it(`${sequence} as ${kind}: each new item once, in the version that brings it, and no other`, async () => {
      const polls = await Effect.runPromise(replay(sequence, kind, false))
      const actual = polls.flatMap(({ version, posted }) => posted.map((link) => `${version} ${link}`)).sort()
      const expected = expectedOf(oracleOf(sequence))
      scores[`${sequence} as ${kind}`] = {
        versions: polls.length,
        new: expected.length,
        posted: actual.length,
        right: actual.filter((one) => expected.includes(one)).length
      }
      assert.deepStrictEqual(actual, expected)
    })

    it(`${sequence} as ${kind}: the burst guard holds floods and nothing else`, async () => {
      const polls = await Effect.runPromise(replay(sequence, kind, { items: 10, share: 0.5 }))
      assert.deepStrictEqual(heldIn(polls), floods[sequence] ?? [])
    })
  }
})
