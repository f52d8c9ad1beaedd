// What the catalog wants to run, and what changes when another one comes into force. Pure. Enters: two catalogs. Leaves: the children to start,
// replace and stop, in order.
import { isDeepStrictEqual } from "node:util"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import type { Source } from "../domain/Source.ts"
import type { WordsBySource } from "../publisher/rendering/Words.ts"
import { type ChildId, childId } from "../supervision/ChildState.ts"

/** A child as the catalog wants it; two are equal when nothing needs to be restarted. */
export type Wanted =
  | { readonly _tag: "Channel"; readonly channel: Channel; readonly words: WordsBySource }
  | { readonly _tag: "Source"; readonly source: Source; readonly channels: ReadonlyArray<Channel> }

export interface Reloaded {
  readonly started: ReadonlyArray<ChildId>
  readonly replaced: ReadonlyArray<ChildId>
  /** Of the replaced ones the sources whose own entry changed, and not only a channel of theirs. */
  readonly renewed: ReadonlyArray<ChildId>
  readonly stopped: ReadonlyArray<ChildId>
}

/** Of every source that says something: a queued item goes out labelled though its route was taken away. */
const wordsIn = (catalog: Catalog): WordsBySource =>
  new Map(
    [...catalog.sources].flatMap(([id, { affiliate, label }]) =>
      affiliate === undefined && label === undefined
        ? []
        : [
            [
              id,
              { ...(affiliate === undefined ? {} : { affiliate }), ...(label === undefined ? {} : { label }) }
            ] as const
          ]
    )
  )

/** Every child of a catalog, publishers before sources. */
export const wantedOf = (catalog: Catalog): ReadonlyMap<ChildId, Wanted> => {
  const words = wordsIn(catalog)
  const wanted = new Map<ChildId, Wanted>()
  for (const channel of catalog.channels.values())
    wanted.set(childId("channel", channel.id), { _tag: "Channel", channel, words })
  for (const source of catalog.sources.values()) {
    const channels = source.to.flatMap((id) => catalog.channels.get(id) ?? [])
    wanted.set(childId("source", source.id), { _tag: "Source", source, channels })
  }
  return wanted
}

/** What changes between two catalogs, in the order in which it is to be done. Pure. */
export const difference = (before: Catalog, after: Catalog): Reloaded => {
  const [old, wanted] = [wantedOf(before), wantedOf(after)]
  const replaced = [...wanted].filter(([id, child]) => old.has(id) && !isDeepStrictEqual(old.get(id), child))
  return {
    started: [...wanted.keys()].filter((id) => !old.has(id)),
    replaced: replaced.map(([id]) => id),
    renewed: replaced.filter(([id, child]) => hasNewEntry(old.get(id), child)).map(([id]) => id),
    stopped: [...old.keys()].filter((id) => !wanted.has(id)).reverse()
  }
}

const hasNewEntry = (old: Wanted | undefined, wanted: Wanted): boolean =>
  old?._tag === "Source" && wanted._tag === "Source" && !isDeepStrictEqual(old.source, wanted.source)
