// An item as a channel wants it → the post and the picture that a send would carry. What is published and what is previewed both come
// from here, so that they cannot differ.
import { Effect, Option } from "effect"
import type { Channel } from "../domain/Channel.ts"
import type { Post } from "../domain/Post.ts"
import type { Photo } from "../telegram/Telegram.ts"
import { type Form, render } from "./rendering/Render.ts"
import type { Template, TemplateInvalid } from "./rendering/Template.ts"
import type { Subject } from "./rendering/Variables.ts"

export interface Composed {
  readonly post: Post
  readonly photo: Option.Option<Photo>
  /** Why the channel's own template was not used. */
  readonly fault: Option.Option<TemplateInvalid>
}

export interface Manner {
  readonly silent: boolean
  /** Telegram has refused the picture; go on without. */
  readonly textOnly: boolean
}

/** `load` gives the picture behind a URL, or none when it cannot be used. */
export const compose = <R>(
  channel: Channel,
  template: Template,
  subject: Subject,
  manner: Manner,
  load: (url: string) => Effect.Effect<Option.Option<Photo>, never, R>
): Effect.Effect<Composed, never, R> =>
  Effect.gen(function* () {
    const url = channel.photo ? subject.item.images[0] : undefined
    const photo = url === undefined || manner.textOnly ? Option.none<Photo>() : yield* load(url)
    const form: Form =
      url !== undefined && Option.isSome(photo)
        ? { _tag: "Photo", url }
        : { _tag: "Text", preview: url === undefined }
    return { photo, ...render(template, subject, form, manner.silent) }
  })
