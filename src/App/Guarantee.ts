// What a channel can promise when a send is not answered: it follows from the ways by which its posts can be seen. Pure.
import type { Channel } from "../domain/Channel.ts"

/** A way to see a post, and whether it works. */
export interface Way {
  readonly name: string
  readonly works: boolean
  readonly says: string
  /** It was asked for in the catalog or the environment, so that it must work. The others are welcome where they do. */
  readonly wanted: boolean
}

/** What follows from the ways that work, for a send that is not answered. */
export const guarantee = ({ onUnknown }: Pick<Channel, "onUnknown">, ways: ReadonlyArray<Way>): string => {
  if (onUnknown === "park") return "a send that is not answered waits for a person; the channel goes on"
  if (onUnknown === "resend") return "a send that is not answered is sent again: never lost, may be doubled"
  if (onUnknown === "drop") return "a send that is not answered is given up: never doubled, may be lost"
  const works = (...names: ReadonlyArray<string>) => ways.some((one) => one.works && names.includes(one.name))
  const heard = works("discussion", "witness")
  if (heard && works("profile", "copies", "questions")) {
    return "a send that is not answered is settled by itself; a duplicate that lands hours later is noticed and taken away"
  }
  if (heard)
    return "a send that is not answered is settled when it arrived, and waits for a person when it did not"
  if (works("profile", "copies")) {
    return "a send that is not answered is settled by itself; a duplicate that lands hours later is found within the day and taken away"
  }
  return works("questions")
    ? "a send that is not answered is settled by itself where nobody else posts, and else waits for a person"
    : "a send that is not answered waits for a person"
}
