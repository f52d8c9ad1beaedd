// A local Telegram: bots, chats and the Bot API's judgement, without any network of its own. HttpShell puts it on a port, simulations call it in
// process. Promises: deterministic by seed and Clock; a received call is carried out whoever listens. Never reaches the outside world.
// @source reference/telegram-bot-api.md §7.2 (the contract, E1–E23)
import { Clock, Context, Effect, Either, FiberSet, Layer, PubSub, type Scope, Stream } from "effect"
import { type Control, NotThere } from "./Control.ts"
import { makeActingAsPeople } from "./control/ActingAsPeople.ts"
import { makeArranging } from "./control/Arranging.ts"
import { makeChange } from "./control/Finding.ts"
import { makeReading } from "./control/Reading.ts"
import { runWebhooks } from "./Delivering.ts"
import { type Incoming, makeExchange } from "./Exchange.ts"
import { uniqueAt } from "./FileIds.ts"
import { type EmulatorOptions, type Machine, makeMachine } from "./Machine.ts"
import type { Upload } from "./methods/Method.ts"
import { makePolling } from "./Polling.ts"
import type { Reply } from "./Reply.ts"
import { noVictim, type Victim } from "./Victim.ts"
import type { Deliver } from "./Webhooks.ts"

export interface EmulatorShape {
  /** One call from its head to its reply. Interrupting it is a crash of the emulator, not of the client. */
  readonly exchange: (incoming: Incoming) => Effect.Effect<Reply>
  /** The same for a call whose body is at hand, to its very end. */
  readonly call: (
    token: string,
    method: string,
    params?: Readonly<Record<string, unknown>>,
    files?: Readonly<Record<string, Upload>>
  ) => Effect.Effect<Reply>
  /** A file of this bot, by the path that getFile gave. */
  readonly download: (token: string, path: string) => Effect.Effect<Uint8Array, NotThere>
  readonly control: Control
  /** What a `crash` fault does from now on; at first: nothing. */
  readonly onCrash: (crash: Effect.Effect<void>) => Effect.Effect<void>
  /** The same for a system under test that can be stopped before it dies. */
  readonly setVictim: (victim: Victim) => Effect.Effect<void>
  /** Who brings updates to webhooks from now on; at first nobody, and they wait. */
  readonly setDeliver: (deliver: Deliver) => Effect.Effect<void>
  /** An element after each change; slow readers miss some. */
  readonly changes: Stream.Stream<void>
}

/** A file that this token may download. */
const download = (machine: Machine, token: string, path: string) =>
  Effect.suspend(() => {
    const known = [...machine.state.bots.values()].some((bot) => bot.token === token && !bot.revoked)
    const bytes = known ? machine.state.files.get(uniqueAt(path)) : undefined
    return bytes === undefined ? Effect.fail(new NotThere({ what: `file ${path}` })) : Effect.succeed(bytes)
  })

const make = Effect.fnUntraced(function* (
  options: EmulatorOptions
): Effect.fn.Return<EmulatorShape, never, Scope.Scope> {
  const machine = makeMachine(options, yield* Clock.currentTimeMillis)
  const hub = yield* PubSub.sliding<void>(1)
  const landing = yield* FiberSet.make<unknown, never>()
  const changed = Effect.asVoid(PubSub.publish(hub, undefined))
  const change = makeChange(changed)
  let victim = noVictim
  let deliver: Deliver | undefined

  const fresh = (given: EmulatorOptions) =>
    Effect.zipRight(
      FiberSet.clear(landing),
      change((now) => void Object.assign(machine, makeMachine({ ...options, ...given }, now)))
    )
  const exchange = makeExchange(machine, {
    changed,
    poll: makePolling(machine, hub),
    later: (work) => Effect.asVoid(FiberSet.run(landing, work)),
    victim: Effect.sync(() => victim)
  })
  const call: EmulatorShape["call"] = Effect.fnUntraced(function* (token, method, params = {}, files = {}) {
    const reply = yield* exchange({ token, method, body: Effect.succeed(Either.right({ params, files })) })
    if (reply.kind === "answer") yield* reply.afterwards ?? Effect.void
    return reply
  })
  const setVictim = (next: Victim) =>
    Effect.sync(() => {
      victim = next
    })

  yield* runWebhooks(machine, hub, {
    deliver: Effect.sync(() => deliver),
    call: (bot, method, params) => call(bot.token, method, params)
  })
  return {
    exchange,
    call,
    download: (token, path) => download(machine, token, path),
    control: {
      ...makeArranging(machine, fresh, change),
      ...makeActingAsPeople(machine, change),
      ...makeReading(machine)
    },
    onCrash: (kill) => setVictim({ freeze: Effect.void, kill }),
    setVictim,
    setDeliver: (next) =>
      Effect.zipRight(
        Effect.sync(() => {
          deliver = next
        }),
        changed
      ),
    changes: Stream.fromPubSub(hub)
  }
})

/**
 * Where each item of the contract lives: transport E1–E4 `http/`, `Errors`; state E5–E8 `Chat`, `Messages`, `Posting`, `Access`, `WireMessage`;
 * methods E9 `methods/Table`; texts E10 `text/`, `Limits`, `InlineKeyboard`; photos E11 `Media`, `WebFetches`; edits E12 `methods/Editing`; the
 * rest E13 `methods/`; updates E14 `Telling`, `Updates`, `Polling`, `Webhooks`, `Delivering`; flood E15 `RateModel`, `AdjustableClock`; faults E16–E19
 * `Faults`, `Exchange`, `Landing`; blindness E20 `Chat.readable`; crashes E21 `Victim`; control E6, E7, E22 `Control`, `control/`, `People`,
 * `Readout`, `http/ControlApi`; dumps E23 `Snapshot`, `Keeping`; what nobody verified `Switches`.
 */
export class Emulator extends Context.Tag("oncecast/sandbox/Emulator")<Emulator, EmulatorShape>() {
  /** An emulator of one's own, as long as the scope is open. */
  static readonly make = make

  static readonly layer = (options: EmulatorOptions = {}) => Layer.scoped(Emulator, make(options))
}
