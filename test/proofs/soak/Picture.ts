// The samples as one picture: a small chart for each thing that was measured, over the same minutes.
import type { Sample } from "./Measuring.ts"

const width = 420
const height = 150
const margin = { left: 14, right: 14, top: 40, bottom: 24 }

const charts: ReadonlyArray<readonly [key: keyof Sample, title: string, digits: number]> = [
  ["resident", "resident memory, MB", 1],
  ["lag", "longest hold of the event loop, ms", 1],
  ["descriptors", "open files and sockets", 0],
  ["fibers", "fibers", 0],
  ["wal", "write-ahead log, MB", 2],
  ["database", "database, MB", 2],
  ["queue", "deliveries that wait", 0],
  ["posts", "posts", 0]
]

const chart = (
  samples: ReadonlyArray<Sample>,
  [key, title, digits]: (typeof charts)[number],
  index: number
): string => {
  const values = samples.map((sample) => sample[key])
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const last = samples.at(-1)?.minute ?? 1
  const inner = { w: width - margin.left - margin.right, h: height - margin.top - margin.bottom }
  const x = (minute: number) => margin.left + (minute / last) * inner.w
  // Zero is always shown: a line that looks flat is flat.
  const y = (value: number) => margin.top + inner.h * (1 - value / (high === 0 ? 1 : high))
  const points = samples.map((sample) => `${x(sample.minute).toFixed(1)},${y(sample[key]).toFixed(1)}`)
  return `<g transform="translate(${(index % 2) * width} ${Math.floor(index / 2) * height})">
<text x="${margin.left}" y="18" font-weight="600">${title}</text>
<text x="${margin.left}" y="33" fill="#666">from ${low.toFixed(digits)} to ${high.toFixed(digits)}, at the end ${(values.at(-1) ?? 0).toFixed(digits)}</text>
<path d="M${margin.left} ${y(0)}H${width - margin.right}" stroke="#bbb"/>
<text x="${width - margin.right}" y="${height - 8}" text-anchor="end" fill="#666">${last.toFixed(0)} min</text>
<polyline points="${points.join(" ")}" fill="none" stroke="#0b62a4" stroke-width="1.5"/>
</g>`
}

/** An SVG file. */
export const picture = (samples: ReadonlyArray<Sample>): string => {
  const size = { w: width * 2, h: height * Math.ceil(charts.length / 2) }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.w} ${size.h}" font-family="system-ui, sans-serif" font-size="12" fill="#111">
<rect width="100%" height="100%" fill="#fff"/>
${charts.map((one, index) => chart(samples, one, index)).join("\n")}
</svg>
`
}
