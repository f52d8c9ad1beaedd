// Loaded into the built program before its own code: from the first SIGUSR2 on it watches how late timers are, at the second one it writes
// that into LOOP_WATCH as JSON, in ms. `own`: the same in CPU time of the thread, which is what it would be on a machine with nobody else.
// The program itself knows nothing of it.
// @source https://docs.kernel.org/scheduler/sched-stats.html, /proc/<pid>/schedstat, 2026-11
import { openSync, readSync, writeFileSync } from "node:fs"
import { createHistogram, monitorEventLoopDelay } from "node:perf_hooks"

const late = monitorEventLoopDelay({ resolution: 1 })
const own = createHistogram()
const file = openSync(`/proc/self/task/${process.pid}/schedstat`, "r")
const text = Buffer.alloc(64)
const onCpu = () => Number(text.toString("latin1", 0, readSync(file, text, 0, 64, 0)).split(" ")[0])
const found = (histogram) => ({
  p50: histogram.percentile(50) / 1e6,
  p99: histogram.percentile(99) / 1e6,
  max: histogram.max / 1e6
})

let timer
process.on("SIGUSR2", () => {
  if (timer !== undefined) {
    clearInterval(timer)
    writeFileSync(process.env.LOOP_WATCH, JSON.stringify({ late: found(late), own: found(own) }))
    return
  }
  late.enable()
  let last = onCpu()
  timer = setInterval(() => {
    const now = onCpu()
    own.record(Math.max(1, now - last))
    last = now
  }, 1)
})
