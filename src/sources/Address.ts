// Which addresses may be fetched (the guard against server-side request forgery). Enters: a URL, or what DNS answered. Leaves: permission,
// or why not. Promises: only public unicast addresses pass, and the address that is checked is the one that is connected to, so a name
// that resolves differently the second time gains nothing. Never resolves by itself; never sees sources with `allowPrivate`.
import type { LookupAddress } from "node:dns"
import type { LookupFunction } from "node:net"
import ipaddr from "ipaddr.js"

/** Whether an IP address is public; loopback, private, link-local, mapped, translated and reserved ranges are not. */
export const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.parse(address).range() === "unicast"

/** The IP address that a URL names literally, if it does: `new URL` has already turned `127.1`, `0x7f.1` and `2130706433` into one. */
const literalOf = (url: URL): string | undefined => {
  const host = url.hostname.replace(/^\[|\]$/g, "")
  return ipaddr.isValid(host) ? host : undefined
}

/**
 * Why a URL may not be fetched, as a clause ("…/feed" + " has the address 127.0.0.1, which is not public"), or undefined if it may as far
 * as the URL itself shows. Names are judged by `guarded` when they are resolved, which never happens for literals.
 */
export const objection = (url: URL, allowPrivate: boolean): string | undefined => {
  if (url.protocol !== "http:" && url.protocol !== "https:") return "is neither http nor https"
  if (allowPrivate) return undefined
  const literal = literalOf(url)
  return literal === undefined || isPublic(literal)
    ? undefined
    : `has the address ${literal}, which is not public`
}

/** What a guarded look-up fails with when a name has no public address; undici hands it through as the cause. */
export class NotPublic extends Error {
  override readonly name = "NotPublic"
  readonly addresses: ReadonlyArray<string>
  constructor(addresses: ReadonlyArray<string>) {
    super(`no public address among ${addresses.join(", ")}`)
    this.addresses = addresses
  }
}

/** A look-up that answers with the public addresses only, and with `NotPublic` when there is none. For undici's `connect.lookup`. */
export const guarded =
  (lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, options, (error, address, family) => {
      if (error !== null) return callback(error, address, family)
      const all: ReadonlyArray<LookupAddress> = Array.isArray(address)
        ? address
        : [{ address, family: family ?? 0 }]
      const allowed = all.filter((one) => isPublic(one.address))
      const [first] = allowed
      if (first === undefined) return callback(new NotPublic(all.map((one) => one.address)), "")
      return Array.isArray(address) ? callback(null, allowed) : callback(null, first.address, first.family)
    })

/** A URL as it may stand in logs, errors and pages: without credentials, and without the query's text, which often carries a key. */
export const shown = (url: string | URL): string => {
  if (!URL.canParse(String(url))) return "(not a URL)"
  const { protocol, host, pathname, search } = new URL(url)
  // "user:password@host" parses, too: as an address of the scheme "user:".
  if (protocol !== "http:" && protocol !== "https:") return `${protocol}…`
  return `${protocol}//${host}${pathname}${search === "" ? "" : "?…"}`
}
