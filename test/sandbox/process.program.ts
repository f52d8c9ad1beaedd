// `oncecast sandbox` without the rest of the program, bundled and started by Process.test.ts.
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Effect } from "effect"
import { standalone } from "../../src/sandbox/Sandbox.ts"

NodeRuntime.runMain(standalone({ port: 0 }).pipe(Effect.provide(NodeContext.layer)))
