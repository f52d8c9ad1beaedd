// The two answers to the question whether a post is there, as the data of a button and back. Names the attempt: an old button decides nothing
// about a newer try. Pure.
import { AttemptId, DeliveryId } from "../../domain/Names.ts"
import type { CallbackButton } from "../../telegram/Conversation.ts"

export interface Choice {
  readonly delivery: DeliveryId
  readonly attempt: AttemptId
  readonly found: "there" | "absent"
}

const dataOf = ({ delivery, attempt, found }: Choice): string => `settle:${delivery}:${attempt}:${found}`

export const buttonsOf = (parked: Omit<Choice, "found">): ReadonlyArray<CallbackButton> => [
  { text: "It is there", data: dataOf({ ...parked, found: "there" }) },
  { text: "It is not there", data: dataOf({ ...parked, found: "absent" }) }
]

/** Undefined for the data of other buttons. */
export const choiceOf = (data: string): Choice | undefined => {
  const [, delivery, attempt, found] = /^settle:(\d{1,15}):(\d{1,15}):(there|absent)$/.exec(data) ?? []
  return found === undefined
    ? undefined
    : {
        delivery: DeliveryId.make(Number(delivery)),
        attempt: AttemptId.make(Number(attempt)),
        found: found === "there" ? "there" : "absent"
      }
}
