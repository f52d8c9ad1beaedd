// Cold ingest as one would write it by hand for this one purpose: undici, an htmlparser2 handler, better-sqlite3. The bench's baseline.
import { createHash } from "node:crypto"
import Sqlite from "better-sqlite3"
import { Parser } from "htmlparser2"
import { type Agent, request } from "undici"

type Entry = Record<string, string>

/** The items of an RSS document: the texts of their children by name. */
const itemsIn = (xml: string): ReadonlyArray<Entry> => {
  const items: Array<Entry> = []
  let item: Entry | undefined
  let name = ""
  const parser = new Parser(
    {
      onopentagname: (tag) => {
        if (tag === "item") item = {}
        name = tag
      },
      ontext: (text) => {
        if (item !== undefined && name !== "") item[name] = (item[name] ?? "") + text
      },
      onclosetag: (tag) => {
        if (tag === "item" && item !== undefined) items.push(item)
        if (tag === "item") item = undefined
        name = ""
      }
    },
    { xmlMode: true }
  )
  parser.end(xml)
  return items
}

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest().subarray(0, 16)

const tables = `
  CREATE TABLE seen (hash BLOB PRIMARY KEY, item INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE item (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, payload TEXT NOT NULL);
  CREATE TABLE outbox (id INTEGER PRIMARY KEY, item INTEGER NOT NULL, channel TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL);
  CREATE INDEX queue ON outbox (channel, state, id);
  CREATE TABLE source (id INTEGER PRIMARY KEY, hash BLOB, etag TEXT);`

const storeAt = (path: string) => {
  const db = new Sqlite(path)
  db.pragma("journal_mode = WAL")
  db.pragma("synchronous = FULL")
  db.exec(tables)
  const known = db.prepare("SELECT item FROM seen WHERE hash = ?")
  const addKey = db.prepare("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO NOTHING")
  const addItem = db.prepare("INSERT INTO item (source, payload) VALUES (?, ?)")
  const queue = db.prepare("INSERT INTO outbox (item, channel, state, at) VALUES (?, 'news', 'queued', ?)")
  const remember = db.prepare("INSERT OR REPLACE INTO source VALUES (?, ?, ?)")
  const admit = db.transaction((source: number, hash: Buffer, etag: string, items: ReadonlyArray<Entry>) => {
    for (const item of items) {
      const keys = [hashOf(`${source}\n${item["guid"]}`), hashOf(`${source}\n${item["link"]}`)]
      if (keys.some((key) => known.get(key) !== undefined)) continue
      const { lastInsertRowid } = addItem.run(source, JSON.stringify(item))
      for (const key of keys) addKey.run(key, lastInsertRowid)
      queue.run(lastInsertRowid, Date.now())
    }
    remember.run(source, hash, etag)
  })
  return { admit, close: () => db.close() }
}

/** Fetches every URL, so many at once, and admits what it holds into a new database at `path`. */
export const ingestByHand = async (
  path: string,
  urls: ReadonlyArray<string>,
  atOnce: number,
  agent: Agent
): Promise<void> => {
  const store = storeAt(path)
  const left = urls.entries()
  const worker = async () => {
    for (const [source, url] of left) {
      const { body, headers } = await request(url, { dispatcher: agent })
      const bytes = Buffer.from(await body.arrayBuffer())
      const items = itemsIn(bytes.toString("utf8"))
      store.admit(source, createHash("sha256").update(bytes).digest(), String(headers.etag ?? ""), items)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  store.close()
}
