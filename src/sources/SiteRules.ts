// What the sites whose pages are visited permit: their robots.txt, asked for at most once a day each. Enters: a page's address. Leaves: the
// rules of its site. Promises: no page is visited before its site's rules are known; a site that has none permits everything, one whose
// rules cannot be had permits nothing for now. @source https://www.rfc-editor.org/rfc/rfc9309#section-2.3.1, read 2026-11-25

import type { Scope } from "effect"
import { Clock, Effect, Ref } from "effect"
import type { Millis } from "../domain/Names.ts"
import { traced } from "../Spans.ts"
import type { FetchError } from "./FetchErrors.ts"
import type { Fetched, FetchRequest } from "./Fetcher.ts"
import { type Robots, robotsOf } from "./Robots.ts"

/** @source RFC 9309 §2.4: not used for longer than a day */
const keptMs = 86_400_000
/** Sites that are remembered; the one that was asked for first is forgotten first. */
const maxSites = 1_000
/** What is read of one. @source RFC 9309 §2.5: at least 500 KiB */
const maxBytes = 1_000_000

/** Our name in a robots.txt. */
const productToken = "oncecast"

/** Of a site without a robots.txt. */
export const everythingAllowed: Robots = { allowed: () => true, sitemaps: [] }

/** A site's rules; for the fetcher, which is the only one that may ask for them. */
export type AskSite = (url: string, allowPrivate: boolean) => Effect.Effect<Robots, FetchError>

interface Site {
  readonly robots: Robots
  readonly until: Millis
}

/** Asks through `get`, and remembers. */
export const siteRules = (
  get: (request: FetchRequest) => Effect.Effect<Fetched, FetchError, Scope.Scope>
): Effect.Effect<AskSite> =>
  Effect.map(Ref.make<ReadonlyMap<string, Site>>(new Map()), (sites) => {
    const ask = traced("SiteRules.ask")(
      function* (address: string, allowPrivate: boolean) {
        const fetched = yield* get({
          url: address,
          cursor: {},
          maxBytes,
          allowPrivate,
          accept: "text/plain, */*;q=0.5"
        })
        return fetched._tag === "Document"
          ? robotsOf(Buffer.from(fetched.body.head).toString(), address, productToken)
          : everythingAllowed
      },
      Effect.scoped,
      // Answers such as 404 and 403: the site has no rules for programs.
      Effect.catchTags({
        FetchGone: () => Effect.succeed(everythingAllowed),
        FetchRefused: (refused) => (refused.challenge ? refused : Effect.succeed(everythingAllowed))
      })
    )
    return Effect.fnUntraced(function* (url: string, allowPrivate: boolean) {
      const address = new URL("/robots.txt", url).href
      const now = yield* Clock.currentTimeMillis
      const known = (yield* Ref.get(sites)).get(address)
      if (known !== undefined && known.until > now && known.until <= now + keptMs) return known.robots
      const robots = yield* ask(address, allowPrivate)
      yield* Ref.update(sites, (before) => {
        const rest = [...before].filter(([other]) => other !== address).slice(1 - maxSites)
        return new Map([...rest, [address, { robots, until: now + keptMs }]])
      })
      return robots
    })
  })
