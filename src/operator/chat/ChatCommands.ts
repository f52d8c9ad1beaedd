// The commands of the chat, each once: its name, what the menu says of it, and what it answers. Those that change something answer with a question.
import { Clock, Effect, Either, Option } from "effect"
import type { CatalogEdit, Entry } from "../../config/CatalogText.ts"
import { entryIn } from "../../config/EntryText.ts"
import { html } from "../../domain/Html.ts"
import type { AuditLog } from "../../outbox/AuditLog.ts"
import type { Choices } from "../../outbox/Choices.ts"
import type { Intake } from "../../outbox/Intake.ts"
import type { Ledger } from "../../outbox/Ledger.ts"
import { type ParkedDelivery, Questions } from "../../outbox/Questions.ts"
import type { Restoration } from "../../outbox/Restoration.ts"
import type { Steering } from "../../outbox/Steering.ts"
import type { Views } from "../../outbox/Views.ts"
import type { MenuEntry } from "../../telegram/Conversation.ts"
import type { CatalogCommands } from "../CatalogCommands.ts"
import { type Commands, targetNamed } from "../Commands.ts"
import { LiveState } from "../LiveState.ts"
import type { Looking } from "../Looking.ts"
import { NotPossible } from "../NotDone.ts"
import { channelNamed } from "../PostPage.ts"
import { snapshot } from "../Status.ts"
import { askCatalog, askRetry, askSteer } from "./Changes.ts"
import type { Confirmations } from "./Confirmations.ts"
import { decisionsView } from "./DecisionsView.ts"
import { exportDeliveries, offerPage, preview } from "./Errands.ts"
import { failedView, historyView } from "./HistoryView.ts"
import { channelsView, sourcesView } from "./ListViews.ts"
import { queuesView, queueView } from "./QueueView.ts"
import { Replies } from "./Replies.ts"
import { lines, type Said, saying, sentence } from "./Said.ts"
import { statusView } from "./StatusView.ts"

export const catalog = Effect.flatMap(LiveState, (live) => live.catalog)

/** The path of the database is nobody's business in a chat. */
export const status = Effect.flatMap(catalog, (current) => snapshot(current, ""))

/** How a parked delivery is asked about; its buttons are taken by whoever asks. */
export type AskParked = (parked: ParkedDelivery) => Said

/** Why something was not done, in a sentence. */
export type Problem = { readonly message: string }

export type ChatNeeds =
  | LiveState
  | Ledger
  | Views
  | Steering
  | Intake
  | Choices
  | Questions
  | Restoration
  | AuditLog
  | Commands
  | CatalogCommands
  | Looking
  | Confirmations
  | Replies

const wrong = (what: string) => new NotPossible({ what })

const mostAsked = 5

/** What is parked is said anew after the answer, each with its own buttons. */
const decisions = (person: number, ask: AskParked) =>
  Effect.gen(function* () {
    const [questions, replies] = yield* Effect.all([Questions, Replies])
    const found = yield* status
    yield* replies.say(person, decisionsView(found))
    for (const { id } of found.parked.slice(0, mostAsked)) {
      const parked = yield* questions.parked(id)
      if (parked !== undefined) yield* replies.say(person, ask(parked))
    }
  })

const steer = (word: "pause" | "resume") => (person: number, name: string) =>
  name === ""
    ? Effect.map(status, (found) => channelsView(found, 0))
    : Effect.flatMap(catalog, (current) =>
        Effect.flatMap(targetNamed(current, name), (target) => askSteer(person, word, target))
      )

/** In the background; what went wrong is said like the rest. */
const errand = <E extends { readonly message: string }, R>(person: number, work: Effect.Effect<void, E, R>) =>
  Effect.gen(function* () {
    const replies = yield* Replies
    const services = yield* Effect.context<R>()
    const told = Effect.catchAll(work, ({ message }) => replies.say(person, sentence(message)))
    const begun = yield* replies.errand(person, Effect.provide(told, services))
    return begun
      ? undefined
      : yield* wrong("One thing at a time: what you asked for before is still under way.")
  })

const twoWords = (text: string) => {
  const [first = "", second] = text.split(/\s+/)
  return { first, second: Option.fromNullable(second) }
}

const editOf = (word: "add" | "remove" | "set", text: string): Either.Either<CatalogEdit, string> => {
  const [, kind, name = "", rest = ""] = /^(source|channel)s?\s+(\S+)([\s\S]*)$/i.exec(text) ?? []
  if (kind === undefined)
    return Either.left(`write /${word} source NAME … or /${word} channel NAME …; /help has examples`)
  const section = kind.toLowerCase() === "source" ? ("sources" as const) : ("channels" as const)
  const edit = (change: CatalogEdit["change"]): CatalogEdit => ({ section, name, change })
  if (word === "remove") return Either.right(edit({ _tag: "Remove" }))
  return Either.flatMap(entryIn(rest), (entry: Entry) =>
    Object.keys(entry).length === 0
      ? Either.left(`say what it is to have: /${word} ${kind} ${name} key=value …`)
      : Either.right(edit(word === "add" ? { _tag: "Add", entry } : { _tag: "Change", keys: entry }))
  )
}

