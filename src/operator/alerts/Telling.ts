// What each recipient is still to be told. Pure. Promises: what changes within a short time is one message; nothing is taken off a list before
// it was told; a recipient that cannot be reached for long is told the newest.
import type { Millis } from "../../domain/Names.ts"
import type { AlertState, Notice, Summary } from "../../outbox/Alerts.ts"
import type { Change } from "./Episodes.ts"

/** What comes within so long after the first is told with it. */
export const groupMs = 20_000
/** For one recipient. */
const mostWaiting = 200

export const beginning = (now: Millis): AlertState => ({
  ...{ episodes: [], waiting: [], nextId: 1, summedUpAt: now }
})

/** Puts on the lists of those who are told now; the list of anybody else goes. */
export const noted = (
  state: AlertState,
  news: ReadonlyArray<Change | { readonly event: "summary"; readonly summary: Summary }>,
  recipients: ReadonlyArray<string>,
  now: Millis
): AlertState => {
  const notices = news.map((one, index): Notice => ({ ...one, id: state.nextId + index, at: now }))
  const waitingFor = (recipient: string) =>
    state.waiting.find((list) => list.recipient === recipient)?.notices ?? []
  const same =
    notices.length === 0 &&
    state.waiting.length === recipients.length &&
    state.waiting.every(({ recipient }) => recipients.includes(recipient))
  return same
    ? state
    : {
        ...state,
        nextId: state.nextId + notices.length,
        waiting: recipients.map((recipient) => ({
          recipient,
          notices: [...waitingFor(recipient), ...notices].slice(-mostWaiting)
        }))
      }
}

/** What the recipient is to be told now. */
export const due = ({ waiting }: AlertState, recipient: string, now: Millis): ReadonlyArray<Notice> => {
  const notices = waiting.find((list) => list.recipient === recipient)?.notices ?? []
  const [first] = notices
  // One of a time to come is from before the clock was set back.
  return first !== undefined && (now - first.at >= groupMs || now < first.at) ? notices : []
}

export const delivered = (
  state: AlertState,
  recipient: string,
  notices: ReadonlyArray<Notice>
): AlertState => {
  const ids = new Set(notices.map(({ id }) => id))
  return {
    ...state,
    waiting: state.waiting.map((list) =>
      list.recipient === recipient
        ? { recipient, notices: list.notices.filter(({ id }) => !ids.has(id)) }
        : list
    )
  }
}
