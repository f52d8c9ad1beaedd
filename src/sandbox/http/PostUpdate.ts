// One update to one webhook over HTTP. Promises: only addresses of this machine are ever connected to; whatever goes wrong is a receipt, never an
// exception. A certificate that the bot uploaded is the only one trusted; without one, those that Node trusts are.
// @source reference/telegram-bot-api.md §6; telegram-bot-api WebhookActor.cpp send_update, handle
import { type ClientRequest, type IncomingMessage, request as plain, type RequestOptions } from "node:http"
import { request as secure } from "node:https"
import { Effect, Either } from "effect"
import type { Webhook } from "../State.ts"
import type { Deliver, Receipt } from "../Webhooks.ts"
import type { Json } from "../Wire.ts"
import { decodeBody } from "./ReadBody.ts"

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
const maxAnswerBytes = 1024 * 1024

const urlOf = (written: string): URL =>
  new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `https://${written}`)

/** How Telegram tells what went wrong. */
const failureOf = (error: Error): string => {
  const code = "code" in error ? `${error.code}` : ""
  if (code === "ECONNREFUSED") return "Connection refused"
  if (/^(?:ERR_TLS|CERT_|DEPTH_|UNABLE_|SELF_SIGNED)/.test(code)) return `SSL error {${error.message}}`
  return code === "ECONNRESET" ? "Connection reset by peer" : "Webhook connection closed"
}

/** A method that the answer asks for, if it is one that can be read. */
const wantsOf = (body: Buffer, contentType: string) =>
  Either.match(decodeBody(body, contentType), {
    onLeft: () => ({}),
    onRight: ({ params }) => (params["method"] === undefined ? {} : { wants: params })
  })

const receiptOf = (response: IncomingMessage, body: Buffer): Receipt => ({
  status: response.statusCode ?? 0,
  reason: response.statusMessage ?? "",
  retryAfter: Number.parseInt(response.headers["retry-after"] ?? "0", 10) || 0,
  ...wantsOf(body, response.headers["content-type"] ?? "")
})

const basic = (url: URL) => Buffer.from(`${url.username}:${url.password}`).toString("base64")

const optionsFor = (url: URL, webhook: Webhook, body: Buffer): RequestOptions => ({
  method: "POST",
  agent: false,
  headers: {
    "content-type": "application/json",
    "content-length": body.length,
    ...(webhook.secret === "" ? {} : { "x-telegram-bot-api-secret-token": webhook.secret }),
    ...(url.username === "" ? {} : { authorization: `Basic ${basic(url)}` })
  }
})

const open = (url: URL, webhook: Webhook, body: Buffer): ClientRequest => {
  const options = optionsFor(url, webhook, body)
  if (url.protocol === "http:") return plain(url, options)
  return secure(url, webhook.certificate === undefined ? options : { ...options, ca: webhook.certificate })
}

/** The whole answer, as far as it is read. */
const receive = (response: IncomingMessage, done: (receipt: Receipt) => void): void => {
  const chunks: Array<Buffer> = []
  let size = 0
  response.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size <= maxAnswerBytes) chunks.push(chunk)
  })
  response.once("end", () => done(receiptOf(response, Buffer.concat(chunks))))
  response.once("error", (error) => done({ failure: failureOf(error) }))
}

/** Posts to this machine, and refuses to look for any other. */
export const postUpdate: Deliver = (webhook: Webhook, update: Json) =>
  Effect.async<Receipt>((resume) => {
    const url = urlOf(webhook.url)
    if (!loopback.test(url.hostname)) {
      const failure = "Failed to resolve host: this emulator reaches no other machine"
      return resume(Effect.succeed({ failure }))
    }
    const body = Buffer.from(JSON.stringify(update))
    const request = open(url, webhook, body)
    const done = (receipt: Receipt) => resume(Effect.succeed(receipt))
    request.once("response", (response) => receive(response, done))
    request.on("error", (error) => done({ failure: failureOf(error) }))
    request.end(body)
    return Effect.sync(() => request.destroy())
  })