const labels = { add: "Yes, add it", remove: "Yes, remove it", set: "Yes, change it" } as const

const editing = (word: "add" | "remove" | "set") => (person: number, text: string) =>
  Effect.flatMap(
    Effect.mapError(editOf(word, text), (why) => wrong(`This cannot be done: ${why}.`)),
    (edit) => askCatalog(person, [edit], labels[word])
  )

const now = Clock.currentTimeMillis

const numberOf = (text: string) =>
  /^\d{1,15}$/.test(text)
    ? Effect.succeed(Number(text))
    : wrong(`"${text}" is not the number of a delivery; /queue and /history show them.`)

export interface ChatCommand {
  /** For the menu. */
  readonly about: string
  readonly run: (person: number, text: string) => Effect.Effect<Said | undefined, Problem, ChatNeeds>
}

export const chatCommands = (ask: AskParked): Readonly<Record<string, ChatCommand>> => ({
  status: { about: "Is all well? What waits, what needs you", run: () => Effect.map(status, statusView) },
  queue: {
    about: "What waits: /queue CHANNEL",
    run: (_: number, name: string) =>
      Effect.gen(function* () {
        const current = yield* catalog
        const only = current.channels.size === 1 ? [...current.channels.keys()][0] : undefined
        if (name === "" && only === undefined) return queuesView(yield* status)
        return yield* queueView(current, yield* channelNamed(current, name || (only ?? "")), 0, yield* now)
      })
  },
  channels: {
    about: "Channels: pause, resume",
    run: () => Effect.map(status, (found) => channelsView(found, 0))
  },
  sources: {
    about: "Sources: pause, resume",
    run: () => Effect.map(status, (found) => sourcesView(found, 0))
  },
  decisions: {
    about: "Parked posts and held floods",
    run: (person: number) => Effect.as(decisions(person, ask), undefined)
  },
  pause: { about: "Pause a channel or source: /pause NAME", run: steer("pause") },
  resume: { about: "Let it go on: /resume NAME", run: steer("resume") },
  post: {
    about: "Post a page: /post URL [CHANNEL]",
    run: (person: number, text: string) => {
      const { first, second } = twoWords(text)
      return first === ""
        ? wrong("Say which page: /post https://… [CHANNEL]")
        : errand(person, offerPage(person, first, second))
    }
  },
  preview: {
    about: "How posts would look: /preview SOURCE or URL",
    run: (person: number, text: string) => {
      const { first, second } = twoWords(text)
      return first === ""
        ? wrong("Say of what: /preview SOURCE or /preview https://… [CHANNEL]")
        : errand(person, preview(person, first, second))
    }
  },
  retry: {
    about: "Queue what was refused again: /retry NUMBER",
    run: (person: number, text: string) =>
      text === ""
        ? Effect.flatMap(now, failedView)
        : Effect.flatMap(numberOf(text), (delivery) => askRetry(person, delivery))
  },
  history: {
    about: "Last posts; who changed what",
    run: () => Effect.flatMap(now, (at) => historyView(undefined, at))
  },
  export: {
    about: "Deliveries as a CSV file",
    run: (person: number) => errand(person, exportDeliveries(person))
  },
  add: { about: "Add to the catalog: /add source NAME key=value …", run: editing("add") },
  set: { about: "Change it: /set source NAME key=value …", run: editing("set") },
  remove: { about: "Take it out: /remove source NAME", run: editing("remove") }
})

/** As Telegram's apps show it. */
export const menu: ReadonlyArray<MenuEntry> = [
  ...Object.entries(chatCommands(() => saying(""))).map(([command, { about }]) => ({
    command,
    description: about
  })),
  { command: "help", description: "What I can do" }
]

const examples = [
  "/add source shop kind=rss url=https://shop.example/feed.xml every=10 minutes to=deals",
  "/set channel deals capacity=500",
  "/set source shop every=",
  "/remove source shop"
]

export const helpView: Said = saying(
  lines(
    ...menu.map(({ command, description }) => html`/${command} – ${description}`),
    html`Changes of the catalog, one entry at a time; an empty value takes a key away, and after /add or /set the entry may follow as YAML on lines of its own:`,
    ...examples.map((example) => html`<code>${example}</code>`),
    "Every change is asked about first, and stands in /history."
  )
)
