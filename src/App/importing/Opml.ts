// OPML as feed readers write it, RSS-to-Telegram-Bot's export included: every outline with an xmlUrl is a feed, however deep it is nested.
// Pure. Broken XML is read as far as it makes sense; a document that breaks off is told.
// @source http://opml.org/spec2.opml; github.com/Rongronggg9/RSS-to-Telegram-Bot `export_opml`: type, text (the user's own title), title, xmlUrl
import { Either } from "effect"
import { type Attributes, XmlTokens } from "../../sources/xml/XmlTokens.ts"
import { feedUrl } from "./FeedUrl.ts"
import type { Remark, Subscription, Subscriptions } from "./Subscriptions.ts"

/** More attributes than any reader writes. */
const mostAttributes = 100

/** Programs disagree about upper and lower case. */
const attribute = (attributes: Attributes, name: string): string =>
  (Object.entries(attributes).find(([key]) => key.toLowerCase() === name)?.[1] ?? "")
    .trim()
    .replace(/\s+/g, " ")

type Found = Either.Either<Omit<Subscription, "line">, string> | undefined

const outline = (attributes: Attributes): Found => {
  const said = (name: string) => attribute(attributes, name)
  const title = said("text") || said("title")
  const called = title === "" ? "an outline" : `"${title}"`
  const address = said("xmlurl")
  if (address !== "") {
    return Either.mapBoth(feedUrl(address), {
      onLeft: (why) => `${called}: xmlUrl ${why}`,
      onRight: (url) => ({ url, title, to: [] })
    })
  }
  if (said("htmlurl") !== "") return Either.left(`${called} names only a web page (htmlUrl), no feed`)
  if (/^(link|include)$/i.test(said("type")))
    return Either.left(`${called} is a reference to another list; import that list as well`)
  // Anything else groups others.
  return said("type").toLowerCase() === "rss" ? Either.left(`${called} has no xmlUrl`) : undefined
}

export const readOpml = (text: string): Subscriptions => {
  const subscriptions: Array<Subscription> = []
  const faults: Array<Remark> = []
  let line = 0
  let ended = false
  const tokens = new XmlTokens(
    {
      opened: (name, attributes) => {
        const found = name.toLowerCase() === "outline" ? outline(attributes) : undefined
        if (found === undefined) return
        Either.match(found, {
          onLeft: (message) => faults.push({ line, message }),
          onRight: (one) => subscriptions.push({ ...one, line })
        })
      },
      closed: (name) => {
        ended ||= name.toLowerCase() === "opml"
      },
      text: () => {},
      passed: () => {}
    },
    mostAttributes
  )
  for (const one of text.split(/(?<=\n)/)) {
    line += 1
    tokens.write(one)
  }
  if (!ended) faults.push({ line, message: "the document breaks off here; what should follow is missing" })
  return { form: "OPML", subscriptions, faults, notes: [] }
}
