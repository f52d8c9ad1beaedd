// Names for imported sources: readable, typable, unique. Pure.

const longest = 48

/** "The Guardian – World!" → "the-guardian-world"; letters of any script stay. */
const slug = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/['’]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, longest)
    .replace(/^-+|-+$/g, "")

/** By its title, else by its host without what every host has. */
const wish = (title: string, url: string): string =>
  slug(title) || slug(new URL(url).hostname.replace(/^(www|feeds?|rss)\./, "")) || "source"

/** `taken` gains the name. */
export const nameFor = (title: string, url: string, taken: Set<string>): string => {
  const first = wish(title, url)
  let name = first
  for (let n = 2; taken.has(name); n++) name = `${first}-${n}`
  taken.add(name)
  return name
}
