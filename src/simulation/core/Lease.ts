// Whose a channel is, as its publisher without a fiber knows it. Promises: as the service's; nobody else's work is taken for our own.
import { Effect, Option } from "effect"
import type { ChannelId, Fence } from "../../domain/Names.ts"
import { Outbox } from "../../outbox/Outbox.ts"
import type { Process } from "./Process.ts"

/** Longer than the service has it: a renewal is an event that costs time and shows little. */
const leaseMs = 300_000

/** How often it is renewed, or asked for again. */
export const renewMs = leaseMs / 3

export class Lease {
  readonly #process: Process
  readonly #channel: ChannelId
  readonly #tookOver: (fence: Fence) => void
  #fence: Fence | undefined
  #until = 0

  /** `tookOver`: is told when somebody else may have had the channel meanwhile. */
  constructor(process: Process, channel: ChannelId, tookOver: (fence: Fence) => void) {
    this.#process = process
    this.#channel = channel
    this.#tookOver = tookOver
  }

  /** Under which the channel was ours last. */
  get fence(): Fence | undefined {
    return this.#fence
  }

  /** The fence under which the channel is ours now, if it is. */
  take(): Fence | undefined {
    const { ground, run, owner } = this.#process
    const now = ground.now()
    if (this.#fence !== undefined && this.#until > now + leaseMs / 2) return this.#fence
    const lease = Effect.flatMap(Outbox, (outbox) => outbox.lease(this.#channel, owner, now, leaseMs))
    const fence = Option.getOrUndefined(run(lease))
    if (fence === undefined) return undefined
    const goesOn = this.#fence !== undefined && (fence === this.#fence || fence === this.#fence + 1)
    this.#until = now + leaseMs
    this.#fence = fence
    if (!goesOn) this.#tookOver(fence)
    return fence
  }

  /** Renews it until then, or until what needs it is over. */
  keep(endsAt: number, isNeeded: () => boolean): void {
    this.#process.after(renewMs, () => {
      if (!isNeeded()) return
      this.take()
      if (this.#process.ground.now() < endsAt) this.keep(endsAt, isNeeded)
    })
  }

  giveBack(): void {
    const { ground, run } = this.#process
    const fence = this.#fence
    if (fence === undefined || this.#until <= ground.now()) return
    this.#until = 0
    run(Effect.flatMap(Outbox, (outbox) => outbox.yieldLease(this.#channel, fence)))
  }

  /** It is somebody else's. */
  forget(): void {
    this.#fence = undefined
  }
}
