// What an answer's status, or the lack of an answer, means for the caller. Pure; every error is made with the shown form of the URL.
import { NotPublic, shown } from "./Address.ts"
import { AddressRefused, FetchFailed, FetchGone, FetchRefused } from "./FetchErrors.ts"
import { retryAfterMs } from "./Freshness.ts"

type Headers = Readonly<Record<string, string | undefined>>

/** @source https://developers.cloudflare.com/cloudflare-challenges/ and AWS WAF's challenge action, read 2026-11-24. */
const isChallenge = (headers: Headers): boolean =>
  headers["cf-mitigated"] === "challenge" || headers["x-amzn-waf-action"] !== undefined

const passing = (url: URL, status: number, headers: Headers, now: number): FetchFailed => {
  const wait = retryAfterMs(headers, now)
  return new FetchFailed({
    url: shown(url),
    reason: status === 429 ? "busy" : status >= 500 ? "server" : "status",
    detail: `answered ${status}`,
    ...(wait === undefined ? {} : { retryAfterMs: wait })
  })
}

/** The error that a final status stands for; undefined for 2xx and 304, which are answers. */
export const judge = (
  url: URL,
  status: number,
  headers: Headers,
  now: number
): FetchFailed | FetchGone | FetchRefused | undefined => {
  if (isChallenge(headers)) {
    const detail = `answered ${status} with a challenge for browsers`
    return new FetchRefused({ url: shown(url), detail, challenge: true })
  }
  if ((status >= 200 && status < 300) || status === 304) return undefined
  if (status === 404 || status === 410) return new FetchGone({ url: shown(url), status })
  const passes = status === 408 || status === 425 || status === 429
  return status >= 400 && status < 500 && !passes
    ? new FetchRefused({ url: shown(url), detail: `refuses us (${status})`, challenge: false })
    : passing(url, status, headers, now)
}

const inWords: Readonly<Record<string, string>> = {
  ENOTFOUND: "has a host name that does not resolve",
  EAI_AGAIN: "has a host name that DNS could not look up",
  ECONNREFUSED: "refuses connections",
  ECONNRESET: "broke off the connection",
  EHOSTUNREACH: "cannot be reached from here",
  ENETUNREACH: "cannot be reached from here",
  UND_ERR_CONNECT_TIMEOUT: "does not accept connections",
  UND_ERR_SOCKET: "broke off the connection",
  CERT_HAS_EXPIRED: "has an expired certificate",
  CERT_NOT_YET_VALID: "has a certificate that is not valid yet; is the date of this machine right?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "has a certificate of an issuer that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "has a certificate of an issuer that is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "does not send the certificate of its issuer",
  ERR_SSL_WRONG_VERSION_NUMBER: "does not speak TLS; is it http://?",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "does not speak TLS; is it http://?",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "speaks only versions of TLS that are not safe",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "speaks only versions of TLS that are not safe",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a certificate for another name"
}

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined

/** The error for a request that got no answer; `cause` is what the transport threw. */
export const unanswered = (url: URL, cause: unknown): AddressRefused | FetchFailed => {
  if (cause instanceof NotPublic) {
    const detail = `resolves to ${cause.addresses.join(", ")}, which is not public`
    return new AddressRefused({ url: shown(url), detail, private: true })
  }
  // Only codes are repeated: a transport's message may hold what was sent.
  const code = codeOf(cause) ?? "no code"
  const detail = inWords[code] ?? `could not be reached (${code})`
  return new FetchFailed({ url: shown(url), reason: "unreachable", detail })
}
