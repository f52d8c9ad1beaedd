// A local Telegram: bots, chats and the Bot API's judgement, without any network of its own. HttpShell puts it on a port, simulations call it in
// process. Promises: deterministic by seed and Clock; a received call is carried out whoever listens. Never reaches the outside world.
// @source reference/telegram-bot-api.md §7.2 (the contract, E1–E23)
import { Context, Effect, Either, FiberSet, Layer, PubSub, type Scope, Stream } from "effect"
import { type Control, NotThere } from "./Control.ts"
import { makeControl } from "./Controlling.ts"
import { type Incoming, makeExchange } from "./Exchange.ts"
import { type EmulatorOptions, makeMachine } from "./Machine.ts"
import type { Upload } from "./methods/Method.ts"
import { makePolling } from "./Polling.ts"
import type { Reply } from "./Reply.ts"

export interface EmulatorShape {
  /** One call from its head to its reply. Interrupting it is a crash of the emulator, not of the client. */
  readonly exchange: (incoming: Incoming) => Effect.Effect<Reply>
  /** The same for a call whose body is at hand. */
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
  /** An element after each change; slow readers miss some. */
  readonly changes: Stream.Stream<void>
}

const make = Effect.fnUntraced(function* (
  options: EmulatorOptions
): Effect.fn.Return<EmulatorShape, never, Scope.Scope> {
  const machine = makeMachine(options)
  const hub = yield* PubSub.sliding<void>(1)
  const landing = yield* FiberSet.make<unknown, never>()
  const changed = Effect.asVoid(PubSub.publish(hub, undefined))
  const changes = Stream.fromPubSub(hub)
  let crash: Effect.Effect<void> = Effect.void

  const exchange = makeExchange(machine, {
    changed,
    poll: makePolling(hub),
    later: (work) => Effect.asVoid(FiberSet.run(landing, work)),
    crash: Effect.suspend(() => crash)
  })

  return {
    exchange,
    call: (token, method, params = {}, files = {}) =>
      exchange({ token, method, body: Effect.succeed(Either.right({ params, files })) }),
    download: (token, path) =>
      Effect.suspend(() => {
        const known = [...machine.state.bots.values()].some((bot) => bot.token === token)
        const bytes = known ? machine.state.files.get(path.replace(/^photos\//, "")) : undefined
        return bytes === undefined
          ? Effect.fail(new NotThere({ what: `file ${path}` }))
          : Effect.succeed(bytes)
      }),
    control: makeControl(machine, () => makeMachine(options), changed),
    onCrash: (effect) =>
      Effect.sync(() => {
        crash = effect
      }),
    changes
  }
})

/**
 * Where each item of the contract lives: transport E1–E4 `http/`, `Errors`; state E5–E8 `Chat`, `Messages`, `Posting`, `Access`, `WireMessage`;
 * methods E9 `methods/Table`; texts E10 `text/`, `Limits`, `InlineKeyboard`; photos E11 `Media`; edits E12 `methods/Editing`; the rest E13
 * `methods/`; updates E14 `Updates`, `Polling`; flood E15 `RateModel`; faults E16–E19, E21 `Faults`, `Exchange`, `Landing`; E20 `Chat.readable`;
 * control E6, E7, E22 `Control`, `People`, `Readout`, `http/ControlApi`; dumps E23 `Snapshot`, `Keeping`.
 */
export class Emulator extends Context.Tag("oncecast/sandbox/Emulator")<Emulator, EmulatorShape>() {
  /** An emulator of one's own, as long as the scope is open. */
  static readonly make = make

  static readonly layer = (options: EmulatorOptions = {}) => Layer.scoped(Emulator, make(options))
}
