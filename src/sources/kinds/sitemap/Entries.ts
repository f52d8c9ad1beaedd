// The addresses that a sitemap leads to, each once, up to what the protocol permits in one document → further documents, the newest first.
import type { Further } from "../../DocumentReader.ts"

/** @source https://www.sitemaps.org/protocol.html, 2026-11 */
export const maxEntries = 50_000

interface Entry {
  readonly url: string
  readonly modifiedAt?: number
}

export class Entries {
  /** True when more were offered. */
  full = false
  private readonly pages = new Map<string, Entry>()
  private readonly sitemaps = new Map<string, Entry>()

  /** `modifiedAt` in epoch ms, when the sitemap says it. */
  add(as: "page" | "sitemap", url: string, modifiedAt: number | undefined): void {
    const entries = as === "page" ? this.pages : this.sitemaps
    const isNew = !entries.has(url)
    if (isNew && this.pages.size + this.sitemaps.size >= maxEntries) this.full = true
    else entries.set(url, { url, ...(modifiedAt === undefined ? {} : { modifiedAt }) })
  }

  /** Sitemaps before pages; what is undated last, in the document's order. */
  get further(): ReadonlyArray<Further> {
    return [...newestFirst(this.sitemaps, "sitemap"), ...newestFirst(this.pages, "page")]
  }
}

const newestFirst = (entries: ReadonlyMap<string, Entry>, as: Further["as"]): ReadonlyArray<Further> =>
  [...entries.values()]
    .sort((a, b) => (b.modifiedAt ?? 0) - (a.modifiedAt ?? 0))
    .map((entry) => ({ ...entry, as }))
