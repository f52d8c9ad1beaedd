// Control over HTTP, for emulators in a process of their own (E22): `POST /_emu/<verb>` with a JSON object, `GET /_emu/<noun>?chat=…`. Answers
// `{ok, result}`; 400 for arguments that do not fit, 404 for what is not there.
import { Effect, Either, Schema } from "effect"
import type { Control } from "../Control.ts"
import { NamedProcess, processNamed, type Victim } from "../Victim.ts"
import { actingVerbs } from "./ActingVerbs.ts"
import { arrangingVerbs } from "./ArrangingVerbs.ts"
import { readingVerbs } from "./ReadingVerbs.ts"
import { type Verbs, verb } from "./Verb.ts"

/** What control reaches beyond the emulator itself. */
export interface Premises {
  /** The port refuses connections for so many milliseconds, on the machine's clock (E16). */
  readonly refuse: (ms: number) => Effect.Effect<void>
  /** Names the process that `crash` faults kill (E21); absent: nobody may name one. */
  readonly setVictim: ((victim: Victim) => Effect.Effect<void>) | undefined
}

const premisesVerbs = ({ refuse, setVictim }: Premises): Verbs => ({
  refuse: verb(Schema.Struct({ ms: Schema.NonNegative }), ({ ms }) => refuse(ms)),
  ...(setVictim === undefined
    ? {}
    : {
        sut: verb(NamedProcess, (named) => Effect.flatMap(processNamed(named), setVictim))
      })
})

export interface ControlAnswer {
  readonly status: number
  readonly body: string
}

const told = (status: number, body: unknown): ControlAnswer => ({ status, body: JSON.stringify(body) })

/** For a request that is refused before it is looked at. */
export const turnedAway = (status: number, description: string): ControlAnswer =>
  told(status, { ok: false, description })

/** Answers `/_emu/<name>`; `args` are the JSON body of a POST or the query of a GET. */
export const controlApi = (control: Control, premises: Premises) => {
  const tables: Readonly<Record<string, Verbs>> = {
    POST: { ...arrangingVerbs(control), ...actingVerbs(control), ...premisesVerbs(premises) },
    GET: readingVerbs(control)
  }
  return (method: string, name: string, args: unknown): Effect.Effect<ControlAnswer> => {
    const act = tables[method]?.[name]
    if (act === undefined) return Effect.succeed(turnedAway(404, `no ${method} /_emu/${name}`))
    return act(args).pipe(
      Effect.map((result) => told(200, { ok: true, result: result ?? null })),
      Effect.catchTags({
        NotThere: ({ message }) => Effect.succeed(turnedAway(404, message)),
        ParseError: ({ message }) => Effect.succeed(turnedAway(400, message))
      })
    )
  }
}

/** A JSON body as arguments; an empty one is an empty object. */
export const argumentsOf = (body: Buffer): Either.Either<unknown, string> =>
  Either.try({
    try: (): unknown => JSON.parse(body.length === 0 ? "{}" : body.toString()),
    catch: () => "The body is not JSON."
  })
