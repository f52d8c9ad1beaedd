// How the Bot API says no. A server error (code, text) enters; the refusal that the client sees leaves, rewritten as the Bot API server does.
// @source reference/telegram-bot-api.md §1.3, §4 (telegram-bot-api Client.cpp 71–205, fail_query_with_error)
import { Either } from "effect"

export interface Refusal {
  /** Also the HTTP status of the answer. */
  readonly code: number
  readonly description: string
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number }
}

/** What a judged request comes to. */
export type Judged<A> = Either.Either<A, Refusal>

const prefixes: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  429: "Too Many Requests",
  500: "Internal Server Error"
}

const isServerConstant = (text: string) => /^[^a-z ]+$/.test(text)

/** `Message…` becomes `message…`, but `MESSAGE_…` stays as it is. */
const lowerFirst = (text: string) =>
  /^.[A-Z_]/.test(text) ? text : `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`

/** The rewriting rule: unknown codes become 400, a 403 that is a bare constant too, and the text gets its prefix. */
export const rewritten = (code: number, text: string): Refusal => {
  const known = prefixes[code] === undefined || (code === 403 && isServerConstant(text)) ? 400 : code
  const prefix = prefixes[known] ?? ""
  if (text.startsWith(prefix)) return { code: known, description: text }
  return { code: known, description: text === "" ? prefix : `${prefix}: ${lowerFirst(text)}` }
}

/** The request is refused as 400 with this text. */
export const badRequest = (text: string): Either.Either<never, Refusal> => Either.left(rewritten(400, text))

/** The request is refused as 403 with this text. */
export const forbidden = (text: string): Either.Either<never, Refusal> => Either.left(rewritten(403, text))

export const unauthorized: Refusal = { code: 401, description: "Unauthorized" }
export const invalidToken: Refusal = { code: 401, description: "Unauthorized: invalid token specified" }
export const notFound: Refusal = { code: 404, description: "Not Found" }
export const methodNotFound: Refusal = { code: 404, description: "Not Found: method not found" }
export const entityTooLarge: Refusal = { code: 413, description: "Request Entity Too Large" }

/** A 429 in its exact shape; `seconds` is also the `Retry-After` header. */
export const tooManyRequests = (seconds: number): Refusal => ({
  code: 429,
  description: `Too Many Requests: retry after ${seconds}`,
  parameters: { retry_after: seconds }
})
