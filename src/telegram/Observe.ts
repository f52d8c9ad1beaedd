// What grammY threw → what was seen of the call, in words that hold no secret: error pages repeat the path that was asked for, and the
// path holds the token. Nothing of the thrown error itself goes on.
import { GrammyError, HttpError } from "grammy"
import { ForeignAnswer } from "./BotApiFetch.ts"
import { ExchangeBroken } from "./SendHttp.ts"
import type { Observation } from "./Verdict.ts"

const maxDetailLength = 500

/** What is looked at of a page, in characters. */
const maxExcerptLength = 1024

/** Total: what it does not know shows nothing. */
export const observe = (error: unknown, token: string): Observation => {
  const clean = (text: string) =>
    withoutToken(text, token).replace(/\s+/g, " ").trim().slice(0, maxDetailLength)
  if (error instanceof GrammyError) {
    const { retry_after, migrate_to_chat_id } = error.parameters
    const moved = migrate_to_chat_id === undefined ? "" : `; its id is now ${migrate_to_chat_id}`
    return {
      _tag: "Answered",
      code: error.error_code,
      description: clean(error.description) + moved,
      ...(retry_after !== undefined && retry_after > 0 ? { retryAfterSeconds: retry_after } : {})
    }
  }
  const cause = error instanceof HttpError ? error.error : error
  if (cause instanceof ExchangeBroken) {
    return { _tag: "Broken", complete: cause.complete, detail: clean(cause.message) }
  }
  if (cause instanceof ForeignAnswer) {
    // Cut only when the token is out, or what the cut leaves of it would not be known for one.
    const excerpt = withoutToken(cause.body, token).slice(0, maxExcerptLength)
    return { _tag: "Foreign", status: cause.status, excerpt: clean(excerpt.replace(/<[^>]*>/g, " ")) }
  }
  return { _tag: "Unclear", detail: clean(cause instanceof Error ? cause.message : "unknown failure") }
}

/** Also as a URL holds it, and its secret half alone. */
const withoutToken = (text: string, token: string): string =>
  [token, encodeURIComponent(token), token.slice(token.indexOf(":") + 1)]
    .filter((secret) => secret !== "")
    .reduce((clean, secret) => clean.replaceAll(secret, "<token>"), text)
