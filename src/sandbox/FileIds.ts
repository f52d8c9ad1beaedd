// File ids: one name of a stored file per bot and kind, useless to other bots (E8). Readable back without a table; opaque to clients.

export type FileKind = "photo" | "document"

/** What InputMedia calls itself; undefined for kinds that this emulator does not know. */
export const fileKind = (type: string): FileKind | undefined =>
  type === "photo" || type === "document" ? type : undefined

const headers: Readonly<Record<FileKind, string>> = { photo: "AgACAgIAAx", document: "BQACAgIAAx" }

export interface FileName {
  readonly kind: FileKind
  readonly botId: number
  readonly unique: string
}

export const fileId = (kind: FileKind, botId: number, unique: string): string =>
  headers[kind] + Buffer.from(`${botId}.${unique}`).toString("base64url")

/** What an id names, or undefined for anything that was never given out. */
export const readFileId = (id: string): FileName | undefined => {
  const kind = id.startsWith(headers.photo) ? "photo" : "document"
  const header = headers[kind]
  if (!id.startsWith(header)) return undefined
  const [, botId, unique] =
    /^(\d+)\.(\w+)$/.exec(Buffer.from(id.slice(header.length), "base64url").toString()) ?? []
  return botId === undefined || unique === undefined ? undefined : { kind, botId: Number(botId), unique }
}

/** The name of the original of a scaled copy. */
export const originalOf = (unique: string): string => unique.replace(/s\d+$/, "")

/** The path under which a file can be downloaded. */
export const filePath = ({ kind, unique }: FileName): string => `${kind}s/${originalOf(unique)}`

/** The stored file that such a path names. */
export const uniqueAt = (path: string): string => path.replace(/^(?:photos|documents)\//, "")
