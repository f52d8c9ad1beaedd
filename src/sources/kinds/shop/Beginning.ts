// What the first visible character of a document tells about its format.

const visible = (sample: string): string => sample.replace(/^[\ufeff\s]+/, "").slice(0, 2)

export const isXml = (sample: string): boolean => visible(sample).startsWith("<")

export const isJson = (sample: string): boolean => /^(?:\{[\s"}]?|\[[\s"{[\]]?)$/.test(visible(sample))
