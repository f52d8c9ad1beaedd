// `post URL` to a channel: what the page is about goes into the channel's queue, as an item of a source that nobody polls. Promises: once per
// channel, by the same identity rules as everything else, whatever other sources bring; what a person wants posted passes the filters.
import { createHash } from "node:crypto"
import { Clock, Effect } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import { SourceId } from "../domain/Names.ts"
import type { Source } from "../domain/Source.ts"
import { type Admission, Intake } from "../outbox/Intake.ts"
import { Looking } from "./Looking.ts"
import { NotFound, NotPossible } from "./NotDone.ts"

/** So much of a site's name is shown; the digest tells the rest apart. */
const longestSite = 38

/**
 * A source for each channel and site: what one channel was given by hand may be given to another as well, and the number of an offer is that of
 * its shop alone.
 */
const nameFor = ({ id }: Channel, page: string): SourceId => {
  const site = new URL(page).host.replace(/^www\./, "")
  const digest = createHash("sha256").update(`${id}\n${site}`).digest("hex").slice(0, 16)
  return SourceId.make(`by-hand.${site.replace(/[^a-z0-9.-]/g, "-").slice(-longestSite)}.${digest}`)
}

const sourceFor = (channel: Channel, page: string): Source => ({
  id: nameFor(channel, page),
  kind: "page",
  // Not the page itself: a source's own address names none of its items.
  url: new URL("/", page).href,
  everyMs: 0,
  start: "all",
  to: [channel.id],
  where: {},
  allowPrivate: false,
  variants: "group",
  burst: false,
  maxBytes: 0,
  maxItems: 1,
  pages: 1
})

/** Its own filter judges what comes by itself; this a person has chosen. */
const unfiltered = ({ where: _, ...channel }: Channel): Channel => ({ ...channel, events: ["new"] })

const isWebAddress = (text: string) => /^https?:\/\//i.test(text) && URL.canParse(text)

/** The channel of that name. */
export const channelNamed = (
  { channels }: Pick<Catalog, "channels">,
  name: string
): Effect.Effect<Channel, NotFound> =>
  Effect.mapError(
    Effect.fromNullable([...channels.values()].find(({ id }) => id === name)),
    () =>
      new NotFound({ what: `There is no channel "${name}"; there are ${[...channels.keys()].join(", ")}.` })
  )

/** What the page is about; NotPossible says why it cannot be told. */
export const pageAt = (url: string): Effect.Effect<Item, NotPossible, Looking> =>
  isWebAddress(url)
    ? Effect.flatMap(Looking, (looking) =>
        Effect.mapError(looking.page(url), ({ message }) => new NotPossible({ what: message }))
      )
    : new NotPossible({ what: `"${url}" is not the address of a page (https://…).` })

const sentence = (
  title: string,
  { id }: Channel,
  admission: Admission
): Effect.Effect<string, NotPossible> => {
  const isQueued = (admission.queued.get(id) ?? 0) > 0
  if (isQueued && admission.overruled === 0) return Effect.succeed(`"${title}" is queued for ${id}.`)
  const why = isQueued
    ? `the queue of ${id} is full of what ranks higher there. It stands among its expired deliveries, and retry queues it again`
    : admission.duplicatesPrevented > 0
      ? `another source has brought it to ${id} before`
      : admission.known > 0
        ? `it was given to ${id} before`
        : `the queue of ${id} is full; try again later`
  return new NotPossible({ what: `"${title}" is not posted: ${why}.` })
}

export const postPage = Effect.fnUntraced(function* (catalog: Catalog, url: string, name: string) {
  const channel = yield* channelNamed(catalog, name)
  const item = yield* pageAt(url)
  const intake = yield* Intake
  const admission = yield* intake.admit({
    source: sourceFor(channel, item.link !== undefined && isWebAddress(item.link) ? item.link : url),
    routes: [{ channel: unfiltered(channel), where: {} }],
    items: [item],
    complete: false,
    cursor: {},
    now: yield* Clock.currentTimeMillis
  })
  return yield* sentence(item.title || url, channel, admission)
})
