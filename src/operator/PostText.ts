// A post as text: what readers see of Telegram's tags, links behind their words. For terminals and pages, which escape it in their own ways.

const marks = /<a href="([^"]*)">(.*?)<\/a>/gs

/** `markup`: the HTML of a rendered post. */
export const postText = (markup: string): string =>
  markup
    .replace(marks, "$2 ‹$1›")
    .replace(/<[^>]+>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
