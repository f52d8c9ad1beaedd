// A text that was cut out of a document, to be kept longer than the document is read.

/** V8 makes a copy of a shorter part of a text; a longer one keeps all of the text in memory. */
const leastPart = 13

/** The same text on its own. */
export const alone = (text: string): string => {
  const copy: unknown = text.length < leastPart ? text : JSON.parse(JSON.stringify(text))
  return typeof copy === "string" ? copy : text
}
