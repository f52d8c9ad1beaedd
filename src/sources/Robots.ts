// The text of a robots.txt → what it permits to one program. Pure; fetching it, and what a missing or broken one means, is decided elsewhere.
// robots-parser groups and matches; before it sees them, the lines are brought to one spelling, with Google's leniencies.
// @source https://www.rfc-editor.org/rfc/rfc9309 and https://github.com/google/robotstxt, read 2026-11-25
import robotsParser from "robots-parser"
import { absolute } from "./reading/Links.ts"

export interface Robots {
  /** Whether the page may be fetched; `url` is an absolute address of the site that the text belongs to. */
  readonly allowed: (url: string) => boolean
  /** The least time between two requests, if the site wishes one. */
  readonly crawlDelaySeconds?: number
  /** Absolute addresses of the site's sitemaps, in its order. */
  readonly sitemaps: ReadonlyArray<string>
}

/** What is read of a longer text. @source RFC 9309 §2.5: at least 500 KiB */
const maxLength = 512_000

/** A longer rule or address is cut: the cost of matching grows with the product of both. @source robots.cc (2,083 is its URL limit) */
const maxPath = 2_083

const field = /^(user[\s_-]?agent|dis+al+[oa]w|diasllow|allow|crawl-?delay|site-?map)(?:\s*:\s*|\s+)(.*)$/i

/** The names as robots-parser knows them. */
const nameOf = (written: string): string => {
  const lower = written.toLowerCase()
  if (lower.startsWith("user")) return "user-agent"
  if (lower.startsWith("d")) return "disallow"
  return lower.startsWith("crawl") ? "crawl-delay" : lower.startsWith("site") ? "sitemap" : "allow"
}

const unreserved = /[\w.~-]/

/** One spelling for each path: escapes where RFC 3986 needs them, in capitals, and nowhere else. */
const spelled = (path: string): string =>
  path
    .replace(/%([\da-f]{2})/gi, (escape, digits: string) => {
      const character = String.fromCharCode(Number.parseInt(digits, 16))
      return unreserved.test(character) ? character : escape.toUpperCase()
    })
    .replace(/\p{Surrogate}/gu, "")
    .replace(/[^\w.~%:/?@!&()+,;=*$-]+/g, (text) =>
      encodeURIComponent(text).replace(/'/g, "%27").replace(/#/g, "%23")
    )

/** In an address `*` and `$` are letters; in a rule `*` is any text and a last `$` the end. */
const literal = (path: string): string => path.replace(/\*/g, "%2A").replace(/\$/g, "%24")
const patternOf = (path: string): string => spelled(path).replace(/\$(?!$)/g, "%24")

/** Some write whole addresses where a path belongs, or leave out the first slash. */
const rooted = (pattern: string, site: URL): string => {
  const own = [site.origin, `http://${site.host}`, `https://${site.host}`].find((origin) =>
    pattern.toLowerCase().startsWith(`${origin}/`)
  )
  if (own !== undefined) return pattern.slice(own.length)
  return /^[/*]/.test(pattern) || pattern === "" ? pattern : `/${pattern}`
}

/** What all patterns with `*` may be long together; beyond, a rule forbids everything that begins like it. */
const maxWild = 20_000

/**
 * A rule in one spelling, with what is meant along with it: who permits a folder's index page permits the folder, and who forbids
 * "/price$" may have meant the letter.
 */
const rulesOf = (name: string, pattern: string): ReadonlyArray<string> => {
  const folder = name === "allow" ? /^(.*\/)index\.html?$/i.exec(pattern)?.[1] : undefined
  const dollar = name === "disallow" && pattern.endsWith("$") ? `${pattern.slice(0, -1)}%24` : undefined
  const also = [folder === undefined ? undefined : `${folder}$`, dollar].filter((one) => one !== undefined)
  return [pattern, ...also].map((one) => `${name}: ${one}`)
}

/** Versions and remarks behind a program's name do not make it another program. */
const agentOf = (value: string, agent: string): string => {
  const lower = value.toLowerCase()
  return lower.startsWith(agent) && !/^[\p{L}\d_-]/u.test(lower.slice(agent.length)) ? agent : lower
}

/** The lines that say something; one that nobody knows ("Clean-param: …") still ends a list of programs, so it stays as "other". */
const fieldsIn = (text: string): ReadonlyArray<readonly [name: string, value: string]> =>
  text.split(/\r\n|\r|\n/).flatMap((line) => {
    const written = (line.split("#")[0] ?? "").trim()
    const [, name, value = ""] = field.exec(written) ?? []
    if (name !== undefined) return [[nameOf(name), value.trim()] as const]
    return written.includes(":") ? [["other", ""] as const] : []
  })

const sitemapsIn = (text: string, site: URL): ReadonlyArray<string> =>
  fieldsIn(text).flatMap(([name, value]) => (name === "sitemap" ? (absolute(value, site.href) ?? []) : []))

/** The text as robots-parser reads it right for `agent`, without sitemaps. */
const normalised = (text: string, site: URL, agent: string): string => {
  let wild = 0
  const lines = fieldsIn(text).flatMap(([name, value]) => {
    if (name === "sitemap") return []
    if (name === "user-agent") return [`${name}: ${agentOf(value, agent)}`]
    if (name !== "allow" && name !== "disallow") return [`${name}: ${value}`]
    const pattern = patternOf(rooted(value, site)).slice(0, maxPath)
    if (!pattern.includes("*")) return rulesOf(name, pattern)
    wild += pattern.length
    if (wild <= maxWild) return rulesOf(name, pattern)
    return name === "allow" ? [] : [`${name}: ${pattern.slice(0, pattern.indexOf("*")) || "/"}`]
  })
  return lines.join("\n")
}

/** Its types describe an ES module, but it is a CommonJS function. */
const parse = "default" in robotsParser ? robotsParser.default : robotsParser

/** Stands for the site: whose text it is was decided by who fetched it. */
const anySite = "http://robots.invalid"

/** `url` is the text's own address, `agent` our product token ("oncecast"); a program without rules of its own follows those for `*`. */
export const robotsOf = (text: string, url: string, agent: string): Robots => {
  const site = new URL(url)
  const token = agent.toLowerCase()
  const read = text.slice(0, maxLength).replace(/^\ufeff/, "")
  const rules = parse(`${anySite}/robots.txt`, normalised(read, site, token))
  const delay = rules.getCrawlDelay(token)
  return {
    allowed: (page) => {
      const { pathname, search } = new URL(page)
      const path = literal(spelled(`${pathname}${search}`)).slice(0, maxPath)
      return rules.isAllowed(`${anySite}${path}`, token) !== false
    },
    ...(delay === undefined || !(delay > 0) ? {} : { crawlDelaySeconds: delay }),
    sitemaps: sitemapsIn(read, site)
  }
}
