// What stands behind a refusal: a plain one, or a page that wants to see a browser or a person. Enters: the answer, its body not yet read.
// Leaves: whose check it is, if it is one. Promises: reads little, waits little, never fails: the refusal stands either way.
import { Effect } from "effect"
import { type Incoming, receive } from "./Receiving.ts"
import { botCheckIn } from "./reading/BotCheck.ts"
import { decoderOf } from "./reading/DocumentText.ts"
import type { Kept } from "./Spool.ts"

/** What guards answer with besides 200; on pages that are missing or ask for a password, captchas belong to the shop's own forms. */
const guarding: ReadonlySet<number> = new Set([403, 405, 429, 503])

/** A longer page is none that a guard made. */
const maxBytes = 262_144

const patience = "3 seconds"

/** One clause ("a bot check (Cloudflare)"), or nothing. */
export const challengeBehind = Effect.fnUntraced(
  function* (status: number, incoming: Incoming, kept: Kept) {
    if (!guarding.has(status) || !/html/i.test(incoming.about.contentType ?? "")) return undefined
    const { body } = yield* receive(incoming, maxBytes, kept)
    const text = yield* decoderOf({ bytes: body.head, ...incoming.about })
    return botCheckIn(text.write(body.head) + text.end(), true)
  },
  Effect.timeoutTo({ duration: patience, onSuccess: (found) => found, onTimeout: () => undefined }),
  Effect.orElseSucceed(() => undefined)
)
