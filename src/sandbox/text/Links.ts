// Which addresses Telegram accepts in links and buttons, and the form in which it gives them back. Text enters, a canonical URL or a reason leaves.
// @source reference/telegram-bot-api.md §2 "button url", §3 (td LinkManager.cpp get_checked_link, HttpUrl.cpp parse_url)
import { Either } from "effect"

const shape = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/?#@]*@)?([^/?#:]*)(?::(\d*))?([/?#].*)?$/is
const host = /^(?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]+$/u
const own = /^(?:tg|ton|tonsite):/i

/** The canonical form: a scheme, a lower-case host and a path. A host without a dot (`localhost`) is refused. */
export const checkedLink = (written: string): Either.Either<string, string> => {
  const link = written.trim()
  if (own.test(link)) return Either.right(link)
  const [whole, scheme = "http", name = "", port, rest = ""] = shape.exec(link) ?? []
  if (whole === undefined) return Either.left("Wrong HTTP URL")
  if (!/^https?$/i.test(scheme)) return Either.left("Unsupported URL protocol")
  if (port !== undefined && (port === "" || Number(port) < 1 || Number(port) > 65535)) {
    return Either.left("Wrong port number specified in the URL")
  }
  if (name === "") return Either.left("URL host is empty")
  if (!host.test(name) || /\s/.test(rest)) return Either.left("Wrong HTTP URL")
  const tail = rest.startsWith("/") ? rest : `/${rest}`
  return Either.right(
    `${scheme.toLowerCase()}://${name.toLowerCase()}${port === undefined ? "" : `:${port}`}${tail}`
  )
}

/** The user that a `tg://user?id=N` link mentions. */
export const mentionedUser = (link: string): number | undefined => {
  const id = /^tg:\/\/user\?id=(\d{1,15})$/i.exec(link.trim())?.[1]
  return id === undefined ? undefined : Number(id)
}
