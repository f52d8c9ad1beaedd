// What is asked before a change is made, and what the button then does: always one of the commands that every surface has, in the person's name.
import { Effect, Option } from "effect"
import type { Catalog } from "../../config/Catalog.ts"
import type { CatalogChange } from "../../config/CatalogEditing.ts"
import type { Channel } from "../../domain/Channel.ts"
import { html, type Value } from "../../domain/Html.ts"
import { DeliveryId, type SourceId } from "../../domain/Names.ts"
import { type BurstDecision, Intake } from "../../outbox/Intake.ts"
import { Ledger } from "../../outbox/Ledger.ts"
import type { Target } from "../../outbox/Steering.ts"
import { Actor } from "../Audited.ts"
import { CatalogCommands } from "../CatalogCommands.ts"
import { Commands } from "../Commands.ts"
import { said } from "../dashboard/Parts.ts"
import { NotFound, NotPossible } from "../NotDone.ts"
import type { RestoredDecision } from "../RestoredChannels.ts"
import { withoutSecrets } from "../Secrets.ts"
import { type Choice, Confirmations, type Deed } from "./Confirmations.ts"
import { newestOfBurst } from "./DecisionsView.ts"
import { lines, preformatted, type Said } from "./Said.ts"

/** As the audit log names who gave a command in the chat. */
export const actorOf = (person: number): string => `admin ${person} in the chat`

const asked = (person: number, text: Value, choices: ReadonlyArray<Choice>) =>
  Effect.gen(function* () {
    const confirmations = yield* Confirmations
    const buttons = yield* confirmations.ask(
      person,
      choices.map(({ deed, ...choice }) => ({
        ...choice,
        deed: Effect.provideService(deed, Actor, actorOf(person))
      }))
    )
    return { text: html`${text}`, buttons } satisfies Said
  })

const command = (give: (commands: typeof Commands.Service) => Deed) => Effect.map(Commands, give)

export const askSteer = (person: number, word: "pause" | "resume", { kind, id }: Target) =>
  Effect.gen(function* () {
    const name = `${kind}/${id}`
    const deed = yield* command((commands) => commands[word](name))
    const label = word === "pause" ? `Yes, pause ${id}` : `Yes, ${id} goes on`
    const text =
      word === "pause"
        ? html`Pause the ${kind} <b>${said(id)}</b>, until somebody resumes it?`
        : html`Let the ${kind} <b>${said(id)}</b> go on?`
    return yield* asked(person, text, [{ label, deed }])
  })

/** The title of a delivery, so that whoever decides sees what about. */
const stateOf = (delivery: number) =>
  Effect.gen(function* () {
    const ledger = yield* Ledger
    return yield* Option.match(yield* ledger.stateOf(DeliveryId.make(delivery)), {
      onNone: () => new NotFound({ what: `There is no delivery ${delivery}.` }),
      onSome: Effect.succeed
    })
  })

export const askRetry = (person: number, delivery: number) =>
  Effect.gen(function* () {
    const state = yield* stateOf(delivery)
    const deed = yield* command((commands) => commands.retry(delivery))
    return yield* asked(person, `Queue delivery ${delivery}, which is ${state}, again?`, [
      { label: `Yes, queue ${delivery} again`, deed }
    ])
  })

export const askReorder = (person: number, delivery: number, place: "first" | "last") =>
  Effect.gen(function* () {
    yield* stateOf(delivery)
    const deed = yield* command((commands) => commands.reorder(delivery, place))
    return yield* asked(person, `Let delivery ${delivery} go ${place} of all in its channel?`, [
      { label: `Yes, ${delivery} goes ${place}`, deed }
    ])
  })

const decisionOf = (word: string | undefined): BurstDecision =>
  word === "all" ? "release" : word === "newest" ? { newest: newestOfBurst } : "discard"

/** A command decides a source's oldest flood: it must be the one that was shown. */
const stillHeld = (source: SourceId, burst: number) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const oldest = (yield* intake.bursts).find((one) => one.source === source && one.state === "held")
    return oldest?.id === burst
      ? oldest
      : yield* new NotPossible({ what: "That flood was decided before; /decisions shows what waits now." })
  })

export const askBurst = (person: number, source: SourceId, burst: number, word: string | undefined) =>
  Effect.gen(function* () {
    const intake = yield* Intake
    const { items } = yield* stillHeld(source, burst)
    const decision = decisionOf(word)
    const release = yield* command((commands) => commands.release(source, decision))
    const deed = Effect.zipRight(Effect.provideService(stillHeld(source, burst), Intake, intake), release)
    const what =
      decision === "release"
        ? `post all ${items}`
        : decision === "discard"
          ? `post none of the ${items}; they count as seen`
          : `post the newest ${Math.min(newestOfBurst, items)}; the rest counts as seen`
    return yield* asked(person, html`Held items of <b>${said(source)}</b>: ${what}?`, [
      { label: `Yes, ${what.split(";")[0]}`, deed }
    ])
  })

export const askRestored = (person: number, channel: string, decision: RestoredDecision) =>
  Effect.gen(function* () {
    const deed = yield* command((commands) => commands.restored(channel, decision))
    const what = decision === "send" ? "send what waits" : "count what waits as posted"
    return yield* asked(person, html`<b>${said(channel)}</b> after the restore: ${what}?`, [
      { label: `Yes, ${what}`, deed }
    ])
  })

export const askPost = (person: number, url: string, title: string, channels: ReadonlyArray<Channel>) =>
  Effect.gen(function* () {
    const commands = yield* Commands
    return yield* asked(
      person,
      html`Post <b>${said(title, 200) || "this page"}</b>?`,
      channels.map(({ id }) => ({ label: `Post to ${id}`, deed: commands.post(url, id), slow: true }))
    )
  })

/** The lines that would change (without secrets: a chat is kept by Telegram), what that means, and one button. */
export const askCatalog = (person: number, change: CatalogChange, label: string) =>
  Effect.gen(function* () {
    const catalog = yield* CatalogCommands
    const { diff, means, version } = yield* catalog.propose(change)
    return yield* asked(
      person,
      lines(
        html`<b>Change the catalog so?</b>`,
        preformatted(withoutSecrets(diff)),
        ...means.map((one) => said(one, 300))
      ),
      [{ label, deed: catalog.apply(change, version), slow: true }]
    )
  })

/** The channels to which a page may be posted: the one that was named, else as many as have a button. */
export const mostOffered = 8
export const offered = ({ channels }: Catalog): ReadonlyArray<Channel> =>
  [...channels.values()].slice(0, mostOffered)
