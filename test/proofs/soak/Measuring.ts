// What can be seen of a running process from outside: /proc, its files, its metrics. Linux only.
import { readdirSync, readFileSync, statSync } from "node:fs"
import { Effect } from "effect"
import type { Program } from "../../scenarios/Program.ts"

export interface Sample {
  /** Minutes since the start. */
  readonly minute: number
  /** MB; the mean of the looks of the interval. */
  readonly resident: number
  readonly descriptors: number
  readonly threads: number
  readonly fibers: number
  readonly children: number
  /** MB. */
  readonly wal: number
  readonly database: number
  /** ms; the longest hold of the event loop that any look of the interval found. */
  readonly lag: number
  readonly posts: number
  readonly queue: number
  /** Seconds of CPU so far. */
  readonly cpu: number
}

const statusOf = (pid: number, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1])

/** Resident memory in MB. */
export const resident = (pid: number): number => statusOf(pid, "VmRSS") / 1024

/** Seconds of CPU that a process used so far, its own and the system's for it. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const megabytes = (path: string): number => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / 1e6

/** Of a metric, over all its tags. */
const valuesOf = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, "gm"))].reduce(
    (sum, [, value]) => sum + Number(value),
    0
  )

export interface Look {
  readonly resident: number
  readonly lag: number
  readonly metrics: string
}

/** One quick look; many make a sample. */
export const look = ({ pid, url }: Program): Effect.Effect<Look> =>
  Effect.map(
    Effect.promise(() => fetch(`${url}/metrics`).then((answer) => answer.text())),
    (metrics) => ({
      resident: resident(pid),
      lag: valuesOf(metrics, "oncecast_event_loop_lag_seconds") * 1000,
      metrics
    })
  )

export const sampleOf = (
  { pid }: Program,
  database: string,
  looks: ReadonlyArray<Look>,
  { minute, posts }: Pick<Sample, "minute" | "posts">
): Sample => {
  const metrics = looks.at(-1)?.metrics ?? ""
  return {
    minute,
    resident: looks.reduce((sum, one) => sum + one.resident, 0) / looks.length,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: statusOf(pid, "Threads"),
    fibers: valuesOf(metrics, "effect_fiber_active"),
    children: valuesOf(metrics, "oncecast_children"),
    wal: megabytes(`${database}-wal`),
    database: megabytes(database),
    lag: Math.max(...looks.map(({ lag }) => lag)),
    posts,
    queue: valuesOf(metrics, "oncecast_outbox_depth"),
    cpu: cpuSeconds(pid)
  }
}
