// Options that several words share.
import { Options } from "@effect/cli"

/** Which catalog a word is about. */
export const config = Options.file("config").pipe(
  Options.withDescription("The catalog; default: ONCECAST_CONFIG or oncecast.yaml"),
  Options.optional
)
