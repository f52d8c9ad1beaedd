// Who is told of alerts: each admin in a private chat, at the pace that Telegram permits, and the operator's webhook. Promises: no error carries
// the webhook's URL, which is a secret; it may be on a private address, for it is the operator's own.
import { lookup } from "node:dns"
import { Effect, Option, Redacted, type Scope } from "effect"
import type { Catalog } from "../config/Catalog.ts"
import { htmlOf, payloadOf } from "../operator/alerts/AlertWords.ts"
import { NotTold, type Recipient } from "../operator/alerts/Recipient.ts"
import { count } from "../operator/Wording.ts"
import { withoutCredentials } from "../sources/Conditional.ts"
import { type Ask, leave, makeTransport } from "../sources/Transport.ts"
import { Conversation } from "../telegram/Conversation.ts"
import type { CallError } from "../telegram/Telegram.ts"
import { personTurn } from "../throttle/PrivateChat.ts"
import type { Throttle } from "../throttle/Throttle.ts"

const notTold = (error: CallError): NotTold =>
  error._tag === "TelegramRefused" && error.blame !== "configuration"
    ? new NotTold({ detail: `let them write to the bot once (${error.description})`, lasting: true })
    : new NotTold({ detail: error.message.replace(/\.$/, ""), lasting: false })

const adminRecipient = Effect.map(
  Effect.context<Conversation | Throttle>(),
  (services) =>
    (person: number): Recipient => ({
      name: `admin/${person}`,
      kind: "admin",
      tell: (notices) =>
        Effect.zipRight(
          personTurn(person),
          Effect.flatMap(Conversation, (conversation) => conversation.say(person, htmlOf(notices)))
        ).pipe(Effect.mapError(notTold), Effect.asVoid, Effect.provide(services))
    })
)

const patience = "10 seconds"

const failed = (detail: string) => new NotTold({ detail, lasting: false })

const webhookRecipient = (ask: Ask, secret: Redacted.Redacted): Recipient => {
  const { url, own } = withoutCredentials(new URL(Redacted.value(secret)))
  return {
    name: "webhook",
    kind: "webhook",
    tell: (notices) =>
      Effect.tryPromise({
        try: async (signal) => {
          const headers = { ...own, "content-type": "application/json" }
          const answer = await ask(url, headers, signal, JSON.stringify(payloadOf(notices)))
          leave(answer)
          return answer.status
        },
        // The transport's own error names more of the URL than its host.
        catch: () => failed(`${url.host} cannot be reached`)
      }).pipe(
        Effect.filterOrFail(
          (status) => status >= 200 && status < 300,
          (status) => failed(`${url.host} answered ${status}`)
        ),
        Effect.asVoid,
        Effect.timeoutFail({
          duration: patience,
          onTimeout: () => failed(`${url.host} did not answer within ${patience}`)
        })
      )
  }
}

/** The webhook, where there is one, is told for as long as the scope lives. */
export const webhookOf = (
  secret: Option.Option<Redacted.Redacted>
): Effect.Effect<ReadonlyArray<Recipient>, never, Scope.Scope> =>
  Option.match(secret, {
    onNone: () => Effect.succeed([]),
    onSome: (url) => Effect.map(makeTransport(lookup), ({ open }) => [webhookRecipient(open, url)])
  })

export const recipientsOf = (webhook: ReadonlyArray<Recipient>) =>
  Effect.map(
    adminRecipient,
    (admin) =>
      (admins: ReadonlyArray<number>): ReadonlyArray<Recipient> => [
        ...[...new Set(admins)].map(admin),
        ...webhook
      ]
  )

/** For people: who is told. */
export const toldTo = ({ admins, alerts }: Catalog, webhook: Option.Option<Redacted.Redacted>): string => {
  if (alerts?.on === false) return "nobody is told: alerts.enabled is false"
  const all = [
    ...(admins.length === 0 ? [] : [count(new Set(admins).size, "admin")]),
    ...Option.toArray(Option.map(webhook, (url) => `a webhook at ${new URL(Redacted.value(url)).host}`))
  ]
  return all.length === 0
    ? "nobody is told: name admins, or set ALERT_WEBHOOK"
    : `told to ${all.join(" and ")}; an admin must have written to the bot once`
}
