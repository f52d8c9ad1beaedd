// The sample news: article n is a function of seed and n, and appears at a time that follows from n. A restart continues; nothing is stored.
// Promises: a new article every 17 to 33 seconds; the same guid always means the same article.
import { chance, pick } from "../Chance.ts"
import { fillings, topics } from "./Words.ts"
import { rssDate, xml } from "./Xml.ts"

/** Article 0 appears then: 2026-01-01T00:00:00Z. */
const epoch = 1_767_225_600_000
const everyMs = 25_000
const jitterMs = 8_000
const inFeed = 20

export interface Article {
  readonly n: number
  readonly at: number
  readonly topic: string
  readonly title: string
  readonly paragraphs: ReadonlyArray<string>
}

const upper = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** Fills `{town}`; a capital in the name asks for one in the text. One article uses the same town throughout. */
const filled = (pattern: string, seed: number, n: number): string =>
  upper(
    pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
      const words = fillings[name.toLowerCase()] ?? []
      const word = words[pick(words.length, seed, n, name.toLowerCase())] ?? name
      return /^[A-Z]/.test(name) ? upper(word) : word
    })
  )

const appears = (seed: number, n: number) => epoch + n * everyMs + pick(jitterMs, seed, n, "jitter")

export const article = (seed: number, n: number): Article => {
  const topic = topics[pick(topics.length, seed, n, "topic")]
  const headline = topic?.headlines[pick(topic.headlines.length, seed, n, "headline")] ?? ""
  const lead = topic?.leads[pick(topic.leads.length, seed, n, "lead")] ?? ""
  const share = 40 + Math.floor(chance(seed, n, "share") * 55)
  return {
    n,
    at: appears(seed, n),
    topic: topic?.name ?? "",
    title: filled(headline, seed, n),
    paragraphs: [
      filled(lead, seed, n),
      filled(
        `In a survey, ${share} % of those asked in {town} called it a good step; {who} was among the first to say so.`,
        seed,
        n
      )
    ]
  }
}

/** What has appeared at `now`, newest first. */
export const articles = (seed: number, now: number): ReadonlyArray<Article> => {
  const newest = Math.floor((now - epoch) / everyMs)
  return Array.from({ length: inFeed + 1 }, (_, back) => newest - back)
    .filter((n) => n >= 0 && appears(seed, n) <= now)
    .slice(0, inFeed)
    .map((n) => article(seed, n))
}

const item = (base: string, { n, at, topic, title, paragraphs }: Article): string => `
    <item>
      <title>${xml(title)}</title>
      <link>${base}/news/${n}</link>
      <guid isPermaLink="false">urn:oncecast:sample:news:${n}</guid>
      <pubDate>${rssDate(at)}</pubDate>
      <category>${xml(topic)}</category>
      <description><![CDATA[${paragraphs.map((text) => `<p>${xml(text)}</p>`).join("")}]]></description>
      <media:content url="${base}/pictures/news-${n}.png" medium="image" type="image/png" width="640" height="400"/>
    </item>`

/** RSS 2.0; `base` is the server's own address. */
export const newsFeed = (
  base: string,
  seed: number,
  now: number
): string => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>The Sample Courier</title>
    <link>${base}/news</link>
    <description>Invented news, a new article every half minute</description>
    <language>en</language>${articles(seed, now)
      .map((one) => item(base, one))
      .join("")}
  </channel>
</rss>
`
