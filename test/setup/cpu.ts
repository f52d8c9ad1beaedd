// What work costs, for tests that say that no text makes it grow out of hand: CPU time of this process, which a busy machine does not stretch.

/** Milliseconds since it began. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
