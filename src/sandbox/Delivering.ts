// The fiber that brings updates to webhooks (E14): looks after each change and whenever a pause is over, and sends what may be sent. What may be
// sent is Webhooks' business, the network is others'.
import { Clock, Duration, Effect, FiberSet, PubSub, Queue, type Scope } from "effect"
import type { Machine } from "./Machine.ts"
import type { Bot, Webhook } from "./State.ts"
import { type Update, wireUpdate } from "./Updates.ts"
import { type Deliver, type Receipt, settle, turnOf, wantedMethod } from "./Webhooks.ts"

export interface Surroundings {
  /** Who brings an update to its webhook; absent: nobody yet. */
  readonly deliver: Effect.Effect<Deliver | undefined>
  /** Calls a method for a bot; nobody learns what came of it. */
  readonly call: (
    bot: Bot,
    method: string,
    params: Readonly<Record<string, unknown>>
  ) => Effect.Effect<unknown>
}

const patience = Duration.seconds(60)
const timedOut = (): Receipt => ({ failure: "Read timeout expired" })

/** Queues of which an update is on its way, by bot. */
const makeFlying = () => {
  const flying = new WeakMap<Bot, Set<string>>()
  return (bot: Bot): Set<string> => {
    const queues = flying.get(bot) ?? new Set<string>()
    flying.set(bot, queues)
    return queues
  }
}

/** Delivers until the scope closes. `changes` says when something in the emulator changed. */
export const runWebhooks = (
  machine: Machine,
  changes: PubSub.PubSub<void>,
  { deliver, call }: Surroundings
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const flights = yield* FiberSet.make<unknown, never>()
    const flying = makeFlying()
    const news = yield* PubSub.subscribe(changes)

    const fly = Effect.fnUntraced(function* (by: Deliver, bot: Bot, webhook: Webhook, update: Update) {
      const { state } = machine
      const receipt = yield* by(webhook, wireUpdate(update)).pipe(
        Effect.timeoutTo({ duration: patience, onSuccess: (one) => one, onTimeout: timedOut })
      )
      flying(bot).delete(update.news.queue)
      settle(state, bot, webhook, update, receipt, yield* Clock.currentTimeMillis)
      yield* PubSub.publish(changes, undefined)
      const method = wantedMethod(receipt)
      if (method !== undefined && "wants" in receipt) yield* call(bot, method, receipt.wants ?? {})
    })

    /** Sends what may be sent now; gives the time when more may. */
    const round = Effect.fnUntraced(function* (by: Deliver, bot: Bot, webhook: Webhook, now: number) {
      const { ready, next } = turnOf(machine.state, bot, webhook, flying(bot), now)
      for (const update of ready) {
        flying(bot).add(update.news.queue)
        yield* FiberSet.run(flights, fly(by, bot, webhook, update))
      }
      return next
    })

    const rounds = Effect.gen(function* () {
      const by = yield* deliver
      const now = yield* Clock.currentTimeMillis
      const next = yield* Effect.forEach(machine.state.bots.values(), (bot) =>
        by === undefined || bot.webhook === undefined
          ? Effect.succeed(Number.POSITIVE_INFINITY)
          : round(by, bot, bot.webhook, now)
      )
      const pause = Math.min(...next) - now
      const change = Queue.take(news)
      yield* Number.isFinite(pause)
        ? Effect.timeoutOption(change, Duration.millis(Math.max(0, pause)))
        : change
    })

    yield* Effect.forkScoped(Effect.forever(rounds))
  })
