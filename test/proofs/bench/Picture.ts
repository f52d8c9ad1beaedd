// A curve as an SVG: both axes logarithmic, and for each series the line that it would follow if its cost grew as the size does.
import { escaped } from "./Page.ts"
import type { Curve } from "./Row.ts"
import { number } from "./Table.ts"

const [width, height] = [420, 280]
const [left, top, right, bottom] = [64, 34, 16, 40]
const colours = ["#2f6fde", "#d9822b", "#3a9a5b"]

type Point = readonly [x: number, y: number]

const logarithmic = (values: ReadonlyArray<number>, from: number, to: number) => {
  const [low, high] = [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))]
  return (value: number) => from + ((Math.log10(value) - low) / Math.max(high - low, 1e-9)) * (to - from)
}

const path = (points: ReadonlyArray<Point>, attributes: string): string =>
  `<polyline fill="none" ${attributes} points="${points.map((point) => point.map((at) => at.toFixed(1)).join()).join(" ")}"/>`

const text = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}" text-anchor="${anchor}">${escaped(content)}</text>`

export const curvePicture = ({ title, size, unit, series }: Curve): string => {
  const points = series.flatMap((one) => one.points)
  const sizes = [...new Set(points.map(([at]) => at))].sort((a, b) => a - b)
  const [first = 1, last = 1] = [sizes[0], sizes.at(-1)]
  // Room for a tenfold, so that a flat line looks flat and no noise looks like growth.
  const values = points.map(([, value]) => value)
  const middle = Math.sqrt(Math.min(...values) * Math.max(...values))
  const x = logarithmic([first, last], left, width - right)
  const y = logarithmic([...values, middle / 4, middle * 4], height - bottom, top)
  const lines = series.map(({ points: own }, at) => {
    const stroke = `stroke="${colours[at % colours.length]}" stroke-width="2"`
    const dots = own.map(
      ([one, value]) =>
        `<circle cx="${x(one).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3" fill="${colours[at % colours.length]}"><title>${number(one)}: ${number(value)} ${unit}</title></circle>` +
        (at === 0
          ? text(
              x(one),
              y(value) - 8,
              one === last ? "end" : one === first ? "start" : "middle",
              number(value)
            )
          : "")
    )
    return (
      path(
        own.map(([one, value]): Point => [x(one), y(value)]),
        stroke
      ) + dots.join("")
    )
  })
  const legend = series.map(
    ({ name }, at) =>
      `<tspan fill="${colours[at % colours.length]}" dx="${at === 0 ? 0 : 12}">${escaped(name)}</tspan>`
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui,sans-serif" font-size="11" fill="#777">
<text x="${left}" y="14" font-size="12" font-weight="600">${escaped(title)}</text><text x="${left}" y="28">${legend.join("")}</text>
<path d="M${left} ${top}V${height - bottom}H${width - right}" fill="none" stroke="#8888"/>
${sizes.map((at) => text(x(at), height - bottom + 16, at === last ? "end" : "middle", number(at))).join("")}
${text(width - right, height - 6, "end", size)}${text(left - 8, top + 10, "end", unit)}
${lines.join("\n")}</svg>`
}
