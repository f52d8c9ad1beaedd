// A webhook receiver of the test's own: what arrived, and how the next requests are answered.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import { createServer as createSecureServer } from "node:https"
import { Effect, Queue } from "effect"

export interface Arrived {
  readonly body: unknown
  readonly secret: string | undefined
  readonly contentType: string | undefined
  readonly url: string
  /** Answers it; nothing is answered by itself. */
  readonly answer: (status: number, headers?: Record<string, string>, body?: string) => Effect.Effect<void>
}

const arrivedFrom = (request: IncomingMessage, response: ServerResponse, bytes: Buffer): Arrived => ({
  body: JSON.parse(bytes.toString()),
  secret: [request.headers["x-telegram-bot-api-secret-token"]].flat()[0],
  contentType: request.headers["content-type"],
  url: request.url ?? "",
  answer: (status, headers = {}, body = "") =>
    Effect.sync(() => {
      response.writeHead(status, headers)
      response.end(body)
    })
})

/** On loopback, with TLS when a key and certificate are given; closed with the scope. */
export const receiver = (tls?: { readonly key: string; readonly cert: string }) =>
  Effect.gen(function* () {
    const inbox = yield* Queue.unbounded<Arrived>()
    const listener: RequestListener = (request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.once("end", () => inbox.unsafeOffer(arrivedFrom(request, response, Buffer.concat(chunks))))
    }
    const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        })
    )
    const address = server.address()
    const port = address !== null && typeof address === "object" ? address.port : 0
    return {
      inbox,
      next: Effect.timeout(Queue.take(inbox), "5 seconds"),
      url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}/hook`
    }
  })

/** Self-signed, for 127.0.0.1 alone; the key opens nothing. */
export const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgB/eotddyhIfbld6N
KI+Efg4ZhqDyTRFMq2Gj7PpPr56hRANCAARGhYLS0it4T8bGvr0XCfaq6wnwn6AL
ZlehIjWlSU5yOEhzquZXPjA2naTA5jZvarg9rRdyksah+EkjfHbQ4B7M
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBXDCCAQKgAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwIBcNMDAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEaFgtLSK3hPxsa+
vRcJ9qrrCfCfoAtmV6EiNaVJTnI4SHOq5lc+MDadpMDmNm9quD2tF3KSxqH4SSN8
dtDgHsyjQzBBMA8GA1UdEQQIMAaHBH8AAAEwDwYDVR0TAQH/BAUwAwEB/zAdBgNV
HQ4EFgQUJbX8SUg1/hJcyeL4Zq1WvXqKa14wCgYIKoZIzj0EAwIDSAAwRQIhAJIk
nsOrgGKNN0NeXSIwssZcSSHZS1sO5h7yqpXP7LV+AiAVXADLz63F0FeppzmTCbbc
c/07f0j9rrPpucX+9h+zRw==
-----END CERTIFICATE-----`
}
