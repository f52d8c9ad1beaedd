// setWebhook, deleteWebhook, getWebhookInfo: where updates go (E14). Without the switch `localServer` only https on Telegram's ports is taken, as on
// api.telegram.org. Delivering is Webhooks' work.
// @source reference/telegram-bot-api.md §6; telegram-bot-api Client.cpp process_set_webhook_query, WebhookActor.cpp start_up
import { Either } from "effect"
import { badRequest, type Judged, tooManyRequests } from "../Errors.ts"
import type { Bot, State, Webhook } from "../State.ts"
import { dropPending, forgetFailures, waitingFor } from "../Updates.ts"
import { answer, type Call, type Method, type Prepared } from "./Method.ts"
import { flagOf, integerOf, listOf, type Params, textOf } from "./Params.ts"

const secretShape = /^[A-Za-z0-9_-]*$/
const maxSecret = 256
const ports = ["", "443", "80", "88", "8443"]
const defaultConnections = 40
const burstMs = 1000

const reserved = /^(?:localhost|127\.\d+\.\d+\.\d+|10\.|192\.168\.|169\.254\.|0\.0\.0\.0)/

/** Why the address cannot be a webhook; undefined when it can. */
const complaintAbout = (url: URL, localServer: boolean): string | undefined => {
  if (localServer) return undefined
  if (url.protocol !== "https:") return "An HTTPS URL must be provided for webhook"
  if (!ports.includes(url.port)) return "Webhook can be set up only on ports 80, 88, 443 or 8443"
  if (url.hostname.startsWith("[")) return "IPv6-only addresses are not allowed"
  return reserved.test(url.hostname) ? `IP address ${url.hostname} is reserved` : undefined
}

/** An address without a scheme is taken for https. */
const parsed = (written: string): URL | undefined => {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : `https://${written}`
  if (!URL.canParse(whole)) return undefined
  const url = new URL(whole)
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined
}

const certificateOf = ({ params, files }: Call) => {
  const named = /^attach:\/\/(.*)$/s.exec(textOf(params, "certificate"))?.[1]
  const upload = files[named ?? "certificate"]
  return upload === undefined ? {} : { certificate: Buffer.from(upload.bytes).toString() }
}

const webhookFrom = (state: State, call: Call): Judged<Webhook> =>
  Either.gen(function* () {
    const { params } = call
    const url = parsed(textOf(params, "url"))
    if (url === undefined) return yield* badRequest("invalid webhook URL specified")
    const secret = textOf(params, "secret_token")
    if (secret.length > maxSecret) return yield* badRequest("secret token is too long")
    if (!secretShape.test(secret)) return yield* badRequest("secret token contains unallowed characters")
    const complaint = complaintAbout(url, state.switches.localServer)
    if (complaint !== undefined) return yield* badRequest(`bad webhook: ${complaint}`)
    const most = state.switches.localServer ? 100_000 : 100
    const wanted = integerOf(params, "max_connections") ?? defaultConnections
    const address = textOf(params, "ip_address")
    return {
      url: textOf(params, "url"),
      secret,
      maxConnections: Math.min(most, Math.max(1, wanted)),
      ...certificateOf(call),
      ...(address === "" ? {} : { ipAddress: address })
    }
  })

/** Absent: as before. */
export const allowUpdates = (bot: Bot, params: Params): void => {
  const allowed = listOf(params, "allowed_updates")
  if (allowed !== undefined) bot.allowedUpdates = allowed.map((kind) => `${kind}`)
}

const sameSettings = ({ lastError: _, goneSince: __, ...before }: Webhook, next: Webhook) =>
  before.certificate === undefined && JSON.stringify(before) === JSON.stringify(next)

const deleted: (state: State, call: Call) => Judged<Prepared> = (state, { bot, params }) =>
  Either.right({
    description: bot.webhook === undefined ? "Webhook is already deleted" : "Webhook was deleted",
    commit: () => {
      bot.webhook = undefined
      if (flagOf(params, "drop_pending_updates")) dropPending(state, bot.id)
      return true
    }
  })

export const deleteWebhook: Method = deleted

/** An empty address deletes it. */
export const setWebhook: Method = (state, call, now) =>
  Either.gen(function* () {
    const { bot, params } = call
    if (textOf(params, "url") === "") return yield* deleted(state, call)
    const hurried = bot.webhookSetAt !== undefined && now < bot.webhookSetAt + burstMs
    if (state.switches.pacing && hurried) return yield* Either.left(tooManyRequests(1))
    const webhook = yield* webhookFrom(state, call)
    const drops = flagOf(params, "drop_pending_updates")
    const same = bot.webhook !== undefined && !drops && sameSettings(bot.webhook, webhook)
    return {
      description: same ? "Webhook is already set" : "Webhook was set",
      commit: (at: number) => {
        bot.webhookSetAt = at
        if (!same) {
          bot.webhook = webhook
          forgetFailures(state, bot.id, at)
        }
        if (drops) dropPending(state, bot.id)
        allowUpdates(bot, params)
        return true
      }
    }
  })

export const getWebhookInfo: Method = (state, { bot }) => {
  const { webhook } = bot
  const { updates, held } = waitingFor(state, bot.id)
  return answer({
    url: webhook?.url ?? "",
    has_custom_certificate: webhook?.certificate !== undefined,
    pending_update_count: updates.length + held.length,
    ...(webhook?.ipAddress === undefined ? {} : { ip_address: webhook.ipAddress }),
    ...(webhook?.lastError === undefined
      ? {}
      : {
          last_error_date: Math.floor(webhook.lastError.at / 1000),
          last_error_message: webhook.lastError.message
        }),
    ...(webhook === undefined ? {} : { max_connections: webhook.maxConnections }),
    ...(bot.allowedUpdates?.length ? { allowed_updates: bot.allowedUpdates } : {})
  })
}
