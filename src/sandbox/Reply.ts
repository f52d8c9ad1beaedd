// What a client gets for a call: an answer, something that only looks like one, or nothing. The HTTP shell acts it out; a simulation reads it.
import { type Effect, Either } from "effect"
import type { Judged, Refusal } from "./Errors.ts"
import type { Loss } from "./Faults.ts"

export type Reply =
  | {
      readonly kind: "answer"
      readonly judged: Judged<unknown>
      /** A remark beside the result. */
      readonly description?: string
      /** To be run when the answer is out. */
      readonly afterwards?: Effect.Effect<void>
      /** How the body is spoiled on its way. */
      readonly spoiled?:
        | { readonly kind: "half" | "halfStall" }
        | { readonly kind: "drip"; readonly ms: number }
    }
  /** Not the Bot API but a proxy speaks; the body is HTML or empty. */
  | { readonly kind: "proxy"; readonly status: number; readonly html: string }
  | { readonly kind: "rst" | "fin" | "stall" }

export const refused = (refusal: Refusal): Reply => ({ kind: "answer", judged: Either.left(refusal) })

const reasons: Readonly<Record<number, string>> = {
  413: "Request Entity Too Large",
  429: "Too Many Requests",
  502: "Bad Gateway",
  504: "Gateway Time-out"
}

const nginx = (status: number) => {
  const title = `${status} ${reasons[status] ?? "Error"}`
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n`
}

/** The answer is lost in this way. */
export const lost = (loss: Loss): Reply => {
  switch (loss.kind) {
    case "html":
      return { kind: "proxy", status: loss.status, html: nginx(loss.status) }
    case "empty":
      return { kind: "proxy", status: loss.status, html: "" }
    case "error": {
      const parameters = loss.retryAfter === undefined ? {} : { parameters: { retry_after: loss.retryAfter } }
      return refused({ code: loss.code, description: loss.description, ...parameters })
    }
    default:
      return { kind: loss.kind }
  }
}

/** For the call log: the HTTP status, or how the answer was lost. */
export const outcomeOf = (reply: Reply): string => {
  if (reply.kind === "proxy") return `${reply.status} from a proxy`
  if (reply.kind !== "answer") return reply.kind
  const status = Either.match(reply.judged, { onLeft: ({ code }) => `${code}`, onRight: () => "200" })
  return reply.spoiled === undefined ? status : `${status} ${reply.spoiled.kind}`
}
