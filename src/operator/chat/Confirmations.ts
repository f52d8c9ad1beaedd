// Questions before a change: what will be done if this button is pressed. Promises: one question is decided once, by the person who was asked, within
// ten minutes; a restart ends them all. So a change that was made is never made again by a press that Telegram tells twice: it finds its
// question over. Kept in memory on purpose.
import { Clock, Context, Effect, Layer, Option, Random } from "effect"
import type { Buttons } from "../../telegram/Conversation.ts"
import { dataOf, numberIn } from "./ButtonData.ts"
import { button } from "./Said.ts"

const lastsMs = 600_000
/** The oldest of a person's questions gives way. */
const mostOpen = 50

/** What a change answers: one sentence, also when it is refused. */
export type Deed = Effect.Effect<string, { readonly message: string }>

export interface Choice {
  readonly label: string
  readonly deed: Deed
  /** It waits for the network. */
  readonly slow?: boolean
}

interface Question {
  readonly person: number
  readonly until: number
  readonly choices: ReadonlyArray<Choice>
}

export class Confirmations extends Context.Tag("oncecast/operator/chat/Confirmations")<
  Confirmations,
  {
    /** The buttons of a question: a row for each choice, and one that leaves things as they are. */
    readonly ask: (person: number, choices: ReadonlyArray<Choice>) => Effect.Effect<Buttons>
    /** The choice that was pressed; the question is over from now on. None: it was over. */
    readonly take: (
      person: number,
      id: string | undefined,
      choice: string | undefined
    ) => Effect.Effect<Option.Option<Choice>>
    /** False: it was over. */
    readonly drop: (person: number, id: string | undefined) => Effect.Effect<boolean>
  }
>() {
  static readonly layer = Layer.suspend(() => Layer.sync(Confirmations, make))
}

/** Not used twice, over restarts too. */
const newId = Effect.map(Effect.replicateEffect(Random.nextIntBetween(0, 36), 10), (digits) =>
  [...digits].map((digit) => digit.toString(36)).join("")
)

const make = () => {
  const open = new Map<string, Question>()
  const tidy = (person: number, now: number) => {
    for (const [id, { until }] of open) if (until <= now) open.delete(id)
    const own = [...open].filter(([, question]) => question.person === person)
    for (const [id] of own.slice(0, Math.max(0, own.length - mostOpen + 1))) open.delete(id)
  }
  const taken = (person: number, id: string | undefined) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const question = open.get(id ?? "")
      if (question === undefined || question.person !== person || question.until <= now) return undefined
      open.delete(id ?? "")
      return question
    })
  return Confirmations.of({
    ask: (person, choices) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        const id = yield* newId
        tidy(person, now)
        open.set(id, { person, until: now + lastsMs, choices })
        return [
          ...choices.map(({ label }, at) => [button(label, dataOf("yes", id, at))]),
          [button("No, leave it", dataOf("no", id))]
        ]
      }),
    take: (person, id, choice) =>
      Effect.map(taken(person, id), (question) => Option.fromNullable(question?.choices[numberIn(choice)])),
    drop: (person, id) => Effect.map(taken(person, id), (question) => question !== undefined)
  })
}
