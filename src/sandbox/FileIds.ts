// File ids: one name of a stored file per bot, useless to other bots (E8). Readable back without a table; opaque to clients.

const header = "AgACAgIAAx"

export const fileId = (botId: number, unique: string): string =>
  header + Buffer.from(`${botId}.${unique}`).toString("base64url")

/** The bot that may use it and the stored file, or undefined for anything that was never given out. */
export const readFileId = (id: string): { readonly botId: number; readonly unique: string } | undefined => {
  if (!id.startsWith(header)) return undefined
  const [, botId, unique] =
    /^(\d+)\.(\w+)$/.exec(Buffer.from(id.slice(header.length), "base64url").toString()) ?? []
  return botId === undefined || unique === undefined ? undefined : { botId: Number(botId), unique }
}

/** The name of the original of a scaled copy. */
export const originalOf = (unique: string): string => unique.replace(/s\d+$/, "")
