// An item, a template and a form → the post that will be sent. Pure. Promises: Telegram accepts it as far as its form is concerned: never
// empty, never too long, every tag closed, every button a link that may be one; the same input gives the same post.
import { Either, type Option } from "effect"
import type { Button, Post } from "../../domain/Post.ts"
import { plainTemplate } from "./BuiltIn.ts"
import { fitted, limits } from "./Fit.ts"
import { buttonLinkOf, hostOf, linkOf } from "./Links.ts"
import { hiddenLength, type Marking, markedButton, markedHidden, markedLink, unmarked } from "./Marking.ts"
import { type Markup, mapElements, plainText, text, toHtml } from "./Markup.ts"
import type { Parsed } from "./ParseHtml.ts"
import { cutText, isVisible } from "./PlainText.ts"
import type { Template, TemplateInvalid } from "./Template.ts"
import { type Subject, shownLink } from "./Variables.ts"
import { labelLength } from "./Words.ts"

/** `Photo`, `Album`: the text is a caption. `Text`: with `preview`, Telegram may show the page that the item links to. */
export type Form =
  | { readonly _tag: "Photo"; readonly url: string }
  | { readonly _tag: "Album"; readonly urls: ReadonlyArray<string> }
  | { readonly _tag: "Text"; readonly preview: boolean }

export interface Manner {
  readonly silent: boolean
  /** Absent where nothing is sent: a preview. */
  readonly marking?: Marking
}

export interface Rendered {
  readonly post: Post
  /** Why the channel's own template was not used. */
  readonly fault: Option.Option<TemplateInvalid>
}

/** @source reference/telegram-bot-api.md §2: about 100 buttons and 10 kB of markup; a post needs few */
const maxButtons = 8
const maxButtonLength = 64

export const render = (
  template: Template,
  subject: Subject,
  form: Form,
  { silent, marking }: Manner
): Rendered => {
  const filled = filling(template, subject)
  const parsed = Either.getOrElse(filled, () =>
    Either.getOrElse(filling(plainTemplate, subject), (): Parsed => ({ markup: [], buttons: [] }))
  )
  const body = isVisible(plainText(parsed.markup)) ? parsed.markup : nothingToSay(subject)
  const link = shownLink(subject)
  const buttons = parsed.buttons.flatMap((button) => buttonOf(button, subject)).slice(0, maxButtons)
  const said = form._tag === "Album" ? [...body, ...buttons.flatMap(asLine)] : body
  const whole = led(unmarked(said), subject)
  const keyboard = form._tag === "Album" ? [] : buttons
  return {
    post: {
      html: toHtml(labelled(whole, form._tag === "Text" ? limits.text : limits.caption, subject, marking)),
      photoUrls: form._tag === "Photo" ? [form.url] : form._tag === "Album" ? form.urls : [],
      buttons: keyboard.map((button) => [
        marking === undefined ? button : markedButton(button, link, marking)
      ]),
      silent,
      ...(form._tag === "Text" && form.preview && link !== undefined ? { previewUrl: link } : {}),
      ...(subject.wording === undefined ? {} : { ordinal: subject.wording.ordinal })
    },
    fault: Either.getLeft(filled)
  }
}

/** A template that does not speak of `withdrawn` is struck through, without its buttons. */
const filling = (template: Template, subject: Subject): Either.Either<Parsed, TemplateInvalid> =>
  Either.gen(function* () {
    const parsed = yield* template.fill(subject)
    if (subject.withdrawn !== true) return parsed
    const before = yield* template.fill({ ...subject, withdrawn: false })
    if (JSON.stringify(parsed) !== JSON.stringify(before)) return parsed
    return { markup: [{ _tag: "Mark", mark: "strike", children: parsed.markup }], buttons: [] }
  })

/** A label is no part of what is cut: the rest gets what it leaves. */
const labelled = (markup: Markup, limit: number, subject: Subject, marking: Marking | undefined): Markup => {
  const label = subject.wording?.label ?? []
  const whole = marked(markup, limit - labelLength(label), shownLink(subject), marking)
  return label.length === 0 ? whole : [...whole, text("\n\n"), ...label]
}

/** Links to the item lead where its readers are led, whoever wrote them. */
const led = (markup: Markup, subject: Subject): Markup => {
  const [own, shown] = [linkOf(subject.item.link), shownLink(subject)]
  if (shown === undefined || own === shown) return markup
  return mapElements(markup, (element) =>
    element._tag === "Link" && element.href === own ? { ...element, href: shown } : element
  )
}

const marked = (
  markup: Markup,
  limit: number,
  link: string | undefined,
  marking: Marking | undefined
): Markup => {
  const whole = fitted(markup, limit)
  if (marking === undefined) return whole
  return markedLink(whole, link, marking) ?? markedHidden(fitted(markup, limit - hiddenLength), link, marking)
}

/** Telegram refuses a text without a visible character. */
const nothingToSay = ({ item }: Subject): Markup => [text(hostOf(item.link) ?? "…")]

const buttonOf = (
  button: { readonly text: string; readonly url: string },
  subject: Subject
): ReadonlyArray<Button> => {
  const written = buttonLinkOf(button.url)
  const url = written !== undefined && written === linkOf(subject.item.link) ? shownLink(subject) : written
  const label = cutText(button.text, maxButtonLength)
  return url === undefined || !isVisible(label) ? [] : [{ text: label, url }]
}

/** What would be a button, where there can be none: a line of its own below the text. */
const asLine = (button: Button, index: number): Markup => [
  text(index === 0 ? "\n\n" : "\n"),
  { _tag: "Link", href: button.url, children: [text(button.text)] }
]
