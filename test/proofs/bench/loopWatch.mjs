// Loaded into the built program before its own code: from the first SIGUSR2 on it watches how late timers are, at the second one it writes
// that into LOOP_WATCH as JSON, ms. The program itself knows nothing of it.
import { writeFileSync } from "node:fs"
import { monitorEventLoopDelay } from "node:perf_hooks"

const delay = monitorEventLoopDelay({ resolution: 1 })
let watching = false
process.on("SIGUSR2", () => {
  if (watching) {
    const ms = (nanoseconds) => nanoseconds / 1e6
    writeFileSync(
      process.env.LOOP_WATCH,
      JSON.stringify({ p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) })
    )
  } else delay.enable()
  watching = true
})
