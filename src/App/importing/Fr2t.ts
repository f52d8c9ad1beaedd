// `rss.yaml` of FR2T (Formatted RSS to Telegram): a list of feeds under `rss`, each with name, url (one or several) and sendTo. Pure. What is
// its own (rules and templates in Nunjucks, filters on single fields) is named, not guessed at.
// @source github.com/Apocalypsor/Formatted-RSS-to-Telegram docs/rss_sample.yaml, src/config/schema.ts (2026-11)
import { Either } from "effect"
import { isMap, isSeq, LineCounter, parseDocument, type YAMLMap } from "yaml"
import { feedUrl } from "./FeedUrl.ts"
import type { Remark, Subscription, Subscriptions } from "./Subscriptions.ts"

/** Keys without a counterpart that is the same. */
const foreign: Readonly<Record<string, string>> = {
  filters: "`where` (include, exclude, pattern)",
  rules: "a template file",
  text: "a template file",
  disableNotification: "`silent` of the channel"
}

const texts = (value: unknown): ReadonlyArray<string> =>
  (Array.isArray(value) ? value : [value]).flatMap((one) =>
    typeof one === "string" || typeof one === "number" ? [`${one}`.trim()] : []
  )

const noted = (keys: ReadonlyArray<string>): string | undefined => {
  const left = keys.flatMap((key) => (foreign[key] === undefined ? [] : [`${key} (here: ${foreign[key]})`]))
  return left.length === 0 ? undefined : `not taken over: ${left.join(", ")}`
}

const entryOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {}

export const readFr2t = (text: string): Subscriptions => {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    merge: true,
    prettyErrors: false,
    logLevel: "error"
  })
  const lineAt = (offset: number | undefined) => lines.linePos(offset ?? 0).line
  const subscriptions: Array<Subscription> = []
  const notes: Array<Remark> = []
  const faults: Array<Remark> = document.errors.map(({ pos, message }) => ({
    line: lineAt(pos[0]),
    message: message.split("\n")[0] ?? "is not YAML"
  }))
  const take = (node: YAMLMap, line: number) => {
    const entry = entryOf(node.toJS(document))
    const [title = ""] = texts(entry["name"])
    const addresses = texts(entry["url"])
    if (addresses.length === 0) faults.push({ line, message: `"${title}" has no url` })
    for (const address of addresses) {
      Either.match(feedUrl(address), {
        onLeft: (why) => faults.push({ line, message: `"${title}": url ${why}` }),
        onRight: (url) => subscriptions.push({ line, url, title, to: texts(entry["sendTo"]) })
      })
    }
    const note = noted(Object.keys(entry))
    if (note !== undefined) notes.push({ line, message: `"${title}": ${note}` })
  }
  const list = document.get("rss", true)
  for (const node of isSeq(list) ? list.items : []) {
    const line = lineAt(isMap(node) ? (node.range?.[0] ?? 0) : 0)
    if (isMap(node)) take(node, line)
    else faults.push({ line: lineAt(rangeOf(node)), message: "is not a feed with name and url" })
  }
  return { form: "rss.yaml of FR2T", subscriptions, faults, notes }
}

const rangeOf = (node: unknown): number =>
  typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : 0
