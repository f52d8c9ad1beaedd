// What an import adds to a catalog: subscriptions and the catalog enter, edits leave, with what was skipped or could not be placed. Pure.
// Promises: a feed that is in the catalog already, by its canonical URL, or twice in the file, is added once; names are new and stay readable.
import type { Catalog } from "../../config/Catalog.ts"
import type { CatalogEdit } from "../../config/CatalogText.ts"
import type { ChannelId } from "../../domain/Names.ts"
import { canonicalUrl } from "../../identity/CanonicalUrl.ts"
import { nameFor } from "./Naming.ts"
import type { Remark, Subscription } from "./Subscriptions.ts"

export interface ImportWish {
  /** The channel for all; undefined: the one that the file names, or the only one. */
  readonly to: ChannelId | undefined
  /** Of what is in the feeds already, what is posted. */
  readonly start: "none" | "all" | number
}

export interface ImportPlan {
  readonly edits: ReadonlyArray<CatalogEdit>
  readonly skipped: ReadonlyArray<Remark>
  readonly faults: ReadonlyArray<Remark>
}

const known = (url: string): string => canonicalUrl(url) ?? url

const targets = (catalog: Catalog, { to }: ImportWish, one: Subscription): ReadonlyArray<string> => {
  if (to !== undefined) return [to]
  const channels: ReadonlyArray<string> = [...catalog.channels.keys()]
  const named = one.to.filter((name) => channels.includes(name))
  if (named.length > 0 && named.length === one.to.length) return named
  return channels.length === 1 ? channels : []
}

export const importPlan = (
  catalog: Catalog,
  subscriptions: ReadonlyArray<Subscription>,
  wish: ImportWish
): ImportPlan => {
  const taken = new Set<string>([...catalog.sources.keys(), ...catalog.channels.keys()])
  const byUrl = new Map(
    [...catalog.sources.values()].map(({ id, url }) => [known(url), `the catalog as ${id}`])
  )
  const edits: Array<CatalogEdit> = []
  const skipped: Array<Remark> = []
  const faults: Array<Remark> = []
  for (const one of subscriptions) {
    const { line, url, title } = one
    const where = byUrl.get(known(url))
    if (where !== undefined) {
      skipped.push({ line, message: `${url} is in ${where} already` })
      continue
    }
    const to = targets(catalog, wish, one)
    if (to.length === 0) {
      const asked = one.to.length === 0 ? "" : ` (the file says ${one.to.join(", ")})`
      faults.push({ line, message: `${url}: which channel is it for${asked}? Say it with --to` })
      continue
    }
    const name = nameFor(title, url, taken)
    byUrl.set(known(url), `this file at line ${line}`)
    const start = wish.start === "none" ? {} : { start: wish.start }
    edits.push({
      section: "sources",
      name,
      change: { _tag: "Add", entry: { kind: "rss", url, ...start, to } }
    })
  }
  return { edits, skipped, faults }
}
