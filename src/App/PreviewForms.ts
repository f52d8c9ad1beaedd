// What a preview found, as a text for the terminal and as a page: the same posts, with all that decides how they look.
import { Option } from "effect"
import { postText } from "../operator/PostText.ts"
import { plain } from "../operator/Tables.ts"
import type { Composed } from "../publisher/Composing.ts"
import { previewPage } from "../sandbox/page/PreviewPage.ts"

/** One post, and the template that it is worded by. */
export interface Shown extends Composed {
  readonly look: string
}

export interface Looked {
  /** The channel's name. */
  readonly title: string
  readonly summary: string
  readonly posts: ReadonlyArray<Shown>
  /** What the channel does not take, and why, a line each. */
  readonly left: ReadonlyArray<string>
  readonly at: number
}

const noteOf = ({ look, fault }: Shown): string =>
  Option.match(fault, {
    onNone: () => `template ${look}`,
    onSome: (error) => `the plain look, for ${error.message}`
  })

const rule = "─".repeat(60)

const pictures = ({ photos, post }: Shown): ReadonlyArray<string> =>
  photos.map(({ bytes }, index) => `[photo, ${bytes.length} bytes: ${post.photoUrls[index] ?? ""}]`)

const shown = (composed: Shown): string =>
  [
    rule,
    noteOf(composed),
    ...pictures(composed),
    ...postText(composed.post.html).split("\n"),
    ...composed.post.buttons.flat().map((button) => `[ ${button.text} ] ‹${button.url}›`)
  ]
    .map(plain)
    .join("\n")

export const terminalPreview = ({ summary, posts, left }: Looked): string =>
  [`${summary}:`, ...posts.map(shown), rule, ...left.map(plain)].join("\n")

/** The same as one HTML document. */
export const pageOf = ({ posts, ...looked }: Looked): string =>
  previewPage({
    ...looked,
    posts: posts.map((composed) => ({
      post: composed.post,
      pictures: composed.photos.map(({ bytes }) => bytes),
      note: noteOf(composed)
    }))
  })
