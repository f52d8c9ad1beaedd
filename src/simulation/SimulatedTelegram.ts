// Telegram as a world has it: the emulator's core in process, with the chats of the installation, other people in them, and a network between it
// and the programs that takes its time and may break. Everything in it is seen by whoever checks the world.
import { Effect, Exit, Option } from "effect"
import type { CallRecord } from "../sandbox/CallLog.ts"
import type { Chat } from "../sandbox/Chat.ts"
import { Emulator, type EmulatorShape } from "../sandbox/Emulator.ts"
import { type Exchange, ExchangeBroken, type HttpAnswer, tooLate } from "../telegram/SendHttp.ts"
import type { Dice } from "./Dice.ts"
import { emulatedExchange } from "./EmulatedHttp.ts"
import { type Installation, logChat, publisherToken, witnessToken } from "./Installation.ts"
import type { Life } from "./Life.ts"
import type { VirtualTime } from "./VirtualTime.ts"
import type { Weather } from "./Weather.ts"

export interface SimulatedTelegram {
  readonly emulator: EmulatorShape
  readonly exchange: (name: string, reaches: () => boolean) => Exchange
  readonly chat: (username: string) => Chat | undefined
  /** Breaks off whatever is under way: the world ends, and grammY keeps a real timer for each call. */
  readonly hangUp: () => void
}

export interface TelegramOptions {
  readonly installation: Installation
  readonly weather: Weather
  readonly dice: Dice
  readonly outside: Life
  readonly time: VirtualTime
  readonly observe: (what: "arrived" | "done", call: CallRecord) => void
  readonly say: (who: string, what: string, data: Readonly<Record<string, unknown>>) => void
  /** Longer than the real 50 s where idle polls would only cost time. */
  readonly longestPollSeconds: number
  /** Requests may be carried out later than the program allows for. */
  readonly beyondBound: boolean
}

const poster = {
  status: "administrator",
  rights: { can_post_messages: true, can_edit_messages: false, can_delete_messages: false }
} as const

/** A request is carried out this late at the most when its client has lost the answer: less than the program waits for (90 s). */
const latestMs = 60_000
const tooLateMs = 600_000

const arrange = ({ control }: EmulatorShape, { installation, weather, beyondBound }: TelegramOptions) =>
  Effect.gen(function* () {
    yield* control.addChat({ id: logChat, type: "channel", title: "Log" })
    for (const { username, owner, group } of installation.places) {
      yield* control.addChat({ username, title: username, bots: poster })
      if (Option.isSome(owner)) yield* control.personalChat(owner.value, `@${username}`)
      if (Option.isSome(group)) {
        yield* control.addChat({ id: group.value, type: "supergroup", title: `Talk of ${username}` })
        yield* control.setChat(`@${username}`, { linkedChat: group.value })
      }
      yield* control.postAsAdmin(`@${username}`, "Welcome")
    }
    yield* brokenCalls(control, weather, beyondBound ? tooLateMs : latestMs)
  }).pipe(Effect.orDie)

/** What strikes calls by chance, as rules of the emulator. */
const brokenCalls = (control: EmulatorShape["control"], weather: Weather, latest: number) =>
  Effect.gen(function* () {
    const often = (name: Parameters<Weather["chanceOf"]>[0], usual: number) => ({
      probability: weather.chanceOf(name, usual)
    })
    const rst = { kind: "rst" } as const
    const errors = often("telegram-errors", 0.01)
    yield* control.fault({ stage: "received", action: { kind: "html", status: 502 }, ...errors })
    const internal = { kind: "error", code: 500, description: "Internal Server Error" } as const
    yield* control.fault({ stage: "received", action: internal, ...errors })
    yield* control.fault({ stage: "accept", action: rst, ...often("resets-before", 0.02) })
    yield* control.fault({ stage: "processed", action: rst, ...often("resets-after", 0.02) })
    yield* control.fault({ stage: "body", action: { kind: "half" }, ...often("resets-after", 0.01) })
    const silence = { stage: "processed", action: { kind: "stall" } } as const
    yield* control.fault({ ...silence, ...often("no-answers", 0.01) })
    for (const ms of [1_000, 10_000, latest]) {
      const late = { kind: "late", ms, loss: rst } as const
      yield* control.fault({ stage: "received", action: late, ...often("late-landing", 0.01) })
    }
  })

