// One HTTP exchange with the Bot API server. Enters: method, URL, body. Leaves: the answer as text, or how far the request got.
// Promises: a fresh connection each time (no stale keep-alive socket can fake a failure), no redirect followed, nothing repeated; the
// last byte of the body is held back until the rest is handed over, so that an exchange that broke off before it certainly was
// not carried out; an aborted exchange has no socket left. Never names the URL, for the bot token is in it.
import { Buffer } from "node:buffer"
import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http"
import { request as secureRequest } from "node:https"

/** Whatever answer arrived whole. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/**
 * No whole answer arrived. `complete`: the whole request was handed to the network, so it may have been carried out.
 * @source RFC 9112 §6.3 and §8 (2022): a server must treat a body shorter than its Content-Length as incomplete
 */
export class ExchangeBroken extends Error {
  readonly complete: boolean
  constructor(complete: boolean, detail: string) {
    super(detail)
    this.name = "ExchangeBroken"
    this.complete = complete
  }
}

export interface HttpCall {
  readonly url: string
  readonly contentType: string
  readonly body: Buffer
  /** Milliseconds to get a connection. */
  readonly connectTimeoutMs: number
  /** Breaks the exchange off; its socket is gone at once. */
  readonly end: AbortSignal
  /** Asked before the last byte; false breaks the exchange off. */
  readonly mayGo: () => boolean
}

/** Why a call that was not permitted any more broke off. */
export const tooLate = "it came too late to be permitted"

/** Carries one call out. Rejects with ExchangeBroken, and with nothing else. */
export type Exchange = (call: HttpCall) => Promise<HttpAnswer>

/** The largest answer that is read; the largest there is, getUpdates, has about 4 MB. */
const maxAnswerBytes = 8 * 1024 * 1024

/** Over a connection of its own. */
export const exchange: Exchange = async (call) => {
  try {
    return await carry(call, open(call))
  } catch (error) {
    throw error instanceof ExchangeBroken ? error : new ExchangeBroken(false, nameOf(error))
  }
}

const carry = (call: HttpCall, request: ClientRequest): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    let complete = false
    const fail = (detail: string) => {
      call.end.removeEventListener("abort", abort)
      request.destroy()
      reject(new ExchangeBroken(complete, detail))
    }
    const abort = () => fail(complete ? "no answer in time" : "not handed over in time")
    request.on("error", (error) => fail(nameOf(error)))
    request.on("timeout", () =>
      request.socket?.connecting !== false ? fail("no connection in time") : undefined
    )
    request.on("response", (response) => {
      readAnswer(response).then(
        (answer) => {
          call.end.removeEventListener("abort", abort)
          resolve(answer)
          // An answer may come before the upload is over; what is left of it has no reader.
          request.destroy()
        },
        (error) => fail(nameOf(error))
      )
    })
    if (call.end.aborted) return abort()
    call.end.addEventListener("abort", abort)
    request.write(call.body.subarray(0, -1), (error) => {
      if (error || request.destroyed) return
      if (!call.mayGo()) return fail(tooLate)
      complete = true
      request.end(call.body.subarray(-1))
    })
  })

const open = (call: HttpCall): ClientRequest => {
  const url = new URL(call.url)
  return (url.protocol === "https:" ? secureRequest : plainRequest)(url, {
    method: "POST",
    agent: false,
    timeout: call.connectTimeoutMs,
    headers: { "content-type": call.contentType, "content-length": call.body.length, connection: "close" }
  })
}

const readAnswer = async (response: IncomingMessage): Promise<HttpAnswer> => {
  const parts: Array<Buffer> = []
  let length = 0
  for await (const part of response) {
    const bytes = Buffer.from(part)
    length += bytes.length
    if (length > maxAnswerBytes) throw new Error("the answer is too large")
    parts.push(bytes)
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }
}

/** The system's own code where there is one ("ECONNRESET"): messages may hold addresses and URLs. */
const nameOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown failure"
  return "code" in error && typeof error.code === "string" ? error.code : error.message
}
