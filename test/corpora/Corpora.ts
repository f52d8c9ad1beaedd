// Where the corpora lie and how a file of them is read: through the readers that production uses, without the network.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Effect, Either } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import { FeedReader } from "../../src/sources/kinds/rss/FeedReader.ts"
import { readJsonFeed } from "../../src/sources/kinds/rss/JsonFeed.ts"
import { charsetOf } from "../../src/sources/reading/Charset.ts"
import { decoder } from "../../src/sources/reading/Decoder.ts"

const folder = resolve(process.env["CORPORA_DIR"] ?? join(import.meta.dirname, "../../../shared/corpora"))

/** The address that every corpus file is pretended to come from; feedparser's own tests use this host. */
export const documentUrl = "http://127.0.0.1:8097/feed"

/** Ends the run with one sentence when the corpora are not there. */
export const requireCorpora = (): void => {
  if (!existsSync(join(folder, "INDEX.md"))) {
    throw new Error(
      `There are no corpora at ${folder}: set CORPORA_DIR to the folder that holds their INDEX.md.`
    )
  }
}

export const bytesOf = (path: string): Uint8Array => readFileSync(join(folder, path))

export const jsonOf = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"))

export const linesOf = (path: string): ReadonlyArray<unknown> =>
  readFileSync(join(folder, path), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))

/** All files of a corpus, as paths below the corpora folder; none when that corpus is not there. */
export const filesOf = (corpus: string): ReadonlyArray<string> =>
  existsSync(join(folder, corpus))
    ? readdirSync(join(folder, corpus), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort()
    : []

export const exists = (path: string): boolean => existsSync(join(folder, path))

export interface Reading {
  readonly title: string
  /** Every item, also those that production leaves out because they have no link, id and title. */
  readonly items: ReadonlyArray<Item>
}

/** What the readers understand of a file; nothing when it is no feed. */
export const readingOf = async (path: string, contentType?: string): Promise<Reading> => {
  const bytes = bytesOf(path)
  const text = decoder(await Effect.runPromise(charsetOf(bytes, contentType)))
  const whole = (text.write(bytes) + text.end()).replace(/^\ufeff/, "")
  if (/^\s*\{/.test(whole))
    return Either.getOrElse(readJsonFeed(whole, documentUrl), () => ({ title: "", items: [] }))
  const feed = new FeedReader(documentUrl, 0)
  const items = feed.write(whole)
  feed.end()
  return feed.root?.isFeed === true ? { title: feed.title, items } : { title: "", items: [] }
}