/** Runs on the outside of all programs. */
const simulatedTelegram = (options: TelegramOptions) =>
  Effect.gen(function* () {
    const { installation, dice } = options
    const bots = [
      { token: publisherToken, username: "once_bot" },
      ...(installation.witness ? [{ token: witnessToken, username: "witness_bot" }] : [])
    ]
    const emulator = yield* Emulator.make({
      bots,
      seed: dice.below(2 ** 31),
      longestPoll: options.longestPollSeconds,
      keepMessages: 5_000,
      observe: options.observe
    })
    yield* arrange(emulator, options)
    const carried = yield* emulatedExchange(emulator)
    const chats = yield* emulator.control.chats
    const underWay = new Set<() => void>()
    const telegram: SimulatedTelegram = {
      emulator,
      exchange: (name, reaches) => networked(options, underWay, name, reaches, carried),
      chat: (username) => chats.find((chat) => chat.username === username),
      hangUp: () => underWay.forEach((breakOff) => void breakOff())
    }
    return telegram
  })

/** The way there and back: it takes a while, and may be cut at either end. */
const networked =
  (
    { outside, time, dice, weather, say }: TelegramOptions,
    underWay: Set<() => void>,
    name: string,
    reaches: () => boolean,
    carried: Exchange
  ): Exchange =>
  (call) =>
    new Promise<HttpAnswer>((resolve, reject) => {
      const breakOff = () => reject(new ExchangeBroken(true, "the world ended"))
      underWay.add(breakOff)
      const ended = () => underWay.delete(breakOff)
      const answered = (answer: HttpAnswer) => {
        ended()
        resolve(answer)
      }
      const failed = (error: unknown) => {
        ended()
        reject(error)
      }
      const method = call.url.slice(call.url.lastIndexOf("/") + 1)
      if (!call.mayGo()) return failed(new ExchangeBroken(false, tooLate))
      const later = (act: () => void) =>
        outside.after(dice.between(5, 60), () => {
          act()
          time.promised()
        })
      later(() => {
        if (!reaches()) return failed(new ExchangeBroken(false, "ENETUNREACH"))
        // Refused, cut off on the way, or handed over whole and lost before anybody saw it.
        const reset = weather.strikes("resets-before", 0.01, method)
        if (reset !== undefined) return failed(new ExchangeBroken(reset.hits(0.3), "ECONNRESET"))
        carried(call).then(
          (answer) =>
            later(() => (reaches() ? answered(answer) : failed(new ExchangeBroken(true, "ETIMEDOUT")))),
          (error) => {
            say(name, "call broke off", { method })
            later(() => failed(error))
          }
        )
      })
    })

/** Does something to the emulator and expects it to be possible. */
export const doing = (outside: Life, act: Effect.Effect<unknown, unknown>): void => {
  outside.run(act).addObserver((exit) => {
    if (Exit.isFailure(exit) && !Exit.isInterrupted(exit)) throw new Error(`the world broke: ${exit.cause}`)
  })
}

/** One that stands ready, and stays for as long as the outside lives. */
export const startedTelegram = async (options: TelegramOptions): Promise<SimulatedTelegram> => {
  const { outside, time } = options
  let telegram: SimulatedTelegram | undefined
  // For ever, without the timer that keeps Effect.never alive.
  const stays = Effect.async<never>(() => undefined)
  outside.run(
    Effect.scoped(
      Effect.flatMap(simulatedTelegram(options), (ready) => {
        telegram = ready
        return stays
      })
    )
  )
  await time.run(time.now, () => false)
  if (telegram === undefined) throw new Error("the simulated Telegram did not start")
  return telegram
}
