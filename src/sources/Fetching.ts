// One fetch for a source, under its limits. Enters: the source, an address, what is known of its last body. Leaves: what is new there.
// Promises: the source's credentials go along to its own server and to no other.
import { Effect } from "effect"
import type { Source } from "../domain/Source.ts"
import { readingOf } from "../identity/Terms.ts"
import { sameServer } from "./Exchange.ts"
import { Fetcher, type FetchRequest } from "./Fetcher.ts"

/** What is asked for; default address: the source's own. */
export type Asked = Pick<FetchRequest, "accept" | "cursor" | "gapMs"> & { readonly url?: string }

/** The address with the credentials of the source, where they belong. */
const withCredentials = (url: string, source: Source): string => {
  const [own, other] = [new URL(source.url), URL.canParse(url) ? new URL(url) : undefined]
  if (own.username === "" || other === undefined || !sameServer(own, other)) return url
  other.username = own.username
  other.password = own.password
  return other.href
}

/** Fetches for a source. */
export const fetchFor = (source: Source, { url, ...asked }: Asked) =>
  Effect.flatMap(Fetcher, (fetcher) => {
    const { maxBytes, allowPrivate } = source
    const address = url === undefined ? source.url : withCredentials(url, source)
    return fetcher.fetch({ ...asked, url: address, reading: readingOf(source), maxBytes, allowPrivate })
  })
