// Channels that differ in the ways by which their posts can be seen, in the emulator and as the catalog names them.
import { Effect } from "effect"
import { shownText } from "../../src/sandbox/Messages.ts"
import { type Telegram, telegram, token } from "./Program.ts"

export const witnessToken = "1000000002:WITNESS-of-the-canary-tests-AAAAAAAAAA"
const witness = 1_000_000_002
export const log = -1_001_000_000_777
const lockedLog = -1_001_000_000_778

/** A channel, and what there is by which its posts can be seen. */
export interface Place {
  /** Ways that the catalog asks for. */
  readonly profile?: "works" | "missing"
  readonly copies?: "works" | "missing"
  /** Whether the channel has a discussion group, and the bot hears of it. */
  readonly discussion?: "works" | "missing"
  readonly questions?: "missing"
  readonly witness?: "missing"
  readonly onUnknown?: "park" | "resend" | "drop"
}

export type Places = Readonly<Record<string, Place>>

const owner = (index: number) => 9_000 + index
const group = (index: number) => -1_001_000_001_000 - index
const rights = { can_post_messages: true, can_edit_messages: false, can_delete_messages: false }

export const catalog = (places: Places) => `
channels:
${Object.entries(places)
  .map(
    ([name, { profile, copies, onUnknown = "verify" }], index) =>
      `  ${name}: { chat: "@canary_${name}", pace: { gap: 0 seconds, perMinute: 1000 }, onUnknown: ${onUnknown}` +
      (profile === undefined ? "" : `, profileOf: ${owner(index)}`) +
      (copies === undefined ? "" : `, logChat: ${copies === "works" ? log : lockedLog}`) +
      " }"
  )
  .join("\n")}
sources: {}
`

/** The emulator with these channels; each has a post of somebody else. */
export const arranged = (places: Places) =>
  Effect.gen(function* () {
    const bots = [
      { token, username: "scenario_bot" },
      { token: witnessToken, username: "witness_bot" }
    ]
    const tg = yield* telegram([], { bots })
    const { control } = tg.emulator
    yield* control.addChat({ id: log, title: "Log" })
    yield* control.addChat({ id: lockedLog, title: "Locked", bots: { status: "left" } })
    for (const [index, [name, place]] of Object.entries(places).entries()) {
      const chat = `@canary_${name}`
      yield* control.addChat({ username: `canary_${name}`, bots: { status: "administrator", rights } })
      yield* control.postAsAdmin(chat, "Welcome")
      if (place.profile === "works") yield* control.personalChat(owner(index), chat)
      if (place.witness === "missing") yield* control.setMembership(chat, "left", undefined, witness)
      if (place.questions === "missing")
        yield* control.blind(chat, { from: 1, techniques: ["react"] }, 600_000)
      if (place.discussion !== undefined) {
        const bots = { status: place.discussion === "works" ? "administrator" : "left" } as const
        yield* control.addChat({ id: group(index), type: "supergroup", title: `Group of ${name}`, bots })
        yield* control.setChat(chat, { linkedChat: group(index) })
      }
    }
    return tg
  }).pipe(Effect.orDie)

export const texts = (tg: Telegram, chat: string) =>
  Effect.map(Effect.orDie(tg.emulator.control.standing(chat)), (messages) =>
    messages.map((message) => shownText(message).text)
  )
