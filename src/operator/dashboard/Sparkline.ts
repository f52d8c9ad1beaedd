// A line of numbers as a small picture: what the charts are without a script.
import { type Html, html } from "../../domain/Html.ts"

const width = 240
const height = 40

/** `name` says in words what it shows; nothing is drawn of fewer than two values. */
export const sparkline = (values: ReadonlyArray<number>, name: string, tall = height): Html | undefined => {
  if (values.length < 2) return undefined
  const most = Math.max(...values, 1)
  const points = values.map((value, at) => {
    const x = (at / (values.length - 1)) * width
    const y = tall - 2 - (value / most) * (tall - 4)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return html`<svg class="spark" viewBox="0 0 ${width} ${tall}" preserveAspectRatio="none" role="img" aria-label="${name}"><polygon points="0,${tall} ${points.join(" ")} ${width},${tall}"/><polyline points="${points.join(" ")}"/></svg>`
}
