// Deliberate faults of the program, each a wrong behaviour at one of its contracts, and the trouble under which it shows.
import { Context, Effect, Layer } from "effect"
import type { Edges } from "../../src/App/Layers.ts"
import { Intake } from "../../src/outbox/Intake.ts"
import { Outbox, type Outcome } from "../../src/outbox/Outbox.ts"
import { Posts } from "../../src/outbox/Posts.ts"
import { publisherToken } from "../../src/simulation/Installation.ts"
import type { FaultName } from "../../src/simulation/Scenario.ts"
import { Fetcher } from "../../src/sources/Fetcher.ts"
import { Telegram, TelegramUnknown } from "../../src/telegram/Telegram.ts"

export interface Mutant {
  readonly name: string
  readonly faults: ReadonlyArray<FaultName>
  readonly alter: (edges: Edges<never>) => Edges<never>
}

/** One of the store alone: a world without fibers has it as well. */
export interface StoreMutant {
  readonly name: string
  readonly faults: ReadonlyArray<FaultName>
  readonly alterStore: <R>(store: Layer.Layer<R | Altered>) => Layer.Layer<R | Altered>
}

type Service<I, S> = Context.Tag<I, S>

/** The layer with one of its services behaving differently. */
const altered = <I, S, R>(
  layer: Layer.Layer<R | I>,
  tag: Service<I, S>,
  change: (service: S) => S
): Layer.Layer<R | I> =>
  Layer.map(layer, (context) => Context.add(context, tag, change(Context.get(context, tag))))

type Altered = Outbox | Posts | Intake

const inStore =
  <I extends Altered, S>(tag: Service<I, S>, change: (service: S) => S) =>
  <R>(store: Layer.Layer<R | Altered>): Layer.Layer<R | Altered> =>
    altered<I, S, R | Altered>(store, tag, change)

const settling = (change: (outcome: Outcome) => Outcome) =>
  inStore(Outbox, (outbox) => ({
    ...outbox,
    settle: (attempt, fence, outcome, now) => outbox.settle(attempt, fence, change(outcome), now)
  }))

const brokenCalls: ReadonlyArray<FaultName> = ["resets-after", "no-answers"]

const edgeMutants: ReadonlyArray<Mutant> = [
  {
    name: "waits for ever for a server that says nothing",
    faults: [],
    alter: (edges) => ({
      ...edges,
      network: altered(edges.network, Fetcher, (fetcher) => {
        let requests = 0
        return {
          ...fetcher,
          fetch: (request) => Effect.suspend(() => (++requests > 5 ? Effect.never : fetcher.fetch(request)))
        }
      })
    })
  },
  {
    name: "sends again at once when the answer is missing",
    faults: brokenCalls,
    alter: (edges) => ({
      ...edges,
      telegram: altered(edges.telegram, Telegram, (telegram) => ({
        ...telegram,
        send: (chat, post, photos) =>
          Effect.retry(telegram.send(chat, post, photos), {
            times: 2,
            while: ({ _tag }) => _tag === "TelegramUnknown"
          })
      }))
    })
  },
  {
    name: "says where it sent to when that failed, its token included",
    faults: brokenCalls,
    alter: (edges) => ({
      ...edges,
      telegram: altered(edges.telegram, Telegram, (telegram) => ({
        ...telegram,
        send: (chat, post, photos) =>
          Effect.catchTag(telegram.send(chat, post, photos), "TelegramUnknown", ({ method, detail }) =>
            Effect.fail(new TelegramUnknown({ method, detail: `${detail} at /bot${publisherToken}` }))
          )
      }))
    })
  },
  {
    name: "keeps its place in a source although the document was not read",
    faults: [],
    alter: (edges) => ({
      ...edges,
      network: altered(edges.network, Fetcher, (fetcher) => {
        let documents = 0
        return {
          ...fetcher,
          fetch: (request) =>
            Effect.map(fetcher.fetch(request), (fetched) => {
              documents += fetched._tag === "Document" ? 1 : 0
              return documents > 5 ? { _tag: "NotModified" } : fetched
            })
        }
      })
    })
  }
]

