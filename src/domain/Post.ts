// A rendered post: exactly what a send will carry, stored with the attempt before the first byte leaves.
import { Schema } from "effect"

export const Button = Schema.Struct({ text: Schema.String, url: Schema.String })
export type Button = typeof Button.Type

export const Post = Schema.Struct({
  /** Telegram's HTML, fitted to the limit of its form (4,096 as text, 1,024 as caption; UTF-16 units after parsing). */
  html: Schema.String,
  /** Uploaded as bytes by us. None: a text. One: a photo with `html` as its caption. 2 to 10: an album, the caption on its first. */
  photoUrls: Schema.Array(Schema.String),
  /** Rows of link buttons; none under an album, which cannot have any. */
  buttons: Schema.Array(Schema.Array(Button)),
  silent: Schema.Boolean,
  /** The link that Telegram may preview; absent means no preview. */
  previewUrl: Schema.optionalWith(Schema.String, { exact: true }),
  /** How many posts the channel had before it, where that decided its words: an edit keeps to it. */
  ordinal: Schema.optionalWith(Schema.Int, { exact: true }),
  /** The message of the same chat that it answers, as long as that stands. */
  replyTo: Schema.optionalWith(Schema.Int, { exact: true })
})
export type Post = typeof Post.Type

/** How many messages it takes in the chat. */
export const messagesOf = ({ photoUrls }: Pick<Post, "photoUrls">): number => Math.max(1, photoUrls.length)
