// How the service reads the world outside: the network, the kinds of source, the pictures of posts.
import { Effect, Layer } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { SourceKindName } from "../domain/Source.ts"
import { version } from "../domain/Version.ts"
import { fitPhoto } from "../publisher/PhotoFitting.ts"
import { Photos, PhotoUnavailable } from "../publisher/Photos.ts"
import { traced } from "../Spans.ts"
import { Fetcher } from "../sources/Fetcher.ts"
import { Kinds } from "../sources/Kinds.ts"
import { csv } from "../sources/kinds/csv.ts"
import { json } from "../sources/kinds/json.ts"
import { merchant } from "../sources/kinds/merchant.ts"
import { page } from "../sources/kinds/page.ts"
import { rss } from "../sources/kinds/rss.ts"
import { sitemap } from "../sources/kinds/sitemap.ts"
import { yml } from "../sources/kinds/yml.ts"
import { Politeness } from "../sources/Politeness.ts"
import type { SourceKind } from "../sources/SourceKind.ts"

const userAgent = `Oncecast/${version} (+https://github.com/oncecast/oncecast)`

const known = { rss, yml, merchant, csv, page, json, sitemap }

/** `others`: read in the place of those that the catalog names so. */
export const kindsWith = (others: Partial<Readonly<Record<SourceKindName, SourceKind>>>) =>
  Kinds.layer({ ...known, ...others })

export const kinds = kindsWith({})

/** `folder`: where large bodies are kept while they are read; default the system's folder for such files. */
export const network = (folder?: string) =>
  Fetcher.layer({ userAgent, ...(folder === undefined ? {} : { folder }) }).pipe(
    Layer.provide(Politeness.layer())
  )

/** Private addresses are read only on the hosts on which the catalog permits it. */
export const mayBePrivate = ({ sources }: Pick<Catalog, "sources">, url: string): boolean => {
  const host = URL.canParse(url) ? new URL(url).host : ""
  return [...sources.values()].some((source) => source.allowPrivate && new URL(source.url).host === host)
}

/** More than Telegram takes, for a larger one is made smaller. */
const maxPictureBytes = 25_000_000

/** Pictures come from where the sources are: through the same guarded network. */
export const photos = (catalog: Effect.Effect<Catalog>) =>
  Layer.effect(
    Photos,
    Effect.map(Fetcher, (fetcher) =>
      Photos.of({
        load: traced("Photos.load")(function* (url) {
          const allowPrivate = mayBePrivate(yield* catalog, url)
          const bytes = yield* fetcher
            .bytes({ url, allowPrivate, accept: "image/*", maxBytes: maxPictureBytes })
            .pipe(Effect.mapError((error) => new PhotoUnavailable({ url: error.url, detail: error.message })))
          return yield* fitPhoto(url, bytes)
        })
      })
    )
  )
