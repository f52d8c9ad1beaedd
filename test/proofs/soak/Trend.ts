// Whether a measured line rises: least squares with the error of the slope. Neighbouring samples are alike, so they count as fewer than they are.

export interface Trend {
  /** Per unit of x. */
  readonly slope: number
  /** Standard error of the slope, widened by the correlation of neighbours. */
  readonly error: number
  /** Standard deviation around the line. */
  readonly noise: number
  /** How far the line rises from the first to the last x. */
  readonly rise: number
}

export type Point = readonly [x: number, y: number]

const mean = (values: ReadonlyArray<number>) => values.reduce((sum, one) => sum + one, 0) / values.length

/** Needs at least three points at different x. */
export const trend = (points: ReadonlyArray<Point>): Trend => {
  const mx = mean(points.map(([x]) => x))
  const my = mean(points.map(([, y]) => y))
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx
  const off = points.map(([x, y]) => y - my - slope * (x - mx))
  const squares = off.reduce((sum, one) => sum + one ** 2, 0)
  const lagged = off.slice(1).reduce((sum, one, index) => sum + one * (off[index] ?? 0), 0)
  const alike = squares === 0 ? 0 : Math.min(0.95, Math.max(0, lagged / squares))
  const variance = squares / (points.length - 2)
  const xs = points.map(([x]) => x)
  return {
    slope,
    error: Math.sqrt((variance / sxx) * ((1 + alike) / (1 - alike))),
    noise: Math.sqrt(variance),
    rise: slope * (Math.max(...xs) - Math.min(...xs))
  }
}

/** Above the noise: the slope is certain, and what it adds is more than what goes up and down anyway. */
export const rises = ({ slope, error, rise, noise }: Trend): boolean => slope > 3 * error && rise > noise
