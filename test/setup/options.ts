// Makes assertions tell Some from None: an Option says which of them it is by its prototype, at which deep comparison does not look.
import { Option } from "effect"
import { chai } from "vitest"

const { eql } = chai.util

const differ = (a: unknown, b: unknown): false | null =>
  Option.isOption(a) && Option.isOption(b) && a._tag !== b._tag ? false : null

chai.config.deepEqual = (expected, actual) => eql(expected, actual, { comparator: differ })
