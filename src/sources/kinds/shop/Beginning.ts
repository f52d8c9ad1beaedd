// What the beginning of a document tells about its format.

const visible = (sample: string): string => sample.replace(/^[\ufeff\s]+/, "").slice(0, 2)

/** No text has it, and every archive and picture begins with some. */
export const isBinary = (sample: string): boolean => sample.slice(0, 4_096).includes("\0")

export const isXml = (sample: string): boolean => visible(sample).startsWith("<")

export const isJson = (sample: string): boolean => /^(?:\{[\s"}]?|\[[\s"{[\]]?)$/.test(visible(sample))
