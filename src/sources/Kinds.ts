// The source kinds that this build knows, by the name that the catalog uses.
import { Context, Layer } from "effect"
import type { SourceKindName } from "../domain/Source.ts"
import type { SourceKind } from "./SourceKind.ts"

export class Kinds extends Context.Tag("oncecast/sources/Kinds")<
  Kinds,
  Readonly<Record<SourceKindName, SourceKind>>
>() {
  static readonly layer = (kinds: Readonly<Record<SourceKindName, SourceKind>>) => Layer.succeed(Kinds, kinds)
}
