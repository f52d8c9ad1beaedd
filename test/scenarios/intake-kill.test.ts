// A real process that admits documents is killed (SIGKILL) at random instants and started again. In the end every item that any document
// has shown has exactly one delivery in each channel, in order.
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { buildSync } from "esbuild"
import { shownUntil } from "./intake-kill.documents.ts"

const kills = 30

/** Within the project, so that the bundle finds the native driver. */
const bundle = resolve(import.meta.dirname, `../../node_modules/.cache/intake-kill-${process.pid}.mjs`)

const compile = (): void => {
  mkdirSync(resolve(bundle, ".."), { recursive: true })
  buildSync({
    entryPoints: [join(import.meta.dirname, "intake-kill.program.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external"
  })
}

/** Runs the program until `killAt`, asked for when it begins to admit, comes. Gives the exit code, null when it was killed. */
const run = (args: ReadonlyArray<string>, killAt?: () => Promise<void>): Promise<number | null> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, [bundle, ...args], { stdio: ["ignore", "pipe", "inherit"] })
    child.stdout.once("data", () => void killAt?.().then(() => child.kill("SIGKILL"), failed))
    child.once("error", failed)
    child.once("exit", (code) => done(code))
  })

const read = <A>(path: string, look: (db: Sqlite.Database) => A): A => {
  const db = new Sqlite(path, { readonly: true })
  try {
    return look(db)
  } finally {
    db.close()
  }
}

const roundOf = (path: string): number =>
  Number(read(path, (db) => db.prepare("SELECT etag FROM source").pluck().get()) ?? 0)

/** Whether items of a document are stored that the cursor does not stand behind. */
const isHalfway = (path: string): boolean =>
  read(path, (db) => Number(db.prepare("SELECT count(*) FROM item").pluck().get())) >
  (roundOf(path) === 0 ? 0 : shownUntil(roundOf(path)))

/** From "before anything" to "some rounds later", most often in the first: a process is slow when it is young. */
const anyInstant = () => () => setTimeout(Math.random() ** 2 * 600)

/** When a document is admitted whole, or soon after, however slow the machine is. */
const roundsLater = (path: string) => async () => {
  const before = roundOf(path)
  while (roundOf(path) === before) await setTimeout(1)
  await setTimeout(Math.random() * 20)
}

/** Between two transactions of one document, or soon after: chance alone seldom strikes there on a busy machine. */
const midway = (path: string) => async () => {
  while (!isHalfway(path)) await setTimeout(1)
}

const instants = [anyInstant, roundsLater, midway]

describe("intake under SIGKILL", () => {
  it(`${kills} kills, at random instants, after documents and between the transactions of one, lose nothing and double nothing`, async () => {
    compile()
    const folder = mkdtempSync(join(tmpdir(), "oncecast-kill-"))
    const path = join(folder, "oncecast.db")
    try {
      let halfway = 0
      for (let kill = 0; kill < kills; kill++) {
        assert.isNull(await run([path], instants[kill % 3]?.(path)))
        if (isHalfway(path)) halfway += 1
      }
      assert.isAbove(halfway, 3, "kills between two transactions of one document")
      const last = roundOf(path) + 2
      assert.strictEqual(await run([path, `${last}`]), 0)
      read(path, (db) => {
        const everyItem = Array.from({ length: shownUntil(last) }, (_, at) => `${at + 1}`)
        const inChannel = db.prepare(
          `SELECT payload ->> 'title' FROM delivery JOIN item_payload USING (item_id)
           WHERE channel = ? ORDER BY delivery.id`
        )
        for (const channel of ["a", "b"]) assert.deepStrictEqual(inChannel.pluck().all(channel), everyItem)
        assert.strictEqual(db.prepare("SELECT count(*) FROM item").pluck().get(), everyItem.length)
        assert.strictEqual(db.prepare("SELECT count(*) FROM item_key").pluck().get(), 2 * everyItem.length)
        assert.strictEqual(db.pragma("integrity_check", { simple: true }), "ok")
        assert.isAbove(last, 5, "rounds admitted")
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
      rmSync(bundle, { force: true })
    }
  })
})
