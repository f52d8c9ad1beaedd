// An item as a channel wants it → the post and the pictures that a send would carry. What is published and what is previewed both come
// from here, so that they cannot differ; what an edit puts in the place of a post that stands comes from here as well.
import { Effect, type Option } from "effect"
import type { Post } from "../domain/Post.ts"
import type { Photo } from "../telegram/Telegram.ts"
import { type Form, type Manner, type Rendered, render } from "./rendering/Render.ts"
import type { Template, TemplateInvalid } from "./rendering/Template.ts"
import type { Subject } from "./rendering/Variables.ts"

export interface Composed {
  readonly post: Post
  /** The bytes behind `post.photoUrls`, in their order. */
  readonly photos: ReadonlyArray<Photo>
  /** Why the channel's own template was not used. */
  readonly fault: Option.Option<TemplateInvalid>
}

export interface Composing extends Manner {
  /** Pictures at most; Telegram may have refused more. */
  readonly photos: number
}

interface Loaded {
  readonly url: string
  readonly photo: Photo
}

/** `load` gives the picture behind a URL, or none when it cannot be used. */
export const compose = <R>(
  template: Template,
  subject: Subject,
  manner: Composing,
  load: (url: string) => Effect.Effect<Option.Option<Photo>, never, R>
): Effect.Effect<Composed, never, R> =>
  Effect.gen(function* () {
    const urls = subject.item.images.slice(0, manner.photos)
    const loaded: Array<Loaded> = []
    for (const url of urls) {
      const photo = yield* load(url)
      if (photo._tag === "Some") loaded.push({ url, photo: photo.value })
    }
    return {
      photos: loaded.map(({ photo }) => photo),
      ...render(template, subject, formOf(loaded, urls.length === 0), manner)
    }
  })

const formOf = (loaded: ReadonlyArray<Loaded>, preview: boolean): Form => {
  const [first, ...more] = loaded.map(({ url }) => url)
  if (first === undefined) return { _tag: "Text", preview }
  return more.length === 0 ? { _tag: "Photo", url: first } : { _tag: "Album", urls: [first, ...more] }
}

/** The form of a post cannot change: its pictures stay, the words around them are new. */
export const recompose = (template: Template, subject: Subject, standing: Post, manner: Manner): Rendered => {
  const [first, ...more] = standing.photoUrls
  const form: Form =
    first === undefined
      ? { _tag: "Text", preview: standing.previewUrl !== undefined }
      : more.length === 0
        ? { _tag: "Photo", url: first }
        : { _tag: "Album", urls: standing.photoUrls }
  return render(template, subject, form, manner)
}
