// All that the catalog says about the words of a channel's posts, compiled: its looks, which take turns, and for each source its links and
// labels. Pure. Promises: the same delivery is worded the same by every process, as long as no other post is sent before it.
import { Either } from "effect"
import type { Channel } from "../../domain/Channel.ts"
import type { Item } from "../../domain/Item.ts"
import { withoutMarker } from "../../domain/Marker.ts"
import type { SourceId } from "../../domain/Names.ts"
import type { SourceWords } from "../../domain/Source.ts"
import { type Rewrite, rewriting } from "./Affiliate.ts"
import { templateOf } from "./BuiltIn.ts"
import { lengthOf, type Markup, text } from "./Markup.ts"
import { type Fill, labelMarkup, labelTemplate } from "./ShortTemplate.ts"
import { type Template, TemplateInvalid } from "./Template.ts"
import type { Subject } from "./Variables.ts"

export interface Words {
  /** What a post is made of: its look, and what it says besides the item. */
  readonly of: (about: About) => { readonly template: Template; readonly subject: Subject }
}

export interface About extends Omit<Subject, "wording"> {
  readonly source: SourceId
  /** How many posts the channel had before; those of old that do not say it are worded as its first. */
  readonly ordinal: number
}

/** What the sources say that say anything. */
export type WordsBySource = ReadonlyMap<SourceId, SourceWords>

interface Spoken {
  readonly rewrite: Rewrite
  readonly labels: ReadonlyArray<Label>
  readonly erid?: string
}

interface Label {
  readonly fill: Fill
  readonly text: string
}

const invalid = (path: string) => (detail: string) => new TemplateInvalid({ path, line: 1, detail })

const labelOf = (
  path: string,
  label: string | undefined
): Either.Either<ReadonlyArray<Label>, TemplateInvalid> =>
  label === undefined
    ? Either.right([])
    : labelTemplate(label).pipe(
        Either.mapBoth({ onLeft: invalid(path), onRight: (fill) => [{ fill, text: label }] })
      )

const spokenOf = (
  channel: Channel,
  source: string,
  { affiliate, label }: SourceWords
): Either.Either<Spoken, TemplateInvalid> =>
  Either.gen(function* () {
    const own = yield* labelOf(`sources.${source}.label`, label)
    const general = yield* labelOf(`channels.${channel.id}.label`, channel.label)
    const rewrite =
      affiliate === undefined
        ? () => undefined
        : yield* Either.mapLeft(rewriting(affiliate), invalid(`sources.${source}.affiliate`))
    const erid = affiliate?.erid
    return { rewrite, labels: [...own, ...general], ...(erid === undefined ? {} : { erid }) }
  })

/** One line each; what two templates say alike is said once. A label that fails is shown as it is written: never is one missing. */
const labelLines = (labels: ReadonlyArray<Label>, subject: Subject): Markup => {
  const lines = new Set(labels.map(({ fill, text }) => Either.getOrElse(fill(subject), () => text)))
  return [...lines].flatMap((line, index) => [...(index === 0 ? [] : [text("\n")]), ...labelMarkup(line)])
}

/**
 * A feed made of a channel, ours or another's, gives its items links that bear a marker. In a post of ours it would stand for the
 * attempt: readers of the post would find another's there, and not find this one.
 */
const unmarked = (item: Item): Item => ({
  ...item,
  title: withoutMarker(item.title),
  body: withoutMarker(item.body),
  ...(item.link === undefined ? {} : { link: withoutMarker(item.link) })
})

/** Left: a template of the catalog that cannot be used. */
export const wordsOf = (
  channel: Channel,
  sources: WordsBySource = new Map()
): Either.Either<Words, TemplateInvalid> =>
  Either.gen(function* () {
    const first = yield* templateOf(channel.template)
    const looks = [first]
    for (const variant of channel.variants ?? []) looks.push(yield* templateOf(variant))
    const plain = yield* spokenOf(channel, "", {})
    const spoken = new Map<SourceId, Spoken>()
    for (const [source, words] of sources) spoken.set(source, yield* spokenOf(channel, source, words))
    return {
      of: ({ source, ordinal, ...told }) => {
        const about = { ...told, item: unmarked(told.item) }
        const { rewrite, labels, erid } = spoken.get(source) ?? plain
        const { id, locale = "en", zone = "UTC" } = channel
        const turn = Math.floor(ordinal / looks.length)
        const said = {
          source,
          channel: id,
          locale,
          zone,
          ordinal,
          turn,
          ...(erid === undefined ? {} : { erid })
        }
        const bare: Subject = { ...about, wording: { ...said, label: [] } }
        const link = rewrite(bare)
        const linked = { ...said, ...(link === undefined ? {} : { link }), label: [] }
        const label = labelLines(labels, { ...about, wording: linked })
        return {
          template: looks[ordinal % looks.length] ?? first,
          subject: { ...about, wording: { ...linked, label } }
        }
      }
    }
  })

/** What a label takes of a post's length, the blank line before it included. */
export const labelLength = (label: Markup): number => (label.length === 0 ? 0 : lengthOf(label) + 2)
