// What a row of the bench is: work that the product does through its own contracts, a hand-written baseline beside it, and a goal.
// A row runs in a process of its own and gives findings; it decides nothing about how they are shown.

/** Median, least and greatest of some samples. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** One line of the table. */
export interface Finding {
  readonly what: string
  readonly unit: string
  readonly ours: Spread
  readonly baseline?: Spread
  /** Ours over the baseline, of samples taken one after the other. */
  readonly ratio?: Spread
  /** In words; absent: told for information. */
  readonly goal?: string
  readonly met?: boolean
}

/** How a cost grows with a size; both axes are drawn logarithmic. */
export interface Curve {
  readonly title: string
  readonly size: string
  readonly unit: string
  readonly series: ReadonlyArray<{
    readonly name: string
    readonly points: ReadonlyArray<readonly [size: number, value: number]>
  }>
}

export interface Result {
  readonly findings: ReadonlyArray<Finding>
  readonly curves: ReadonlyArray<Curve>
}

/** What a row is given. */
export interface Bench {
  /** Smaller sizes and fewer rounds: minutes in all. */
  readonly quick: boolean
  /** Its own, empty; removed afterwards. */
  readonly folder: string
  /** Where the compiled programs of the bench are. */
  readonly programs: string
  /** The built program. */
  readonly main: string
  /** What `npm start` gives Node.js. */
  readonly nodeOptions: ReadonlyArray<string>
  /** Where the rivals are installed. */
  readonly rivals: string
}

export interface Row {
  readonly work: string
  /** "–" where only the goal counts. */
  readonly baseline: string
  readonly run: (bench: Bench) => Promise<Result>
}
