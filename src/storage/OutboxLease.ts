// Who may publish into a channel: a lease that ends by itself, with a number (fence) that grows with each change of owner. A write is
// checked against the fence in its own transaction, so that an owner who slept through the end of its lease can do no harm.
import type { ChannelId, Fence, Millis } from "../domain/Names.ts"
import { type Hold, LeaseLost } from "../outbox/Outbox.ts"
import { longestTroubleMs } from "../outbox/Trouble.ts"
import { setRight } from "./ClockSetBack.ts"
import type { ReadStatements, Statements } from "./Statements.ts"

interface Lease {
  readonly channel: ChannelId
  readonly owner: string
  readonly now: Millis
  readonly until: Millis
}

/**
 * No living owner's lease ends later, for it renews it several times in its life: one that does is from before the clock was set back, and
 * ends then. A dead owner's would last for as long as the clock was ahead.
 */
export const furthestEnd = (now: Millis, until: Millis): Millis => now + 4 * (until - now)

/** Another owner's lease ends no later than a living one's could. */
const shorten = (db: Statements, { channel, now, until }: Lease): void => {
  db.run("UPDATE channel SET lease_until = :end WHERE id = :channel AND lease_until > :end", {
    channel,
    end: furthestEnd(now, until)
  })
}

/** The fence, or undefined while another owner's lease runs. One statement takes it: two processes cannot both get it. */
export const takeLease = (db: Statements, lease: Lease): Fence | undefined => {
  const fence = db.get<{ fence: Fence }>(
    `INSERT INTO channel (id, lease_owner, lease_fence, lease_until) VALUES (:channel, :owner, 1, :until)
     ON CONFLICT (id) DO UPDATE SET
       lease_fence = lease_fence + (lease_owner IS NOT excluded.lease_owner),
       lease_owner = excluded.lease_owner,
       lease_until = excluded.lease_until
     WHERE lease_owner IS NULL OR lease_owner = excluded.lease_owner OR lease_until <= :now
     RETURNING lease_fence AS fence`,
    { ...lease }
  )?.fence
  if (fence !== undefined) setRight(db, lease.channel, lease.now)
  else shorten(db, lease)
  return fence
}

/** The channels of those that were still `owner`'s. */
export const renewLeases = (
  db: Statements,
  leases: ReadonlyMap<ChannelId, Fence>,
  renewal: { readonly owner: string; readonly now: Millis; readonly until: Millis }
): ReadonlySet<ChannelId> => {
  const ours = [...leases].filter(([id, fence]) => leaseLost(db, id, fence) === undefined).map(([id]) => id)
  for (const channel of ours) takeLease(db, { channel, ...renewal })
  return new Set(ours)
}

export const yieldLease = (db: Statements, channel: ChannelId, fence: Fence): void => {
  db.run(
    "UPDATE channel SET lease_owner = NULL, lease_until = 0 WHERE id = :channel AND lease_fence = :fence",
    { channel, fence }
  )
}

/** Undefined when `fence` is the present owner's: the write may go on. */
export const leaseLost = (db: ReadStatements, channel: ChannelId, fence: Fence): LeaseLost | undefined =>
  db.get("SELECT 1 FROM channel WHERE id = :channel AND lease_fence = :fence AND lease_owner IS NOT NULL", {
    channel,
    fence
  }) === undefined
    ? new LeaseLost({ channel })
    : undefined

/** Nothing of the channel before `until`; a longer wait stays, unless it is from before the clock was set back. */
export const holdChannel = (
  db: Statements,
  channel: ChannelId,
  { until, scope, why }: Hold,
  now: Millis
): void => {
  if (scope === "trouble") {
    db.run(
      `INSERT INTO channel (id, trouble_until, trouble_why) VALUES (:channel, :until, :why)
       ON CONFLICT (id) DO UPDATE SET trouble_until = excluded.trouble_until, trouble_why = excluded.trouble_why
       WHERE trouble_until IS NULL OR trouble_until < excluded.trouble_until OR trouble_until > :latest`,
      { channel, until, why, latest: until + longestTroubleMs }
    )
    return
  }
  db.run(
    `INSERT INTO channel (id, hold_until, hold_why, hold_noted_at) VALUES (:channel, :until, :why, :now)
     ON CONFLICT (id) DO UPDATE SET hold_until = excluded.hold_until, hold_why = excluded.hold_why, hold_noted_at = excluded.hold_noted_at
     WHERE hold_until IS NULL OR hold_until < excluded.hold_until OR hold_noted_at > excluded.hold_noted_at`,
    { channel, until, why, now }
  )
}

export const lookAgain = (db: Statements, channel: ChannelId): void => {
  db.run("UPDATE channel SET trouble_until = NULL, trouble_why = NULL WHERE id = ?", [channel])
}

/** The highest message id known in the channel: whatever a later attempt becomes lies above it. */
export const raiseFloor = (db: Statements, channel: ChannelId, messageIds: ReadonlyArray<number>): void => {
  db.run("UPDATE channel SET floor = max(floor, :top) WHERE id = :channel", {
    channel,
    top: Math.max(0, ...messageIds)
  })
}
