// How far each bot's updates were read, and by whom: Telegram tells them to one reader at a time, and tells again what was not confirmed.
import { Context, type Effect } from "effect"
import type { Millis } from "../domain/Names.ts"
import type { StorageFailed } from "../domain/StorageFailed.ts"

export class Inbox extends Context.Tag("oncecast/outbox/Inbox")<
  Inbox,
  {
    /** Takes or renews the reading of a bot's updates until `now + ttlMs`; false while another owner's time still runs. */
    readonly lease: (
      bot: number,
      owner: string,
      now: Millis,
      ttlMs: number
    ) => Effect.Effect<boolean, StorageFailed>
    readonly yieldLease: (bot: number, owner: string) => Effect.Effect<void, StorageFailed>
    /** The last update that was handled; 0 before the first. */
    readonly position: (bot: number) => Effect.Effect<number, StorageFailed>
    /**
     * This update was handled by the owner; what Telegram tells after it is next, be its number lower: after a week without updates it counts
     * anew. False, and nothing is recorded, when somebody else reads the bot by now.
     * @source reference/telegram-bot-api.md §6 (update_id)
     */
    readonly advance: (bot: number, owner: string, update: number) => Effect.Effect<boolean, StorageFailed>
    /** Whether an update that Telegram brought by itself was handled before; for as long as Telegram brings it again. */
    readonly isHandled: (bot: number, update: number) => Effect.Effect<boolean, StorageFailed>
    readonly noteHandled: (bot: number, update: number, now: Millis) => Effect.Effect<void, StorageFailed>
  }
>() {}
