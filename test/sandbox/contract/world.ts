// The table that the contract's tests are written in: each row cites a line of the contract, arranges a world, makes one call over HTTP and says
// what is answered and what stands afterwards. Neither a bot library nor the publisher is part of it.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, type Scope } from "effect"
import type { Control } from "../../../src/sandbox/Control.ts"
import { emulatorOnLoopback } from "../../../src/sandbox/http/HttpShell.ts"
import { type EmulatorOptions, sandboxToken } from "../../../src/sandbox/Machine.ts"

export const channel = "@deals"
export const otherToken = "1000000002:ANOTHER-token-that-opens-nothing-real"

const Answer = Schema.Struct({
  ok: Schema.Boolean,
  result: Schema.optional(Schema.Unknown),
  description: Schema.optional(Schema.String),
  error_code: Schema.optional(Schema.Number),
  parameters: Schema.optional(Schema.Unknown)
})

/** An answer as it came over the wire. */
export interface Told {
  readonly status: number
  readonly headers: Headers
  readonly body: typeof Answer.Type
}

export type Params = Readonly<Record<string, unknown>>

const formOf = (params: Params): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(params)) {
    if (value instanceof Uint8Array) form.set(name, new Blob([new Uint8Array(value)]), `${name}.png`)
    else form.set(name, typeof value === "string" ? value : JSON.stringify(value))
  }
  return form
}

/** JSON, or a form when there are bytes in it. */
const requestOf = (params: Params): RequestInit =>
  Object.values(params).some((value) => value instanceof Uint8Array)
    ? { method: "POST", body: formOf(params) }
    : { method: "POST", body: JSON.stringify(params), headers: { "content-type": "application/json" } }

export const fetched = (url: string, init?: RequestInit): Effect.Effect<Told> =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    return { response, body: await response.json() }
  }).pipe(
    Effect.flatMap(({ response, body }) =>
      Effect.map(Schema.decodeUnknown(Answer)(body), (answer) => ({
        status: response.status,
        headers: response.headers,
        body: answer
      }))
    ),
    Effect.orDie
  )

/** "ok", or the code and the words. */
export const words = ({ status, body }: Told): string => (body.ok ? "ok" : `${status} ${body.description}`)

/** An emulator on loopback with one public channel in which its bot may do everything. */
export const makeWorld = (options: EmulatorOptions = {}) =>
  Effect.gen(function* () {
    const emulator = yield* Effect.orDie(emulatorOnLoopback(options))
    const { control, url } = emulator
    yield* control.addChat({ username: channel, title: "Deals" })
    const as = (token: string) => (method: string, params: Params) =>
      fetched(`${url}/bot${token}/${method}`, requestOf(params))
    const call = as(sandboxToken)
    return {
      ...emulator,
      as,
      call,
      /** The result of a call that must succeed. */
      done: (method: string, params: Params) =>
        Effect.map(call(method, params), (told) => {
          assert.strictEqual(words(told), "ok", method)
          return told.body.result
        }),
      said: (method: string, params: Params) => Effect.map(call(method, params), words),
      /** Control over HTTP. */
      tell: (verb: string, args: Params) =>
        fetched(`${url}/_emu/${verb}`, { method: "POST", body: JSON.stringify(args) }),
      ask: (noun: string) => fetched(`${url}/_emu/${noun}`)
    }
  })

export type World = Effect.Effect.Success<ReturnType<typeof makeWorld>>

type Step = Effect.Effect<unknown, unknown, Scope.Scope>

export interface Row {
  /** The line of the contract: "E12", "§4 row 6". */
  readonly cites: string
  readonly promise: string
  readonly options?: EmulatorOptions
  readonly given?: (world: World) => Step
  readonly call: readonly [method: string, params: Params] | ((world: World) => Effect.Effect<Told, unknown>)
  /** "ok", or code and description; a pattern of it. */
  readonly answers: string | RegExp
  /** What the result holds, perhaps among other things. */
  readonly result?: unknown
  readonly leaves?: (world: World, told: Told) => Step
}

const follows = (row: Row) =>
  Effect.gen(function* () {
    const world = yield* makeWorld(row.options)
    yield* row.given?.(world) ?? Effect.void
    const told = yield* typeof row.call === "function" ? row.call(world) : world.call(...row.call)
    if (typeof row.answers === "string") assert.strictEqual(words(told), row.answers)
    else assert.match(words(told), row.answers)
    if (row.result !== undefined) assert.containsSubset(told.body.result, row.result)
    yield* row.leaves?.(world, told) ?? Effect.void
  })

/** One test a row. */
export const contract = (title: string, rows: ReadonlyArray<Row>): void => {
  describe(title, () => {
    for (const row of rows) {
      it.scopedLive(`${row.cites}: ${row.promise}`, () => follows(row))
    }
  })
}

const Updates = Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown }))
const Worded = Schema.Struct({ text: Schema.String })

export interface Heard {
  readonly id: number
  /** "kind text". */
  readonly what: string
}

/** An update as a webhook gets it. */
export const heardIn = (update: Readonly<Record<string, unknown>>): Heard => {
  const [kind = "", body] = Object.entries(update).find(([name]) => name !== "update_id") ?? []
  return { id: Number(update["update_id"]), what: Schema.is(Worded)(body) ? `${kind} ${body.text}` : kind }
}

/** The updates of an answer to getUpdates. */
export const updatesIn = ({ body }: Told): ReadonlyArray<Heard> =>
  Schema.decodeUnknownSync(Updates)(body.result).map(heardIn)

/** How many messages stand in the channel. */
export const stands = (count: number) => (world: { readonly control: Control }) =>
  Effect.map(world.control.standing(channel), (messages) => assert.lengthOf(messages, count))

/** Several calls that must succeed, in order. */
export const calls =
  (...all: ReadonlyArray<readonly [method: string, params: Params]>) =>
  (world: World) =>
    Effect.forEach(all, ([method, params]) => world.done(method, { chat_id: channel, ...params }))
