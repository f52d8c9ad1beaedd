// A field that is only there when it has a value, to be spread into an object whose optional fields are exact.

/** `{ [key]: value }`, or `{}` for undefined and the empty text. */
export const given = <K extends string, V>(
  key: K,
  value: V | undefined
): { readonly [P in K]?: V } | object => (value === undefined || value === "" ? {} : { [key]: value })
