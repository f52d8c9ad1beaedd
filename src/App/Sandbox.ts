import { Effect } from "effect"
export const sandbox = (port: number) => Effect.die(`not yet ${port}`)
