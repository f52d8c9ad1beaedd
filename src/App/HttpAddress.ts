// Where this machine reaches what listens on a host and a port.

/** "http://127.0.0.1:8080", as a person can open it; "any address" is this machine's own. */
export const httpAddress = (host: string, port: number): string => {
  const own = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host
  return `http://${own.includes(":") ? `[${own}]` : own}:${port}`
}
