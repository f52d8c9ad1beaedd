// Reads the newest posts of the channel on the profile of a user: as they are at this moment, all at once, without a trace.
import { Effect, Either } from "effect"
import { isChat, newestAtMost, Reader, type SeenMessage } from "../../telegram/Reader.ts"
import type { Throttle } from "../../throttle/Throttle.ts"
import type { LookResult } from "./Inquiry.ts"
import { clear, inconclusive, readingTurn, type Search, type Seen } from "./Look.ts"
import { sightingOf } from "./Sightings.ts"

export const lookAtProfile = (search: Search): Effect.Effect<Seen, never, Reader | Throttle> =>
  Effect.gen(function* () {
    const reader = yield* Reader
    const user = search.channel.profileOf ?? 0
    const newest = yield* Effect.either(Effect.zipRight(readingTurn("profile", 0), reader.newest(user)))
    if (Either.isLeft(newest)) {
      return { sightings: [], result: inconclusive(newest.left.message) }
    }
    const messages = newest.right.filter((message) => isChat(search.attempt.chat, message.chat))
    const sightings = messages.map((message) => sightingOf(message, "profile"))
    const { controls, channel } = search
    const place = { floor: search.attempt.floor, controls, user: channel.profileOf ?? 0 }
    return { sightings, result: judged(place, newest.right.length, messages) }
  })

interface Place {
  readonly floor: number
  readonly controls: ReadonlyArray<number>
  readonly user: number
}

/** Whether the messages of the channel, of all that are listed, are all that stand there above the floor. */
export const judged = (
  { floor, controls, user }: Place,
  listed: number,
  messages: ReadonlyArray<SeenMessage>
): LookResult => {
  if (messages.length < listed) return inconclusive(`the profile of user ${user} shows another channel`)
  const ids = messages.map((message) => message.messageId)
  const oldest = Math.min(...ids)
  const whole = listed < newestAtMost || oldest <= floor + 1
  if (!whole) return inconclusive("more posts than its profile shows have come since")
  const expected = controls.filter((id) => listed < newestAtMost || id >= oldest)
  const controlled = expected.length === 0 ? ids.length > 0 : expected.some((id) => ids.includes(id))
  return controlled ? clear : inconclusive("its profile does not show a post of ours that should stand there")
}