export const storeMutants: ReadonlyArray<StoreMutant> = [
  {
    name: "takes an unknown outcome for a failure",
    faults: brokenCalls,
    alterStore: settling((outcome) =>
      outcome._tag === "Unknown"
        ? { _tag: "Deferred", until: 0, scope: "delivery", reason: outcome.reason }
        : outcome
    )
  },
  {
    name: "takes an unknown outcome for a success",
    faults: ["resets-before", "late-landing", "no-answers", "resets-after", "telegram-errors"],
    alterStore: settling((outcome) =>
      outcome._tag === "Unknown" ? { _tag: "Sent", messageIds: [1], chatId: -1 } : outcome
    )
  },
  {
    name: "gives a post up when it only had to wait",
    faults: ["floods-refused", "telegram-errors", "resets-before", "rights-lost"],
    alterStore: settling((outcome) =>
      outcome._tag === "Deferred" ? { _tag: "Refused", reason: outcome.reason } : outcome
    )
  },
  {
    name: "marks a post as sent before it sends it",
    faults: ["floods-refused", "telegram-errors", "resets-before", "crashes"],
    alterStore: inStore(Outbox, (outbox) => ({
      ...outbox,
      begin: (intent) =>
        Effect.tap(outbox.begin(intent), (attempt) =>
          outbox.settle(attempt, intent.fence, { _tag: "Sent", messageIds: [1], chatId: -1 }, intent.now)
        )
    }))
  },
  {
    name: "takes what a dead process left in flight for unsent",
    faults: ["crashes", "crashes-at-commits"],
    alterStore: inStore(Outbox, (outbox) => ({
      ...outbox,
      recover: (channel, fence, now) =>
        Effect.gen(function* () {
          const found = yield* outbox.recover(channel, fence, now)
          const claim = yield* outbox.claim(channel, now)
          if (claim._tag === "Frozen") {
            yield* outbox.resolve(claim.delivery, { _tag: "Absent" }, now)
          }
          return found
        })
    }))
  },
  {
    name: "leaves a channel that a dead process had to itself for ever",
    faults: ["crashes", "crashes-at-commits"],
    alterStore: inStore(Outbox, (outbox) => ({
      ...outbox,
      lease: (channel, owner, now, ttlMs) =>
        owner.endsWith("/1") ? outbox.lease(channel, owner, now, ttlMs) : Effect.succeedNone
    }))
  },
  {
    name: "overlooks a delivery that waits",
    faults: [],
    alterStore: inStore(Outbox, (outbox) => ({
      ...outbox,
      claim: (channel, now) =>
        Effect.map(outbox.claim(channel, now), (claim) =>
          claim._tag === "Ready" && claim.delivery.id % 7 === 0 ? { _tag: "Empty" } : claim
        )
    }))
  },
  {
    name: "skips an item of a document",
    faults: [],
    alterStore: inStore(Intake, (intake) => ({
      ...intake,
      session: (opening) =>
        Effect.map(intake.session(opening), (session) => ({
          ...session,
          admit: (items) => session.admit(items.slice(0, -1))
        }))
    }))
  },
  {
    name: "never follows an item with an edit",
    faults: ["price-flapping"],
    alterStore: inStore(Posts, (posts) => ({ ...posts, next: () => Effect.succeedNone }))
  },
  {
    name: "sends again what it could not find out about, and asks nobody",
    faults: ["resets-after", "no-answers", "blind-readers"],
    alterStore: inStore(Outbox, (outbox) => ({
      ...outbox,
      resolve: (delivery, found, now) =>
        outbox.resolve(delivery, found._tag === "Park" ? { _tag: "Absent" } : found, now)
    }))
  }
]

export const mutants: ReadonlyArray<Mutant> = [
  ...edgeMutants,
  ...storeMutants.map(({ name, faults, alterStore }) => ({
    name,
    faults,
    alter: (edges: Edges<never>) => ({ ...edges, store: alterStore(edges.store) })
  }))
]
