// What an operator may look at of the world outside, and how it would look as a post: App fills it in from the rooms that read and render.
// Promises: changes nothing, remembers nothing; addresses are fetched under the rules for sources (no private ones but where the catalog permits it).
import { Context, type Effect, type Option, Schema } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Item } from "../domain/Item.ts"
import type { Post } from "../domain/Post.ts"

/** It cannot be looked at; one sentence for people. */
export class LookFailed extends Schema.TaggedError<LookFailed>("oncecast/operator/LookFailed")("LookFailed", {
  why: Schema.String
}) {
  override get message(): string {
    return this.why
  }
}

export interface Look {
  /** One line: how many items there are, how many pass, for which channel. */
  readonly summary: string
  readonly posts: ReadonlyArray<Post>
  /** What is not taken, and why, a line each. */
  readonly left: ReadonlyArray<string>
}

export class Looking extends Context.Tag("oncecast/operator/Looking")<
  Looking,
  {
    /** What would be posted of a source, by its name, or of an address. Default channel: the source's first. */
    readonly preview: (target: string, channel: Option.Option<string>) => Effect.Effect<Look, LookFailed>
    /** The one thing that a page is about; it has a link. */
    readonly page: (url: string) => Effect.Effect<Item, LookFailed>
    /** How an item looks in a channel. */
    readonly rendered: (item: Item, channel: Channel) => Effect.Effect<Post, LookFailed>
  }
>() {}
