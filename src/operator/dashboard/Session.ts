// Who is logged in: a signed cookie that says until when, and as whom. Nothing is kept here, so that sessions survive a restart; a changed
// DASHBOARD_TOKEN ends them all. Promises: a cookie that was not made with this token is no session; its comparison takes constant time.
import { createHmac } from "node:crypto"
import { Option, Redacted } from "effect"
import type { Millis } from "../../domain/Names.ts"
import { isSame } from "../Authorization.ts"

export const sessionCookie = "oncecast_session"

/** A week. */
export const sessionMs = 604_800_000

export interface Session {
  /** As the person gave it when logging in. */
  readonly name: string
  /** Stands in every form: a foreign page cannot know it. */
  readonly csrf: string
}

const sign = (secret: Redacted.Redacted, purpose: string, text: string): string =>
  createHmac("sha256", Redacted.value(secret)).update(`oncecast/${purpose}\n${text}`).digest("base64url")

const encode = (text: string) => Buffer.from(text).toString("base64url")
const decode = (text: string) => Buffer.from(text, "base64url").toString()

/** `text` with a signature that only this token makes. */
export const sealed = (secret: Redacted.Redacted, purpose: string, text: string): string =>
  `${encode(text)}.${sign(secret, purpose, text)}`

/** None when it was not sealed with this token for this purpose. */
export const unsealed = (
  secret: Redacted.Redacted,
  purpose: string,
  value: string
): Option.Option<string> => {
  const [body = "", signature = ""] = value.split(".")
  const text = decode(body)
  return isSame(sign(secret, purpose, text), signature) ? Option.some(text) : Option.none()
}

/** The cookie's value. */
export const newSession = (secret: Redacted.Redacted, name: string, now: Millis): string =>
  sealed(secret, "session", `${now + sessionMs} ${name}`)

export const sessionOf = (
  secret: Redacted.Redacted,
  cookie: string | undefined,
  now: Millis
): Option.Option<Session> =>
  Option.fromNullable(cookie).pipe(
    Option.flatMap((value) => unsealed(secret, "session", value)),
    Option.flatMap((text) => {
      const [, until = "0", name = ""] = /^(\d+) (.*)$/s.exec(text) ?? []
      return Number(until) > now ? Option.some({ name, csrf: sign(secret, "form", text) }) : Option.none()
    })
  )
