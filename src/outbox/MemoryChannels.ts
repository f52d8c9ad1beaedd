// Who owns a channel, where it is published and until when it is held back, in memory: plain functions, the specification that the stores
// are compared with.
import { Either, Option } from "effect"
import { type ChannelId, Fence, type Millis } from "../domain/Names.ts"
import { type Hold, LeaseLost } from "./Outbox.ts"
import { longestTroubleMs } from "./Trouble.ts"

export interface ChannelState {
  owner: Option.Option<string>
  fence: Fence
  leaseUntil: Millis
  flood: Held
  trouble: Held
  chat: string | undefined
  /** The highest message id known in it. */
  floor: number
}

interface Held {
  readonly until: Millis
  readonly why: string
  readonly notedAt: Millis
}

interface Channels {
  readonly channels: Map<ChannelId, ChannelState>
}

const noHold = { until: 0, why: "", notedAt: 0 }

export const channelOf = ({ channels }: Channels, id: ChannelId): ChannelState => {
  const known = channels.get(id)
  if (known !== undefined) return known
  const made = {
    owner: Option.none(),
    fence: Fence.make(0),
    leaseUntil: 0,
    flood: noHold,
    trouble: noHold,
    chat: undefined,
    floor: 0
  }
  channels.set(id, made)
  return made
}

/** From before the clock was set back: it lasts from now on. */
const onClock = (held: Held, now: Millis): Held =>
  held.notedAt > now ? { ...held, until: held.until - held.notedAt + now, notedAt: now } : held

export const lease = (
  queue: Channels,
  id: ChannelId,
  owner: string,
  now: Millis,
  ttlMs: number
): Option.Option<Fence> => {
  const channel = channelOf(queue, id)
  const same = Option.contains(channel.owner, owner)
  // Taken before the clock was set back.
  channel.leaseUntil = Math.min(channel.leaseUntil, now + 4 * ttlMs)
  if (!same && Option.isSome(channel.owner) && channel.leaseUntil > now) return Option.none()
  if (!same) channel.fence = Fence.make(channel.fence + 1)
  channel.owner = Option.some(owner)
  channel.leaseUntil = now + ttlMs
  channel.flood = onClock(channel.flood, now)
  return Option.some(channel.fence)
}

export const owned = (
  queue: Channels,
  id: ChannelId,
  fence: Fence
): Either.Either<ChannelState, LeaseLost> => {
  const channel = channelOf(queue, id)
  return channel.fence === fence && Option.isSome(channel.owner)
    ? Either.right(channel)
    : Either.left(new LeaseLost({ channel: id }))
}

export const renew = (
  queue: Channels,
  owner: string,
  leases: ReadonlyMap<ChannelId, Fence>,
  now: Millis,
  ttlMs: number
): ReadonlySet<ChannelId> => {
  const ours = [...leases].filter(([id, fence]) => Either.isRight(owned(queue, id, fence))).map(([id]) => id)
  for (const id of ours) lease(queue, id, owner, now, ttlMs)
  return new Set(ours)
}

export const hold = (channel: ChannelState, { until, scope, why }: Hold, now: Millis): void => {
  const before = channel[scope]
  const isStale = scope === "trouble" ? before.until > until + longestTroubleMs : before.notedAt > now
  if (until > before.until || isStale) channel[scope] = { until, why, notedAt: now }
}

export const lookAgain = (channel: ChannelState): void => {
  channel.trouble = noHold
}

/** The hold that lasts longer. */
export const held = ({ flood, trouble }: ChannelState, now: Millis): Held =>
  trouble.until > flood.until && trouble.until <= now + longestTroubleMs ? trouble : flood

export const moveTo = (
  queue: Channels,
  id: ChannelId,
  fence: Fence,
  chat: string
): Either.Either<void, LeaseLost> =>
  Either.map(owned(queue, id, fence), (channel) => {
    if (channel.chat !== undefined && channel.chat !== chat)
      Object.assign(channel, { flood: noHold, trouble: noHold, floor: 0 })
    channel.chat = chat
  })
