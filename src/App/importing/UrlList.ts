// A plain list: one address a line, behind it a title if wished; blank lines and comments (#) are passed over. Pure.
import { Either } from "effect"
import { feedUrl } from "./FeedUrl.ts"
import type { Remark, Subscription, Subscriptions } from "./Subscriptions.ts"

/** A "#" inside an address is part of it. */
const withoutComment = (line: string): string => line.replace(/(^|\s)#.*$/, "").trim()

/** As newsboat writes titles: `"~Title"`. */
const bareTitle = (text: string): string => text.replace(/^"?~?|"$/g, "").trim()

export const readUrlList = (text: string): Subscriptions => {
  const subscriptions: Array<Subscription> = []
  const faults: Array<Remark> = []
  text.split(/\r?\n|\r/).forEach((raw, index) => {
    const [, address = "", title = ""] = /^(\S+)\s*(.*)$/.exec(withoutComment(raw)) ?? []
    if (address === "") return
    const line = index + 1
    Either.match(feedUrl(address), {
      onLeft: (message) => faults.push({ line, message }),
      onRight: (url) => subscriptions.push({ line, url, title: bareTitle(title), to: [] })
    })
  })
  return { form: "a list of addresses", subscriptions, faults, notes: [] }
}
