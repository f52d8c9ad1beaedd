// Rows of the table for a switch: one row a setting.
import type { Switches } from "../../../src/sandbox/Switches.ts"
import type { Row } from "./world.ts"

type Setting = Partial<Switches>

/** One row a setting. */
export const both = (
  cites: string,
  settings: ReadonlyArray<readonly [Setting, Omit<Row, "cites" | "promise">]>
): ReadonlyArray<Row> =>
  settings.map(([switches, row]) => ({
    ...row,
    cites,
    promise: JSON.stringify(switches),
    options: { ...row.options, switches }
  }))
