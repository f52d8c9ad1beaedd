// Several items → one post: a line for each, as many as fit. Pure. Promises: the first items go in, in their order, none of them in part of its
// line; a digest that stands already takes them all, with shorter lines if it must; what a post may be, it is (Render.ts).
import { Either } from "effect"
import type { Post } from "../../domain/Post.ts"
import { fitted, limits } from "./Fit.ts"
import { hostOf } from "./Links.ts"
import { hiddenLength, markedHidden, markedLink } from "./Marking.ts"
import { lengthOf, type Markup, plainText, text, toHtml } from "./Markup.ts"
import { isVisible } from "./PlainText.ts"
import type { Manner } from "./Render.ts"
import { compileTemplate, type Template } from "./Template.ts"
import { type Subject, shownLink } from "./Variables.ts"
import { labelLength } from "./Words.ts"

/** Of one line, in UTF-16 units. */
const longestLine = 300

const bullet = "• "

const lineTemplate: Template = Either.getOrThrow(
  compileTemplate(
    `{% if link %}<a href="{{ link }}">{{ title | default: host }}</a>{% else %}{{ title }}{% endif %}
{%- if price %}: <b>{{ price | money }}</b>{% if discount %} (−{{ discount }} %){% endif %}{% endif %}`,
    "digest"
  )
)

const lineOf = (subject: Subject, limit: number): Markup => {
  const filled = Either.match(lineTemplate.fill(subject), {
    onLeft: (): Markup => [],
    onRight: ({ markup }) => markup
  })
  const line = isVisible(plainText(filled)) ? filled : [text(hostOf(subject.item.link) ?? "…")]
  const struck: Markup =
    subject.withdrawn === true ? [{ _tag: "Mark", mark: "strike", children: line }] : line
  return [text(bullet), ...fitted(struck, limit - bullet.length)]
}

/** The labels of all, each said once: no cut takes one away. */
const labelsOf = (subjects: ReadonlyArray<Subject>): Markup => {
  const labels = new Map<string, Markup>()
  for (const { wording } of subjects) {
    if (wording !== undefined && wording.label.length > 0) labels.set(toHtml(wording.label), wording.label)
  }
  return [...labels.values()].flatMap((label, at) => (at === 0 ? label : [text("\n"), ...label]))
}

/** How many of the lines fit, with a line break between two; at least one. */
const fitting = (lines: ReadonlyArray<Markup>, room: number): number => {
  let length = -1
  const over = lines.findIndex((line) => {
    length += lengthOf(line) + 1
    return length > room
  })
  return over < 0 ? lines.length : Math.max(1, over)
}

export interface RenderedDigest {
  readonly post: Post
  /** How many of the subjects it has. */
  readonly fits: number
}

/** `all`: none may be left out. */
export const renderDigest = (
  subjects: ReadonlyArray<Subject>,
  { silent, marking }: Manner,
  all: boolean
): RenderedDigest => {
  const label = labelsOf(subjects)
  const room = limits.text - hiddenLength - labelLength(label)
  const whole = subjects.map((subject) => lineOf(subject, longestLine))
  const share = Math.floor(room / Math.max(1, subjects.length)) - 1
  const shorter = all && fitting(whole, room) < whole.length
  const lines = shorter ? subjects.map((subject) => lineOf(subject, share)) : whole
  const fits = all ? lines.length : fitting(lines, room)
  const joined = lines.slice(0, fits).flatMap((line, at) => (at === 0 ? line : [text("\n"), ...line]))
  const body = fitted(joined, room)
  const [first] = subjects
  const link = first === undefined ? undefined : shownLink(first)
  const marked =
    marking === undefined ? body : (markedLink(body, link, marking) ?? markedHidden(body, link, marking))
  const html = toHtml(label.length === 0 ? marked : [...marked, text("\n\n"), ...label])
  const ordinal = first?.wording === undefined ? {} : { ordinal: first.wording.ordinal }
  return { post: { html, photoUrls: [], buttons: [], silent, ...ordinal }, fits }
}
