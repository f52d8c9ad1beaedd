// Text for XML, and the dates that RSS uses.

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }

export const xml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? "")

/** RFC 822, as RSS 2.0 asks for; epoch milliseconds enter. */
export const rssDate = (at: number): string => new Date(at).toUTCString()
