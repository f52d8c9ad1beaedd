// The Bot API client's transport, with the emulator's core at its other end instead of a network: what HTTP would carry is carried in process, so
// that whole deliveries run in virtual time. Enters: a call as grammY made it. Leaves: the answer, or how far the request got.
import { Buffer } from "node:buffer"
import { Effect, Exit, Runtime } from "effect"
import type { EmulatorShape } from "../sandbox/Emulator.ts"
import { envelope } from "../sandbox/http/ActOut.ts"
import { decodeBody } from "../sandbox/http/ReadBody.ts"
import type { Reply } from "../sandbox/Reply.ts"
import { type Exchange, ExchangeBroken, type HttpAnswer, type HttpCall } from "../telegram/SendHttp.ts"

const pathShape = /\/bot([^/]*)\/([^/?]*)$/

/** The emulator goes on with what it was given, whoever still listens. */
export const emulatedExchange = (emulator: EmulatorShape): Effect.Effect<Exchange> =>
  Effect.map(Effect.runtime<never>(), (runtime) => {
    const run = Runtime.runFork(runtime)
    return (call) =>
      new Promise((resolve, reject) => {
        const breakOff = (detail: string) => reject(new ExchangeBroken(true, detail))
        if (call.end.aborted) return breakOff("no answer in time")
        call.end.addEventListener("abort", () => breakOff("no answer in time"))
        run(exchanged(emulator, call)).addObserver((exit) => {
          if (Exit.isFailure(exit)) return breakOff("the emulator ended")
          const answer = answerOf(exit.value)
          if (answer === "silence") return
          if (answer === "broken") return breakOff("ECONNRESET")
          resolve(answer)
          if (exit.value.kind === "answer") run(exit.value.afterwards ?? Effect.void)
        })
      })
  })

const exchanged = (emulator: EmulatorShape, { url, contentType, body }: HttpCall): Effect.Effect<Reply> => {
  const [, token = "", method = ""] = pathShape.exec(new URL(url).pathname) ?? []
  const read = Effect.sync(() => decodeBody(Buffer.from(body), contentType))
  return emulator.exchange({ token: decodeURIComponent(token), method, body: read })
}

const answerOf = (reply: Reply): HttpAnswer | "silence" | "broken" => {
  switch (reply.kind) {
    case "answer": {
      const { status, body } = envelope(reply)
      if (reply.spoiled?.kind === "half") return "broken"
      return reply.spoiled?.kind === "halfStall" ? "silence" : { status, body }
    }
    case "proxy":
      return { status: reply.status, body: reply.html }
    case "stall":
      return "silence"
    case "rst":
    case "fin":
      return "broken"
  }
}
