// A file from another program → the feeds that it subscribes to, each with its line. The form is told by its content. Pure. Promises: what cannot
// be read is one clear fault with its line; everything else is read all the same.
import { readFr2t } from "./Fr2t.ts"
import { readOpml } from "./Opml.ts"
import { readUrlList } from "./UrlList.ts"

export interface Subscription {
  /** From 1. */
  readonly line: number
  /** Absolute, http or https. */
  readonly url: string
  /** What people call it; may be empty. */
  readonly title: string
  /** What its program calls the places that it is sent to. */
  readonly to: ReadonlyArray<string>
}

export interface Remark {
  readonly line: number
  readonly message: string
}

export interface Subscriptions {
  /** What the file was taken for, in words. */
  readonly form: string
  readonly subscriptions: ReadonlyArray<Subscription>
  /** What could not be read. */
  readonly faults: ReadonlyArray<Remark>
  /** What has no counterpart here, and was left out. */
  readonly notes: ReadonlyArray<Remark>
}

export const readSubscriptions = (written: string): Subscriptions => {
  const text = written.replace(/^\uFEFF/, "")
  if (/^\s*</.test(text)) return readOpml(text)
  return /^rss[ \t]*:/m.test(text) ? readFr2t(text) : readUrlList(text)
}
