// The beginning of an HTML body → whether it is a page that wants to see a browser or a person instead of what was asked for, and
// whose. Pure. Only ever asked about a body that did not hold what it should: shops put captchas into ordinary pages as well.
import type { Blocked } from "../DocumentReader.ts"
import { plainText } from "./PlainText.ts"

/** As much of a body as `botCheckIn` looks at; pages of this sort are shorter. */
export const botCheckLength = 32_768

/** What only the challenge itself contains; ordinary pages behind the same guard do not. */
const vendors: ReadonlyArray<readonly [marker: RegExp, vendor: string]> = [
  [
    /_cf_chl_opt|cf-browser-verification|cf_chl_rt_tk|<title>\s*(?:just a moment\.|attention required! \| cloudflare)/i,
    "Cloudflare"
  ],
  [/captcha-delivery\.com/i, "DataDome"],
  [/px-captcha|_pxcaptcha|captcha\.px-(?:cdn|cloud)\./i, "PerimeterX"],
  [/sec-if-cpt-container|\bbm-verify\b|errors\.edgesuite\.net/i, "Akamai"],
  [/incapsula incident id|_incapsula_resource\?(?:swudnsai|cwudnsai)|pardon our interruption/i, "Imperva"],
  [/awswafcookiedomainlist|awswafintegration\.(?:forcerefreshtoken|checkforcerefresh)/i, "AWS WAF"],
  [/\/ips\.js\?[^"']*kp_uid|\bkpsdk\b/i, "Kasada"],
  [/\/errors\/validatecaptcha|automated access to amazon data/i, "Amazon"],
  [/unusual traffic from your computer network/i, "Google"],
  [/\/showcaptcha|smart-?captcha\.yandex|checkboxcaptcha/i, "Yandex"],
  [/ddos-guard\/js-challenge|\/\.well-known\/ddos-guard/i, "DDoS-Guard"],
  [/__qrator|servicepipe\.ru|id_captcha_frame_div/i, "a DDoS guard"]
]

const widgets =
  /\b(?:g-recaptcha|h-captcha|cf-turnstile|frc-captcha)\b|hcaptcha\.com\/1\/api|recaptcha\/api\.js/i

/** How such pages speak to people. */
const phrases: ReadonlyArray<RegExp> = [
  /\bare you (?:a )?(?:robot|human)\b|\bnot a (?:ro)?bot\b|\bverify(?:ing)? (?:that )?you(?:'re|’re| are) (?:a )?(?:human|real|not)/i,
  /\bprove (?:that )?you(?:'re|’re| are) (?:a )?human|\bhuman verification\b|\b(?:ro)?bot (?:check|detection|verification)\b|\bcaptcha\b/i,
  /\bunusual (?:traffic|activity)\b|\bautomated (?:access|requests|traffic|queries)\b|\bddos protection\b|\bsecurity (?:check|verification)\b/i,
  /\bchecking (?:if the site connection is secure|your browser)|\benable (?:js|javascript) and (?:cookies|disable)|\byou have been blocked\b/i,
  /\baccess (?:to this page has been )?denied\b|\brequest (?:was )?(?:blocked|unsuccessful)\b/i,
  /не робот|докажите, что вы|подтвердите, что (?:вы|запросы)|проверка браузера|доступ (?:временно )?(?:ограничен|запрещ[её]н)|вы человек/i,
  /kein roboter|pas un robot|no (?:eres|soy|es) un robot|non sono un robot|nie jestem robotem|não sou um robô|ロボットではありません/i
]

const wordsIn = (text: string): number => (text === "" ? 0 : text.split(" ").length)

/**
 * What stands in the way, one clause ("a bot check (Cloudflare)"), or nothing. `beginning` is the decoded body's, `isWhole` whether it is
 * all of it: a long page only counts by what no ordinary page contains.
 */
export const botCheckIn = (beginning: string, isWhole: boolean): string | undefined => {
  const start = beginning.slice(0, botCheckLength)
  const vendor = vendors.find(([marker]) => marker.test(start))?.[1]
  if (!isWhole) return vendor === undefined ? undefined : `a bot check (${vendor})`
  const text = plainText(start, 8_000)
  const words = wordsIn(text)
  if (vendor !== undefined && words <= 300) return `a bot check (${vendor})`
  if (words > 120 || !/<\w/.test(start)) return undefined
  if (widgets.test(start)) return "a bot check (a captcha)"
  const phrase = phrases.map((one) => one.exec(text)?.[0]).find((found) => found !== undefined)
  return phrase === undefined ? undefined : `a bot check ("${phrase}")`
}

/** The same as what a reader says of its document; the text is all of a short one, or more than `botCheckLength` of a longer one. */
export const blockedIn = (beginning: string): Blocked | undefined => {
  const found = botCheckIn(beginning, beginning.length <= botCheckLength)
  return found === undefined ? undefined : { _tag: "Blocked", found }
}
