// Parameters as Telegram reads them: numbers and flags may come as strings, complex values as JSON in a string. Nothing here fails: a value of
// the wrong kind is absent.
// @source https://core.telegram.org/bots/api#making-requests

export type Params = Readonly<Record<string, unknown>>

/** "" when absent. */
export const textOf = (params: Params, name: string): string => {
  const value = params[name]
  if (typeof value === "string") return value
  return typeof value === "number" ? `${value}` : ""
}

export const integerOf = (params: Params, name: string): number | undefined => {
  const value = textOf(params, name)
  return /^-?\d{1,15}$/.test(value) ? Number(value) : undefined
}

export const flagOf = (params: Params, name: string): boolean => {
  const value = params[name]
  return value === true || /^(?:true|yes|1)$/i.test(textOf(params, name))
}

/** A complex value; a string is read as JSON, and stays what it is when that fails. */
export const valueOf = (params: Params, name: string): unknown => {
  const value = params[name]
  if (typeof value !== "string") return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

const isRecord = (value: unknown): value is Params =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const recordOf = (params: Params, name: string): Params | undefined => {
  const value = valueOf(params, name)
  return isRecord(value) ? value : undefined
}

export const listOf = (params: Params, name: string): ReadonlyArray<unknown> | undefined => {
  const value = valueOf(params, name)
  return Array.isArray(value) ? value : undefined
}

export const asRecord = (value: unknown): Params => (isRecord(value) ? value : {})
