// An item, a template and a form → the post that will be sent. Pure. Promises: Telegram accepts it as far as its form is concerned: never
// empty, never too long, every tag closed, every button a link that may be one; the same input gives the same post.
import { Either, type Option } from "effect"
import type { Button, Post } from "../../domain/Post.ts"
import { plainTemplate } from "./BuiltIn.ts"
import { fitted, limits } from "./Fit.ts"
import { buttonLinkOf, hostOf, linkOf } from "./Links.ts"
import { type Markup, plainText, text, toHtml } from "./Markup.ts"
import type { Parsed } from "./ParseHtml.ts"
import { cutText, isVisible } from "./PlainText.ts"
import type { Template, TemplateInvalid } from "./Template.ts"
import type { Subject } from "./Variables.ts"

/** `Photo`: the text is a caption. `Text`: with `preview`, Telegram may show the page that the item links to. */
export type Form =
  | { readonly _tag: "Photo"; readonly url: string }
  | { readonly _tag: "Text"; readonly preview: boolean }

export interface Rendered {
  readonly post: Post
  /** Why the channel's own template was not used. */
  readonly fault: Option.Option<TemplateInvalid>
}

/** @source reference/telegram-bot-api.md §2: about 100 buttons and 10 kB of markup; a post needs few */
const maxButtons = 8
const maxButtonLength = 64

export const render = (template: Template, subject: Subject, form: Form, silent: boolean): Rendered => {
  const filled = template.fill(subject)
  const parsed = Either.getOrElse(filled, () =>
    Either.getOrElse(plainTemplate.fill(subject), (): Parsed => ({ markup: [], buttons: [] }))
  )
  const limit = form._tag === "Photo" ? limits.caption : limits.text
  const markup = fitted(isVisible(plainText(parsed.markup)) ? parsed.markup : nothingToSay(subject), limit)
  const link = linkOf(subject.item.link)
  return {
    post: {
      html: toHtml(markup),
      ...(form._tag === "Photo" ? { photoUrl: form.url } : {}),
      buttons: parsed.buttons.flatMap(buttonOf).slice(0, maxButtons),
      silent,
      ...(form._tag === "Text" && form.preview && link !== undefined ? { previewUrl: link } : {})
    },
    fault: Either.getLeft(filled)
  }
}

/** Telegram refuses a text without a visible character. */
const nothingToSay = ({ item }: Subject): Markup => [text(hostOf(item.link) ?? "…")]

/** A row of its own for each: a row of several cuts their texts short on a phone. */
const buttonOf = (button: {
  readonly text: string
  readonly url: string
}): ReadonlyArray<ReadonlyArray<Button>> => {
  const url = buttonLinkOf(button.url)
  const label = cutText(button.text, maxButtonLength)
  return url === undefined || !isVisible(label) ? [] : [[{ text: label, url }]]
}
