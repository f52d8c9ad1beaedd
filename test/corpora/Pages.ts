// How a page of the corpora is read: through the reader that production uses, as if it came from one shop.
import { Effect, Either } from "effect"
import type { Item } from "../../src/domain/Item.ts"
import { page } from "../../src/sources/kinds/page.ts"
import { sourceWith } from "../sources/reading/source.ts"

/** The address that every page is pretended to come from. */
export const pageUrl = "https://shop.example/p/1"

export interface PageFound {
  readonly items: ReadonlyArray<Item>
  readonly elapsedMs: number
  /** Why it was refused. */
  readonly refused: string | undefined
}

export const readPage = async (bytes: Uint8Array): Promise<PageFound> => {
  const started = performance.now()
  const source = sourceWith({ kind: "page", url: pageUrl })
  const head = { bytes: bytes.subarray(0, 65_536), url: pageUrl, now: Date.UTC(2026, 10, 25) }
  const reader = await Effect.runPromise(page.open(head, source))
  const items = [...reader.write(bytes), ...reader.end()]
  const facts = reader.facts()
  const left = Either.isLeft(facts) ? facts.left : undefined
  return {
    items,
    elapsedMs: performance.now() - started,
    refused: typeof left === "object" ? left.found : left
  }
}

export const htmlPage = (body: string): Uint8Array =>
  new TextEncoder().encode(
    `<!doctype html><html><head><meta charset="utf-8"></head><body>${body}</body></html>`
  )
