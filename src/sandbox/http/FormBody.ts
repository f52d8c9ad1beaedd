// multipart/form-data → fields and files. Bytes and the boundary enter; a broken form is undefined, never an exception.
// @source RFC 7578; @source RFC 2046 §5.1.1
import type { Upload } from "../methods/Method.ts"

export interface Form {
  readonly fields: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, Upload>>
}

const parameter = (header: string, name: string): string | undefined => {
  const [, quoted, bare] =
    new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, "i").exec(header) ?? []
  return quoted?.replace(/\\(.)/g, "$1") ?? bare
}

/** The boundary that a content type names. */
export const boundaryOf = (contentType: string): string | undefined => parameter(contentType, "boundary")

interface Part {
  readonly name: string
  readonly fileName: string | undefined
  readonly bytes: Buffer
}

const partOf = (bytes: Buffer): Part | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const disposition = bytes
    .subarray(0, end)
    .toString()
    .split("\r\n")
    .find((line) => /^content-disposition:/i.test(line))
  const name = parameter(disposition ?? "", "name")
  return name === undefined
    ? undefined
    : { name, fileName: parameter(disposition ?? "", "filename"), bytes: bytes.subarray(end + 4) }
}

/** The pieces between delimiters, or undefined when the closing one is missing. */
const split = (body: Buffer, boundary: string): ReadonlyArray<Buffer> | undefined => {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const whole = Buffer.concat([Buffer.from("\r\n"), body])
  const pieces: Array<Buffer> = []
  let at = whole.indexOf(delimiter)
  while (at >= 0) {
    const after = at + delimiter.length
    if (whole.subarray(after, after + 2).toString() === "--") return pieces
    const start = whole.indexOf("\r\n", after)
    const next = start < 0 ? -1 : whole.indexOf(delimiter, start)
    if (next < 0) return undefined
    pieces.push(whole.subarray(Math.min(start + 2, next), next))
    at = next
  }
  return undefined
}

/** Fields by name, the last of a name wins; parts with a file name are files. */
export const readForm = (body: Buffer, boundary: string): Form | undefined => {
  const pieces = split(body, boundary)
  if (pieces === undefined) return undefined
  const fields: Record<string, string> = {}
  const files: Record<string, Upload> = {}
  for (const piece of pieces) {
    const part = partOf(piece)
    if (part === undefined) return undefined
    if (part.fileName === undefined) fields[part.name] = part.bytes.toString()
    else files[part.name] = { fileName: part.fileName, bytes: new Uint8Array(part.bytes) }
  }
  return { fields, files }
}
