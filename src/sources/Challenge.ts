// What stands behind a refusal: a plain one, or a page that wants to see a browser or a person. Enters: the answer, then the beginning of
// its body. Leaves: whose check it is, if it is one. Never fails: the refusal stands either way.
import { Effect } from "effect"
import type { About } from "./Body.ts"
import { botCheckIn } from "./reading/BotCheck.ts"
import { decoderOf } from "./reading/DocumentText.ts"

/** What guards answer with besides 200; on pages that are missing or ask for a password, captchas belong to the shop's own forms. */
const guarding: ReadonlySet<number> = new Set([403, 405, 429, 503])

/** A longer page is none that a guard made. */
export const guardedBytes = 262_144

/** Whether the body of such an answer is worth a look. */
export const mayChallenge = (status: number, contentType: string | undefined): boolean =>
  guarding.has(status) && /html/i.test(contentType ?? "")

/** One clause ("a bot check (Cloudflare)"), or nothing. */
export const challengeIn = Effect.fnUntraced(function* (page: Uint8Array, about: About) {
  const text = yield* decoderOf({ bytes: page, ...about })
  return botCheckIn(text.write(page) + text.end(), true)
})
