// How times and spans read to people, the same on every surface. Pure; `now` is given.

/** "12 s", "5 min", "3 h", "2 d". */
export const span = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** "3 min ago", "in 12 s". */
export const relative = (at: number, now: number): string =>
  at <= now ? `${span(now - at)} ago` : `in ${span(at - now)}`

/** When something may go on: "in 12 s"; "now" when that time has come and it has not been taken up yet. */
export const due = (at: number, now: number): string => (at <= now ? "now" : relative(at, now))

/** "waiting: next poll (in 12 s)". */
export const activityText = (
  activity: { readonly is: string; readonly why: string; readonly until: number | null },
  now: number
): string =>
  activity.is +
  (activity.why === "" ? "" : `: ${activity.why}`) +
  (activity.until === null ? "" : ` (${due(activity.until, now)})`)

/** "1 post", "2 posts"; `several` where an s does not do. */
export const count = (amount: number, one: string, several = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : several}`
