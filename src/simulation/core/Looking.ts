// How a publisher without a fiber finds out what stands in its channel: a look sees all that there is, or nothing. What follows from it the
// service's own inquiry decides. Each step says in how many milliseconds there may be another.
import { Effect, Ref } from "effect"
import type { Fence } from "../../domain/Names.ts"
import { Evidence, type Sighting } from "../../outbox/Evidence.ts"
import { type OpenAttempt, Outbox } from "../../outbox/Outbox.ts"
import type { Agenda } from "../../publisher/Agenda.ts"
import type { Desk } from "../../publisher/Desk.ts"
import { noteLook } from "../../publisher/recovery/Frozen.ts"
import type { LookResult } from "../../publisher/recovery/Inquiry.ts"
import type { ChannelPlace } from "../Installation.ts"
import type { Process } from "./Process.ts"

export type Doing<Tag> = Extract<Agenda, { readonly _tag: Tag }>

export interface Looker {
  readonly process: Process
  readonly place: ChannelPlace
  readonly desk: Desk
}

/** A channel's number, by which it is called from outside. */
export const chatIdOf = ({ username }: ChannelPlace): number =>
  -1_000_000_000 - Number(username.replace(/\D/g, ""))

export const saw = ({ process, place }: Looker, sightings: ReadonlyArray<Sighting>): void => {
  const { run, ground } = process
  run(Effect.flatMap(Evidence, (evidence) => evidence.saw(place.channel.id, sightings, ground.now())))
}

/** All that stands above a message is seen, or nothing. */
const look = (looker: Looker, { floor }: Pick<OpenAttempt, "floor">): LookResult => {
  const { process, place } = looker
  const { weather, chats } = process.ground
  if (weather.strikes("blind-readers", 0.3, place.channel.id) !== undefined) {
    return { _tag: "Inconclusive", why: "the reader is blind" }
  }
  const chatId = chatIdOf(place)
  saw(
    looker,
    chats.above(place.channel.id, floor).map(({ id, ours }) => ({
      ...{ chatId, messageId: id, via: "profile" as const },
      ...(ours === undefined ? {} : { marker: ours.marker })
    }))
  )
  return { _tag: "Clear" }
}

export const inquire = (looker: Looker, { claim, todo }: Doing<"Inquire">): number => {
  const { process, desk } = looker
  const { run, ground } = process
  const { attempt, delivery } = claim
  if (todo._tag === "Remove") throw new Error("there are no albums here, and so no parts of one")
  if (todo._tag === "Decide") {
    run(Effect.flatMap(Outbox, (outbox) => outbox.resolve(delivery, todo.resolution, ground.now())))
    return 0
  }
  run(noteLook(desk, claim, look(looker, attempt)))
  return 0
}

export const lookFor = (looker: Looker, { due: { attempt, search } }: Doing<"LookFor">): number => {
  const { process, desk } = looker
  look(looker, attempt)
  const at = process.ground.now()
  process.run(Ref.update(desk.looked, (looked) => new Map(looked).set(attempt.id, { at, top: search.top })))
  return 1
}

export const removeStray = (
  { process, place }: Looker,
  fence: Fence,
  { stray }: Doing<"RemoveStray">
): number => {
  const { run, ground } = process
  ground.chats.remove(place.channel.id, stray.messageIds)
  run(
    Effect.either(
      Effect.flatMap(Evidence, (evidence) => evidence.endStray(stray.attempt, fence, "removed", ground.now()))
    )
  )
  return 0
}
