// The place where calls arrive: stamps each datagram on receipt, and prints all arrivals as JSON when its standard input ends.
import { createSocket } from "node:dgram"
import { constants, setPriority } from "node:os"

/** Milliseconds of one monotonic clock: when the call left its process, and when it arrived here. */
export interface Stamp {
  readonly chat: string
  readonly sent: number
  readonly at: number
}

// The measuring instrument should not be what is late. Without the right to do so it measures its own delays too.
try {
  setPriority(constants.priority.PRIORITY_HIGH)
} catch {}

const stamps: Array<Stamp> = []
const socket = createSocket("udp4", (message) => {
  const at = Number(process.hrtime.bigint()) / 1e6
  const [chat = "", sent = "0"] = message.toString().split(" ")
  stamps.push({ chat, at, sent: Number(sent) / 1e6 })
})
socket.bind(0, "127.0.0.1", () => process.stdout.write(`${socket.address().port}\n`))
process.stdin.resume().once("end", () => {
  socket.close()
  process.stdout.write(JSON.stringify(stamps))
})
