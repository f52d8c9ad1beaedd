// What an operator can do, once: the command line, the page and the admin chat all call these. They act on the durable state alone, so
// they work on a running service (it notices within a second) and on a stopped one. Each answers with one sentence for people, and stands in
// the audit log before it is carried out.
import { Clock, Context, Effect, Layer, Option } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import type { Channel } from "../domain/Channel.ts"
import { type AttemptId, ChannelId, DeliveryId } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"
import type { Choices } from "../outbox/Choices.ts"
import { type Burst, type BurstDecision, Intake, type Route } from "../outbox/Intake.ts"
import { Ledger } from "../outbox/Ledger.ts"
import { Outbox, type Resolution } from "../outbox/Outbox.ts"
import { Posts } from "../outbox/Posts.ts"
import { Questions } from "../outbox/Questions.ts"
import type { Restoration } from "../outbox/Restoration.ts"
import { Signals } from "../outbox/Signals.ts"
import { Steering, type Target } from "../outbox/Steering.ts"
import { Views } from "../outbox/Views.ts"
import { traced } from "../Spans.ts"
import { Actor, audited } from "./Audited.ts"
import { Looking } from "./Looking.ts"
import { NotFound, NotPossible } from "./NotDone.ts"
import { postPage } from "./PostPage.ts"
import { decideRestored, type RestoredDecision } from "./RestoredChannels.ts"
import { withWaits } from "./Waits.ts"
import { due } from "./Wording.ts"

export type Answer = Effect.Effect<string, NotFound | NotPossible | StorageFailed>

export class Commands extends Context.Tag("oncecast/operator/Commands")<
  Commands,
  {
    /** A channel or source by its name; where both bear it, `channel/NAME` or `source/NAME`. */
    readonly pause: (name: string) => Answer
    readonly resume: (name: string) => Answer
    /** Decides an unknown or parked delivery: it stands in the channel under this message id, or it does not (and is sent again). */
    /** `about`: the attempt that was looked for, where the surface had shown one; nothing is said of a newer one. */
    readonly settle: (
      delivery: number,
      found: { readonly messageId: number } | "absent",
      about?: AttemptId
    ) => Answer
    /** What the delivery's post is about is gone: it is marked or taken away, as its channel wants. */
    readonly withdraw: (delivery: number) => Answer
    /** Queues a refused or expired delivery again. */
    readonly retry: (delivery: number) => Answer
    /** Lets a queued delivery go out before all others of its channel, or behind them. */
    readonly reorder: (delivery: number, place: "first" | "last") => Answer
    /** Decides the oldest held flood of a source. */
    readonly release: (source: string, decision: BurstDecision) => Answer
    /** Posts what a page is about into a channel, once. */
    readonly post: (url: string, channel: string) => Answer
    /** Decides about a channel of which, after a restore, nobody can see what was posted since the backup. */
    readonly restored: (channel: string, decision: RestoredDecision) => Answer
  }
>() {
  /** The catalog is asked anew for each command, since it may change while the service runs. */
  static readonly layer = (catalog: Effect.Effect<Catalog>) =>
    Layer.effect(Commands, Effect.flatMap(make(catalog), audited))
}

const namesOf = (catalog: Catalog): ReadonlyArray<Target> => [
  ...[...catalog.channels.keys()].map((id) => ({ kind: "channel" as const, id })),
  ...[...catalog.sources.keys()].map((id) => ({ kind: "source" as const, id }))
]

/** The channel or source that a person means. */
export const targetNamed = (
  catalog: Catalog,
  name: string
): Effect.Effect<Target, NotFound | NotPossible> => {
  const [first, second] = namesOf(catalog).filter(
    (target) => target.id === name || `${target.kind}/${target.id}` === name
  )
  if (first === undefined) {
    const known = namesOf(catalog).map((target) => target.id)
    return new NotFound({ what: `There is no channel or source "${name}"; there are ${known.join(", ")}.` })
  }
  return second === undefined
    ? Effect.succeed(first)
    : new NotPossible({ what: `"${name}" is a channel and a source; say channel/${name} or source/${name}.` })
}

/** The channels that a source feeds, with its filter. */
export const routesOf = (catalog: Catalog, source: string): ReadonlyArray<Route> => {
  const found = [...catalog.sources.values()].find((candidate) => candidate.id === source)
  if (found === undefined) return []
  return found.to.flatMap((id) => {
    const channel: Channel | undefined = catalog.channels.get(id)
    return channel === undefined ? [] : [{ channel, where: found.where }]
  })
}

const releaseSentence = (burst: Burst, decision: BurstDecision, queued: number): string => {
  if (decision === "discard")
    return `The ${burst.items} held items of ${burst.source} count as seen; none is posted.`
  const wanted = decision === "release" ? burst.items : Math.min(decision.newest, burst.items)
  return queued < wanted && queued > 0
    ? `${queued} deliveries of ${burst.source} are queued; the rest follows as the channels have room.`
    : `${queued} deliveries of ${burst.source} are queued.`
}

const nothingHeld = (catalog: Catalog, source: string): Effect.Effect<never, NotFound | NotPossible> => {
  const known = [...catalog.sources.values()].map(({ id }) => id)
  return known.some((id) => id === source)
    ? new NotPossible({ what: `No items of "${source}" are held.` })
    : new NotFound({ what: `There is no source "${source}"; there are ${known.join(", ")}.` })
}

