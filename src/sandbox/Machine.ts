// The parts of one emulator in one place, so that a reset replaces them all: state, flood model, faults, log. Not a service: the Emulator owns it.

import { type CallLog, type CallRecord, makeCallLog } from "./CallLog.ts"
import { allRights } from "./Chat.ts"
import { type Faults, makeFaults } from "./Faults.ts"
import { makeRateModel, type RateModel, type RatePolicy } from "./RateModel.ts"
import { addBot, makeState, type State } from "./State.ts"
import type { Switches } from "./Switches.ts"

export interface EmulatorOptions {
  /** Everything that looks like chance follows from it. Default 1. */
  readonly seed?: number
  /** Default: one bot with `sandboxToken`. */
  readonly bots?: ReadonlyArray<{
    readonly token: string
    readonly username?: string
    readonly readsGroups?: boolean
  }>
  /** Default `refuse`: "chat not found". `create`: made on first use with the bot as administrator. */
  readonly unknownChats?: "refuse" | "create"
  /** Default `refuse`: 401. `create`: every well-formed token is a bot. */
  readonly unknownBots?: "refuse" | "create"
  readonly switches?: Partial<Switches>
  /** Older messages of a chat are forgotten, with their files. Default: none are. */
  readonly keepMessages?: number
  /** How long a question for updates may stay open at most, in seconds. Default 50; longer saves a simulation of days from idle polls. */
  readonly longestPoll?: number
  /** Default: off. */
  readonly rate?: Partial<RatePolicy>
  /** Is told of each call when its body has been read, and when it has been done; for whoever checks what happens while it happens. */
  readonly observe?: (what: "arrived" | "done", call: CallRecord) => void
}

/** The token of the bot that is there unless others are asked for. Not a secret: it opens only emulators. */
export const sandboxToken = "1000000001:SANDBOX-token-that-opens-nothing-real"

export interface Machine {
  state: State
  rate: RateModel
  /** Messages that wait to be sent, by chat. */
  unsent: Map<number, number>
  faults: Faults
  log: CallLog
  longestPollSeconds: number
  observe: (what: "arrived" | "done", call: CallRecord) => void
}

const unobserved = (): void => undefined

/** `at`: epoch milliseconds; bots begin their life then. */
export const makeMachine = (options: EmulatorOptions, at: number): Machine => {
  const state = makeState(options)
  for (const { token, ...bot } of options.bots ?? [
    { token: sandboxToken, username: "oncecast_sandbox_bot" }
  ]) {
    addBot(state, token, { ...bot, at })
  }
  return {
    state,
    rate: makeRateModel(options.rate),
    unsent: new Map(),
    faults: makeFaults(state.seed),
    log: makeCallLog(),
    longestPollSeconds: options.longestPoll ?? 50,
    observe: options.observe ?? unobserved
  }
}

export const administrator = { status: "administrator", rights: allRights } as const
