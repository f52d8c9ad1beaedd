// What a change of the catalog does to the service, in sentences: what starts, what starts anew, what stops, and what waits there. Pure.
import type { Catalog } from "../config/Catalog.ts"
import type { Source } from "../domain/Source.ts"
import type { ChannelLedger } from "../outbox/Ledger.ts"
import type { ChildId } from "../supervision/ChildState.ts"
import { unfinishedIn } from "./LeftBehind.ts"
import { count } from "./Wording.ts"

/** The children that are concerned. */
export interface Concerned {
  readonly started: ReadonlyArray<ChildId>
  readonly replaced: ReadonlyArray<ChildId>
  readonly stopped: ReadonlyArray<ChildId>
}

const spoken = (child: ChildId): string => child.replace("/", " ")

const firstSight = ({ start }: Source): string => {
  if (start === "none") return "Nothing of what is there already is posted."
  return start === "all"
    ? "Everything that is there already is posted."
    : `Of what is there already, the newest ${start} are posted.`
}

const starts = (after: Catalog, child: ChildId): string => {
  const source = [...after.sources.values()].find(({ id }) => child === `source/${id}`)
  return source === undefined
    ? `The ${spoken(child)} starts.`
    : `The ${spoken(child)} starts and is polled at once. If it was never read: ${firstSight(source).replace(/^./, (first) => first.toLowerCase())}`
}

/** Under another name it is another one: whoever renames it should know. */
const left = (child: ChildId): string =>
  child.startsWith("source/")
    ? ` What it brought is kept under its name: no post of it follows its item any more until a source of that name is there again.`
    : child.startsWith("channel/")
      ? ` Its posts follow their items no more until a channel of that name is there again.`
      : ""

const stops = (child: ChildId, ledgers: ReadonlyArray<ChannelLedger>): string => {
  const ledger = ledgers.find(({ channel }) => child === `channel/${channel}`)
  const waiting = ledger === undefined ? 0 : unfinishedIn(ledger)
  const queue =
    waiting === 0
      ? ""
      : ` ${count(waiting, "delivery waits", "deliveries wait")} in it, and are kept until a channel of that name is there again.`
  return `The ${spoken(child)} stops.${queue}${left(child)}`
}

/** One sentence for each child that is concerned. */
export const meaningOf = (
  concerned: Concerned,
  after: Catalog,
  ledgers: ReadonlyArray<ChannelLedger>
): ReadonlyArray<string> => {
  const sentences = [
    ...concerned.stopped.map((child) => stops(child, ledgers)),
    ...concerned.replaced.map((child) => `The ${spoken(child)} starts anew with its changed rules.`),
    ...concerned.started.map((child) => starts(after, child))
  ]
  return sentences.length === 0 ? ["Nothing that runs is concerned."] : sentences
}
