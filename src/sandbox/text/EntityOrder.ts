// Entities in Telegram's normal form: sorted; links, mentions and code never overlap; bold and its like are merged where they touch, cut where
// another entity begins or ends, and absent inside code. Entities enter and leave; the text is not looked at.
// @source reference/telegram-bot-api.md §3 (td MessageEntity.cpp, fix_entities, split_entities, merge_new_entities)
import type { Entity } from "../Wire.ts"

const splittable = ["bold", "italic", "underline", "strikethrough", "spoiler"]
const priority: Readonly<Record<string, number>> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 11,
  code: 20,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
  custom_emoji: 99
}

const end = (entity: Entity) => entity.offset + entity.length
const isSplittable = (entity: Entity) => splittable.includes(entity.type)
const isQuote = (entity: Entity) => entity.type.endsWith("blockquote")
const isCode = (entity: Entity) => entity.type === "pre" || entity.type === "code"

const compare = (a: Entity, b: Entity) =>
  a.offset - b.offset || b.length - a.length || (priority[a.type] ?? 50) - (priority[b.type] ?? 50)

/** Of entities that overlap, the first stays. */
const withoutOverlaps = (sorted: ReadonlyArray<Entity>) => {
  let free = 0
  return sorted.filter((entity) => {
    if (entity.offset < free) return false
    free = end(entity)
    return true
  })
}

const crosses = (entity: Entity, quote: Entity) =>
  entity.offset < end(quote) &&
  quote.offset < end(entity) &&
  !(entity.offset >= quote.offset && end(entity) <= end(quote))

/** The stretches of one kind of formatting, touching ones joined. */
const joined = (entities: ReadonlyArray<Entity>, type: string): ReadonlyArray<readonly [number, number]> => {
  const stretches: Array<readonly [number, number]> = []
  for (const entity of entities.filter((one) => one.type === type).toSorted(compare)) {
    const last = stretches.at(-1)
    if (last !== undefined && entity.offset <= last[1]) {
      stretches[stretches.length - 1] = [last[0], Math.max(last[1], end(entity))]
    } else {
      stretches.push([entity.offset, end(entity)])
    }
  }
  return stretches
}

/** Formatting, cut at every edge of the others and at each begin of other formatting; none inside code. */
const cut = (formatting: ReadonlyArray<Entity>, others: ReadonlyArray<Entity>): ReadonlyArray<Entity> => {
  const kinds = splittable.map((type) => ({ type, stretches: joined(formatting, type) }))
  const edges = [
    ...others.flatMap((other) => [other.offset, end(other)]),
    ...kinds.flatMap(({ stretches }) => stretches.map(([from]) => from))
  ]
  const inCode = (at: number) =>
    others.some((other) => isCode(other) && at >= other.offset && at < end(other))
  return kinds.flatMap(({ type, stretches }) =>
    stretches.flatMap(([from, to]) => {
      const points = [...new Set([from, ...edges.filter((edge) => edge > from && edge < to), to])].sort(
        (a, b) => a - b
      )
      return points
        .slice(0, -1)
        .map((at, index) => ({ type, offset: at, length: (points[index + 1] ?? at) - at }))
        .filter((piece) => !inCode(piece.offset))
    })
  )
}

/** The normal form. `found` are entities that Telegram finds by itself: they give way to those that the author wrote. */
export const inOrder = (
  written: ReadonlyArray<Entity>,
  found: ReadonlyArray<Entity> = []
): ReadonlyArray<Entity> => {
  const sorted = written.filter((entity) => entity.length > 0).toSorted(compare)
  const quotes = withoutOverlaps(sorted.filter(isQuote))
  const links = withoutOverlaps(sorted.filter((entity) => !isSplittable(entity) && !isQuote(entity)))
  const news = found.filter(
    (entity) => !links.some((link) => entity.offset < end(link) && link.offset < end(entity))
  )
  const whole = [...links, ...news]
    .filter((entity) => !quotes.some((quote) => crosses(entity, quote)))
    .concat(quotes)
    .toSorted(compare)
  return [...whole, ...cut(sorted.filter(isSplittable), whole)].toSorted(compare)
}
