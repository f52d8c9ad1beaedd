// Alerts at their destinations: an admin's private chat in the emulator, and a webhook on a real socket.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Option, Redacted, TestClock } from "effect"
import { recipientsOf, toldTo, webhookOf } from "../../src/App/AlertRecipients.ts"
import { alertDefaults } from "../../src/domain/AlertTerms.ts"
import { htmlOf } from "../../src/operator/alerts/AlertWords.ts"
import type { Notice } from "../../src/outbox/Alerts.ts"
import { shownText } from "../../src/sandbox/Messages.ts"
import { Conversation } from "../../src/telegram/Conversation.ts"
import { LimitStore } from "../../src/throttle/LimitStore.ts"
import { Throttle } from "../../src/throttle/Throttle.ts"
import { emptied } from "../operator/operating.ts"
import { emulated } from "../telegram/emulated.ts"

const person = 4242
const throttle = Throttle.layer({ share: 1 }).pipe(Layer.provide(LimitStore.layerMemory))

const opened = (id: number, more: { readonly what?: string; readonly why?: string } = {}): Notice => ({
  ...{ id, at: 60_000, event: "opened", since: 0, times: 1 },
  problem: {
    ...{ key: "source/shop failing", about: "source/shop", tone: "failing", holdMs: 0 },
    ...{ what: "source shop keeps failing", why: "It answered 503.", next: "See `oncecast doctor`.", ...more }
  }
})

const admin = Effect.gen(function* () {
  const world = yield* emulated()
  const recipients = yield* recipientsOf([]).pipe(
    Effect.provideService(Conversation, world.conversation),
    Effect.provide(throttle)
  )
  const [recipient] = recipients([person, person])
  return { world, tell: Option.getOrThrow(Option.fromNullable(recipient)).tell, recipients }
})

describe("an admin", () => {
  it.scoped("reads what is wrong, why, and what to do", () =>
    Effect.gen(function* () {
      const { world, tell, recipients } = yield* admin
      assert.strictEqual(recipients([person, person]).length, 1)
      yield* world.control.say(person, "/start")
      yield* tell([opened(1)])
      const message = (yield* world.control.standing(`${person}`)).at(-1)
      assert.isDefined(message)
      if (message === undefined) return
      assert.strictEqual(
        shownText(message).text,
        "Needs a look: source shop keeps failing\nIt answered 503.\n→ See oncecast doctor."
      )
      assert.deepStrictEqual(
        shownText(message).entities.map(({ type }) => type),
        ["bold", "code"]
      )
    })
  )

  it.scoped("who has never written to the bot cannot be told, and is not tried again", () =>
    Effect.gen(function* () {
      const { tell } = yield* admin
      const failure = yield* Effect.flip(tell([opened(1)]))
      assert.isTrue(failure.lasting)
      assert.include(failure.message, "let them write to the bot once")
    })
  )

  it.scoped("sees what comes from a feed as text, however long and hostile it is", () =>
    Effect.gen(function* () {
      const { world, tell } = yield* admin
      yield* world.control.say(person, "/start")
      const why = `<b>&amp;</b> <script>\u001b[31m\u202e ${"x".repeat(5000)}`
      const many = Array.from({ length: 100 }, (_, index) => opened(index, { why }))
      assert.isAtMost(htmlOf(many).length, 4096)
      yield* tell(many)
      const message = (yield* world.control.standing(`${person}`)).at(-1)
      const { text } = message === undefined ? { text: "" } : shownText(message)
      assert.include(text, "<b>&amp;</b> <script>")
      assert.notMatch(text, /[\u001b\u202e]/)
      assert.match(text, /… and \d+ more: see the dashboard\.$/)
    })
  )
})

describe("check", () => {
  it("says who is told, and nothing of the webhook but its host", () => {
    const url = Option.some(Redacted.make("https://ann:secret@hooks.example/T0PS3CRET"))
    const people = { ...emptied, admins: [1, 2] }
    assert.include(toldTo(people, url), "told to 2 admins and a webhook at hooks.example;")
    assert.include(toldTo(emptied, Option.none()), "nobody is told: name admins, or set ALERT_WEBHOOK")
    assert.include(toldTo({ ...people, alerts: { ...alertDefaults, on: false } }, url), "nobody is told")
  })
})

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A server on loopback, and the webhook of it with a user and a password. */
const webhook = (answer: Answer) =>
  Effect.gen(function* () {
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk: Buffer) => (body += chunk.toString()))
      request.on("end", () => answer(request, response, body))
    })
    const port = yield* Effect.acquireRelease(
      Effect.async<number>((resume) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0))
        })
      }),
      () =>
        Effect.sync(() => server.closeAllConnections()).pipe(
          Effect.zipRight(Effect.sync(() => server.close()))
        )
    )
    const url = `http://ann:secret@127.0.0.1:${port}/services/T0PS3CRET?key=hidden`
    const [recipient] = yield* webhookOf(Option.some(Redacted.make(url)))
    return { port, tell: Option.getOrThrow(Option.fromNullable(recipient)).tell }
  })

describe("a webhook", () => {
  it.scopedLive("is posted JSON that says it in text and in fields", () =>
    Effect.gen(function* () {
      const seen: Array<readonly [string, unknown]> = []
      const { tell } = yield* webhook((request, response, body) => {
        const { authorization, "content-type": type } = request.headers
        seen.push([`${request.method} ${request.url} ${authorization} ${type}`, JSON.parse(body)])
        response.writeHead(204).end()
      })
      yield* tell([opened(7)])
      assert.deepStrictEqual(seen, [
        [
          `POST /services/T0PS3CRET?key=hidden Basic ${btoa("ann:secret")} application/json`,
          {
            text: "Needs a look: source shop keeps failing\nIt answered 503.\n→ See `oncecast doctor`.",
            events: [
              {
                ...{ id: 7, at: "1970-01-01T00:01:00.000Z", event: "opened", key: "source/shop failing" },
                ...{ about: "source/shop", severity: "failing", what: "source shop keeps failing" },
                ...{
                  why: "It answered 503.",
                  next: "See `oncecast doctor`.",
                  since: "1970-01-01T00:00:00.000Z"
                },
                times: 1
              }
            ]
          }
        ]
      ])
    })
  )

  it.scopedLive("that refuses, moves or is away is tried again, and no secret of it is told", () =>
    Effect.gen(function* () {
      const { tell, port } = yield* webhook((request, response) => {
        if (request.url?.includes("elsewhere")) return response.writeHead(204).end()
        response.writeHead(302, { location: "/elsewhere" }).end()
      })
      const moved = yield* Effect.flip(tell([opened(1)]))
      assert.deepInclude(moved, { lasting: false, detail: `127.0.0.1:${port} answered 302` })
      const [away] = yield* webhookOf(Option.some(Redacted.make("http://ann:secret@127.0.0.1:1/T0PS3CRET")))
      const failure = yield* Effect.flip(away?.tell([opened(1)]) ?? Effect.void)
      assert.deepInclude(failure, { lasting: false, detail: "127.0.0.1:1 cannot be reached" })
      assert.notMatch(JSON.stringify([moved, failure]), /secret|T0PS3CRET|hidden/)
    })
  )

  it.scoped("that does not answer is left after 10 seconds", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const { tell } = yield* webhook(() => Deferred.unsafeDone(asked, Effect.void))
      const telling = yield* Effect.fork(Effect.flip(tell([opened(1)])))
      yield* Deferred.await(asked)
      yield* TestClock.adjust("10 seconds")
      assert.include((yield* telling).message, "did not answer within 10 seconds")
    })
  )
})
