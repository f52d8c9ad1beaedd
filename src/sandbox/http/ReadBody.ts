// The body of an HTTP request → parameters and files of a call (E1): JSON, urlencoded, multipart, and the query string below them. A body that
// cannot be read is a refusal in the Bot API's words.
import type { IncomingMessage } from "node:http"
import { Effect, Either, Option } from "effect"
import { badRequest, entityTooLarge, type Judged } from "../Errors.ts"
import type { Body } from "../Exchange.ts"
import { maxBodyBytes } from "../Limits.ts"
import { asRecord } from "../methods/Params.ts"
import { boundaryOf, readForm } from "./FormBody.ts"

const jsonObject = (body: Buffer): Judged<Body> => {
  try {
    const params: unknown = JSON.parse(body.toString())
    return Either.right({ params: asRecord(params), files: {} })
  } catch {
    return badRequest("can't parse JSON object")
  }
}

/** Parameters and files by the content type; none of a type that is not known. */
export const decodeBody = (body: Buffer, contentType: string): Judged<Body> => {
  if (/^application\/json/i.test(contentType)) return jsonObject(body)
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) {
    const params = Object.fromEntries(new URLSearchParams(body.toString()))
    return Either.right({ params, files: {} })
  }
  if (!/^multipart\/form-data/i.test(contentType)) return Either.right({ params: {}, files: {} })
  const form = readForm(body, boundaryOf(contentType) ?? "")
  return form === undefined
    ? badRequest("can't parse multipart form data")
    : Either.right({ params: form.fields, files: form.files })
}

/** All bytes, or none when there are more than allowed; a client that goes away leaves what came so far. */
export const readAll = (request: IncomingMessage, maxBytes: number): Effect.Effect<Option.Option<Buffer>> =>
  Effect.async((resume) => {
    const chunks: Array<Buffer> = []
    let size = 0
    request.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else resume(Effect.succeedNone)
    })
    const done = () =>
      resume(size <= maxBytes ? Effect.succeedSome(Buffer.concat(chunks)) : Effect.succeedNone)
    request.once("end", done)
    request.once("error", done)
    request.once("close", done)
  })

/** What a client that hung up in the middle of its request gets, had it stayed; nothing is carried out. */
const incomplete = badRequest("request was closed before its end")

export const readBody = (request: IncomingMessage, query: URLSearchParams): Effect.Effect<Judged<Body>> =>
  Effect.map(readAll(request, maxBodyBytes), (body) => {
    if (Option.isNone(body)) return Either.left(entityTooLarge)
    if (!request.complete) return incomplete
    return Either.map(decodeBody(body.value, request.headers["content-type"] ?? ""), ({ params, files }) => ({
      params: { ...Object.fromEntries(query), ...params },
      files
    }))
  })