const make = (current: Effect.Effect<Catalog>) =>
  Effect.gen(function* () {
    const steering = yield* Steering
    const outbox = yield* Outbox
    const intake = yield* Intake
    const signals = yield* Signals
    const posts = yield* Posts
    const ledger = yield* Ledger
    const looking = yield* Looking
    const questions = yield* Questions
    const services = yield* Effect.context<Restoration | Ledger | Choices | Views>()

    /** What keeps it back although it is first. */
    const heldUp = (delivery: number) =>
      Effect.gen(function* () {
        const life = yield* Effect.flatMap(Views, (views) => views.delivery(DeliveryId.make(delivery)))
        const rows = yield* withWaits(
          yield* current,
          [...Option.toArray(life)].map(({ row }) => row)
        )
        const [waits] = rows.flatMap(({ waits }) => waits ?? [])
        if (waits === undefined || waits.why === "its turn") return ""
        const until = waits.until === null ? "" : ` (${due(waits.until, yield* Clock.currentTimeMillis)})`
        return `, but not yet: ${waits.why}${until}`
      }).pipe(Effect.provide(services))

    /** Why a command found nothing to do with the delivery; `not` goes on from the state that it is in. */
    const refused = (delivery: number, not: string) =>
      Effect.flatMap(ledger.stateOf(DeliveryId.make(delivery)), (state) =>
        Option.match(state, {
          onNone: () =>
            Effect.fail<NotFound | NotPossible>(
              new NotFound({
                what: `There is no delivery ${delivery}; \`oncecast deliveries\` lists those that are.`
              })
            ),
          onSome: (is) => Effect.fail(new NotPossible({ what: `Delivery ${delivery} is ${is}, ${not}` }))
        })
      )

    /** Its edits would overwrite the other one's post. */
    const unheld = (delivery: number, messageId: number) =>
      Effect.flatMap(questions.holder(messageId, DeliveryId.make(delivery)), (holder) =>
        holder === undefined
          ? Effect.void
          : new NotPossible({
              what: `Message ${messageId} is the post of delivery ${holder}; look again which one is that of delivery ${delivery}.`
            })
      )

    const resolution = (found: { readonly messageId: number } | "absent"): Resolution =>
      found === "absent" ? { _tag: "Absent" } : { _tag: "Sent", messageIds: [found.messageId] }

    return Commands.of({
      pause: traced("Commands.pause")(function* (name) {
        const target = yield* targetNamed(yield* current, name)
        const done = yield* steering.pause(target, yield* Actor, yield* Clock.currentTimeMillis)
        yield* signals.notify(target)
        return done
          ? `The ${target.kind} ${target.id} is paused.`
          : `The ${target.kind} ${target.id} was paused already.`
      }),
      resume: traced("Commands.resume")(function* (name) {
        const target = yield* targetNamed(yield* current, name)
        const done = yield* steering.resume(target)
        yield* target.kind === "channel"
          ? outbox.lookAgain(ChannelId.make(target.id))
          : signals.notify(target)
        return done
          ? `The ${target.kind} ${target.id} goes on.`
          : `The ${target.kind} ${target.id} was not paused; what failed there is tried again.`
      }),
      settle: traced("Commands.settle")(function* (delivery, found, about) {
        const now = yield* Clock.currentTimeMillis
        if (found !== "absent") yield* unheld(delivery, found.messageId)
        const done = yield* outbox.resolve(DeliveryId.make(delivery), resolution(found), now, about)
        if (!done) {
          return yield* refused(
            delivery,
            "not waiting for a decision, or was tried again since you looked; `oncecast deliveries --state parked` and `--state unknown` list those that are."
          )
        }
        return found === "absent"
          ? `Delivery ${delivery} is queued again.`
          : `Delivery ${delivery} counts as sent.`
      }),
      withdraw: traced("Commands.withdraw")(function* (delivery) {
        const done = yield* posts.withdraw(DeliveryId.make(delivery), yield* Clock.currentTimeMillis)
        if (!done) return yield* refused(delivery, "so no post of it stands.")
        return `The post of delivery ${delivery} is withdrawn.`
      }),
      retry: traced("Commands.retry")(function* (delivery) {
        const done = yield* outbox.retry(DeliveryId.make(delivery), yield* Clock.currentTimeMillis)
        if (!done) return yield* refused(delivery, "neither refused nor expired.")
        return `Delivery ${delivery} is queued again.`
      }),
      reorder: traced("Commands.reorder")(function* (delivery, place) {
        const done = yield* outbox.reorder(DeliveryId.make(delivery), place)
        if (!done) return yield* refused(delivery, "so it waits in no queue.")
        return place === "first"
          ? `Delivery ${delivery} goes next${yield* heldUp(delivery)}.`
          : `Delivery ${delivery} goes last.`
      }),
      release: traced("Commands.release")(function* (source, decision) {
        const catalog = yield* current
        const open = (yield* intake.bursts).find((burst) => burst.source === source && burst.state === "held")
        if (open === undefined) return yield* nothingHeld(catalog, source)
        const routes = routesOf(catalog, source)
        if (routes.length === 0 && decision !== "discard") {
          return yield* new NotPossible({
            what: `"${source}" is not in the catalog, so its held items have no channel to go to; put it back first, or discard them.`
          })
        }
        const queued = yield* intake.decide(open.id, decision, routes, yield* Clock.currentTimeMillis)
        // Somebody else has decided meanwhile.
        if (Option.isNone(queued)) return yield* nothingHeld(catalog, source)
        return releaseSentence(open, decision, queued.value)
      }),
      post: traced("Commands.post")(function* (url, channel) {
        return yield* postPage(yield* current, url, channel).pipe(
          Effect.provideService(Looking, looking),
          Effect.provideService(Intake, intake)
        )
      }),
      restored: traced("Commands.restored")(function* (channel, decision) {
        const done = yield* Effect.provide(decideRestored(yield* current, channel, decision), services)
        yield* signals.notify({ kind: "channel", id: channel })
        return done
      })
    })
  })
