// The end of the process itself, when nothing of it is left to do. Enters: the exit code. Promises: it ends now. The system's own end waits for
// threads that nothing can call off: one that resolves a name (some 10 s where the resolver does not answer), or SQL in a thread of its own
// (a second for each gigabyte that is checked). Where there is one, the process ends by a signal: SIGTERM in place of 0, else SIGKILL.

/** As Node.js names them; a thread of JavaScript that is told to end has its port until it has. */
const uncancellable: ReadonlySet<string> = new Set(["GetAddrInfoReqWrap", "MessagePort"])

export const endProcess = (code: number): void => {
  if (process.getActiveResourcesInfo().some((kind) => uncancellable.has(kind))) {
    process.removeAllListeners("SIGTERM")
    process.kill(process.pid, code === 0 ? "SIGTERM" : "SIGKILL")
  }
  process.exit(code)
}
