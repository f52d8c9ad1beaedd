// The query parameters that say where a reader came from and never which page it is. Enters: one `name=value` of a query, escapes
// normalised. Facts collected from vendors' documents, not a copied list; a parameter that might be identity is not here.
// @source reference/feeds.md §4.6, 2026-11-24
import { markerParameter } from "../domain/Marker.ts"

const names: ReadonlySet<string> = new Set([
  ...[
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "gclsrc",
    "gad_source",
    "gad_campaignid",
    "srsltid",
    "_ga",
    "_gl"
  ],
  ...["fbclid", "igshid", "msclkid", "twclid", "ttclid", "mc_cid", "mc_eid", "mkt_tok", "wickedid"],
  ...["yclid", "ysclid", "ymclid", "_openstat", "rs", "etext", "erid", "admitad_uid", "click_id"],
  ...["_hsenc", "_hsmi", "hsctatracking", "cmpid", "s_cid", "spm", "scm"],
  ...["igsh", "syclid", "irclickid", "rb_clickid", "guce_referrer", "guce_referrer_sig"],
  // Our own: a feed that is made of a channel of ours.
  markerParameter
])

const prefixes = ["utm_", "mtm_", "pk_", "hsa_", "itm_", "fb_", "__hs", "roistat", "vero_", "oly_"]

/** `from` is identity on some sites, so only the values that Yandex' own services write. */
const yandexOrigins: ReadonlySet<string> = new Set([
  ...["yandex", "ya", "yandex_direct", "yandex-direct", "yadirect", "ydirect", "direct"],
  ...["yandex_market", "yandex-market", "yamarket", "ymarket", "market", "zen", "yandex_zen", "yandex-zen"]
])

const plainHostOf = (value: string): string =>
  value
    .toLowerCase()
    .replace(/^https?(?::|%3a)(?:\/|%2f){2}/, "")
    .replace(/^www\./, "")
    .replace(/(?:\/|%2f)+$/, "")

/** Whether `parameter` ("name=value") only tracks; `hosts` are the page's and the feed's own, without `www.`. */
export const isTracker = (parameter: string, hosts: ReadonlyArray<string>): boolean => {
  const cut = parameter.indexOf("=")
  const name = (cut < 0 ? parameter : parameter.slice(0, cut)).toLowerCase()
  const value = cut < 0 ? "" : parameter.slice(cut + 1)
  if (names.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) return true
  if (name === "from") return yandexOrigins.has(value.toLowerCase())
  return (name === "ref" || name === "partner") && hosts.includes(plainHostOf(value))
}
