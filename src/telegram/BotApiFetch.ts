// grammY's `fetch`: carries its requests over SendHttp. Enters: URL and request as grammY makes them. Leaves: the Bot API's own answer, or
// ExchangeBroken, or ForeignAnswer when something else answered (a proxy, an error page): grammY's own would drop that status.
import { Buffer } from "node:buffer"
import { Schema } from "effect"
import { type Exchange, ExchangeBroken } from "./SendHttp.ts"

/** Something that is not the Bot API answered; `body` is what it said, secrets and all. */
export class ForeignAnswer extends Error {
  readonly status: number
  readonly body: string
  constructor(status: number, body: string) {
    super(`status ${status}`)
    this.name = "ForeignAnswer"
    this.status = status
    this.body = body
  }
}

/** The envelope of every Bot API answer. @source https://core.telegram.org/bots/api#making-requests (2026-06) */
const Envelope = Schema.Union(
  Schema.Struct({ ok: Schema.Literal(true), result: Schema.Unknown }),
  Schema.Struct({ ok: Schema.Literal(false), error_code: Schema.Int, description: Schema.String })
)
const isEnvelope = Schema.is(Envelope)
/** What each answer goes through is not worth a Schema: undefined is no JSON, and no envelope either. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export interface BotApiFetchOptions {
  /** Milliseconds. */
  readonly connectTimeoutMs: number
  /** Breaks the exchange off, with what it has come to. */
  readonly end: AbortSignal
  readonly mayGo: () => boolean
  readonly exchange: Exchange
}

type Fetch = typeof globalThis.fetch
type Body = NonNullable<Parameters<Fetch>[1]>["body"]

export const botApiFetch =
  (options: BotApiFetchOptions): Fetch =>
  async (input, init) => {
    const answer = await options.exchange({
      url: String(input),
      contentType: new Headers(init?.headers).get("content-type") ?? "application/json",
      body: await bytesOf(init?.body),
      connectTimeoutMs: options.connectTimeoutMs,
      end: options.end,
      mayGo: options.mayGo
    })
    const json = parsed(answer.body)
    if (!isEnvelope(json)) throw new ForeignAnswer(answer.status, answer.body)
    return saying(json)
  }

/** All that grammY asks of an answer is its JSON: a whole Response would make a stream of it, and parse it again. */
const saying = (json: unknown): Response =>
  Object.create(Response.prototype, { json: { value: () => Promise.resolve(json) } })

/** grammY sends JSON as a string and uploads as a stream of pieces. */
const bytesOf = async (body: Body): Promise<Buffer> => {
  if (typeof body === "string") return Buffer.from(body, "utf8")
  if (body === null || body === undefined || !(Symbol.asyncIterator in body)) {
    throw new ExchangeBroken(false, "a request body of an unexpected kind")
  }
  const parts: Array<Uint8Array> = []
  for await (const part of body) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}
