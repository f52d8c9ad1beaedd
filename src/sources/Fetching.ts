// One fetch for a source, under its limits. Enters: the source, an address, what is known of its last body. Leaves: what is new there.
// Promises: it ends; the source's credentials go along to its own server and to no other.
import { Duration, Effect } from "effect"
import type { Source } from "../domain/Source.ts"
import { shown } from "./Address.ts"
import { sameServer } from "./Exchange.ts"
import { FetchFailed } from "./FetchErrors.ts"
import { Fetcher, type FetchRequest } from "./Fetcher.ts"
import { allowanceMs } from "./Receiving.ts"

/** Beyond the fetcher's own limit there is only waiting for a turn at a crowded host; this ends even that. */
const turnCeilingMs = 600_000

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
export const fetchFor = Effect.fnUntraced(function* (source: Source, { url, ...asked }: Asked) {
  const fetcher = yield* Fetcher
  const { maxBytes, allowPrivate } = source
  const address = url === undefined ? source.url : withCredentials(url, source)
  return yield* fetcher.fetch({ ...asked, url: address, maxBytes, allowPrivate }).pipe(
    Effect.timeoutFail({
      duration: turnCeilingMs + allowanceMs(maxBytes),
      onTimeout: () => {
        const detail = `had no turn within ${Duration.format(Duration.millis(turnCeilingMs))}`
        return new FetchFailed({ url: shown(address), reason: "timeout", detail })
      }
    })
  )
})
