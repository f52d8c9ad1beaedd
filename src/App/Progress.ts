// One line of progress on a terminal; nothing where standard error is a file or a pipe.

export interface Progress {
  readonly show: (done: number, total: number) => void
  readonly clear: () => void
}

export const showProgress = (what: string): Progress => {
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} }
  return {
    show: (done, total) => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
      process.stderr.write(`\r${what}… ${percent} %`)
    },
    clear: () => {
      process.stderr.write("\r\u001b[K")
    }
  }
}
