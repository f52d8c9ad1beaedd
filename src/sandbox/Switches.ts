// Answers that nobody has verified on the live service, or that servers differ in: each is a switch, changeable between two calls. Run tests
// with both settings of every switch that the client's behaviour could hang on.
// @source reference/telegram-bot-api.md §7.2 last paragraph, §7.3
import { Schema } from "effect"

export const Switches = Schema.Struct({
  /** The unit of the limits on texts (§2). */
  lengthUnit: Schema.Literal("utf16", "codePoints"),
  /** Beyond 100 entities: later ones are dropped, or the text is refused with ENTITIES_TOO_LONG (§2). */
  manyEntities: Schema.Literal("dropped", "refused"),
  /** What an album costs in the flood budget (§1.2). */
  albumCost: Schema.Literal("items", "one"),
  /** An edit of nothing but the link preview is a change; else it is "not modified" (E12 against §5.2 item 5). */
  previewCounts: Schema.Boolean,
  /** An edit of an own post that an admin deleted: the server still holds it and answers MESSAGE_ID_INVALID (§5.2 item 9). */
  staleAfterAdminDelete: Schema.Boolean,
  /** An edit works, but the answer is `message not found`, as when the server evicted the message (§4). */
  editedThenNotFound: Schema.Boolean,
  /** Other bots in a channel get `channel_post` (§7.3 item 1). */
  witness: Schema.Boolean,
  /** A bot hears of the service messages that it causes itself, such as its pins. */
  ownServiceMessages: Schema.Boolean,
  /** Posts with a keyboard are forwarded into the discussion group as well (§7.3 item 2). */
  forwardsKeyboards: Schema.Boolean,
  /** An edit of a channel post reaches its copy in the discussion group. */
  copyFollowsEdits: Schema.Boolean,
  /** A channel post takes its copy in the discussion group with it when it is deleted. */
  copyFollowsDeletion: Schema.Boolean,
  /** So long ago is what getUserPersonalChatMessages shows; 0: it is fresh (§7.3 item 3). */
  personalChatLagMs: Schema.NonNegative,
  /** A keyboard of links survives a forward (§7.3 item 4). */
  forwardsKeepButtons: Schema.Boolean,
  /** A link on zero-width text survives (§7.3 item 5). */
  invisibleLinks: Schema.Boolean,
  /** Ids skip a number now and then, by the seed (§7.3 item 6). */
  idGaps: Schema.Boolean,
  /** A reaction with an empty list leaves a trace that readers see (§7.3 item 7). */
  emptyReactionShows: Schema.Boolean,
  /** Rules of a Bot API server with `--local`: webhooks on any address and port, also without TLS (§6). */
  localServer: Schema.Boolean,
  /** The server's own pauses: polls with one offset in quick succession, repeated conflicts, setWebhook twice in a second (§6). */
  pacing: Schema.Boolean
})
export type Switches = typeof Switches.Type

/** The likelier answer of each; where both are equally likely, the one that is harder on the client. */
export const defaultSwitches: Switches = {
  lengthUnit: "utf16",
  manyEntities: "dropped",
  albumCost: "items",
  previewCounts: true,
  staleAfterAdminDelete: false,
  editedThenNotFound: false,
  witness: true,
  ownServiceMessages: true,
  forwardsKeyboards: true,
  copyFollowsEdits: true,
  copyFollowsDeletion: false,
  personalChatLagMs: 0,
  forwardsKeepButtons: true,
  invisibleLinks: true,
  idGaps: false,
  emptyReactionShows: false,
  localServer: false,
  pacing: false
}
