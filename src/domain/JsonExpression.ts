// How a catalog names a value in a JSON answer: a path ("data.products", "variants[*].price", "^.title"), a template
// ("https://shop.example/p/{slug}") or a constant ("=EUR"). Text → plain data, or why it makes no sense. Pure; never looks at JSON.
import { Either } from "effect"

/** `up`: how many objects to leave first (`^`). A step is a key, an index, or `*` for every element. */
export interface JsonPath {
  readonly up: number
  readonly steps: ReadonlyArray<string>
}

export type JsonExpression =
  | { readonly _tag: "Constant"; readonly text: string }
  | { readonly _tag: "Path"; readonly path: JsonPath }
  | { readonly _tag: "Template"; readonly parts: ReadonlyArray<string | JsonPath> }

/** A key, `[3]`, `[*]` or `["any key"]`; keys after the first stand behind a dot. */
const step = /(?:^|\.)([^.[\]{}"'\s][^.[\]{}"']*)|\[(\d+|\*)\]|\[("(?:[^"\\]|\\.)*")\]/y

const quoted = (text: string): string | undefined => {
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined // a wrong escape: the path is refused as a whole
  }
}

const stepsOf = (text: string): ReadonlyArray<string> | undefined => {
  const steps: Array<string> = []
  let at = 0
  while (at < text.length) {
    step.lastIndex = at
    const match = step.exec(text)
    const found = match?.[1]?.trim() ?? match?.[2] ?? quoted(match?.[3] ?? "")
    if (match === null || found === undefined) return undefined
    steps.push(found)
    at = step.lastIndex
  }
  return steps
}

/** "." is the item itself. */
export const parsePath = (text: string): Either.Either<JsonPath, string> => {
  const trimmed = text.trim()
  const ascent = /^\^(?:\.\^)*(?=$|[.[])/.exec(trimmed)?.[0] ?? ""
  const rest = ascent === "" ? trimmed : trimmed.slice(ascent.length).replace(/^\./, "")
  const steps = trimmed === "." ? [] : stepsOf(rest)
  return steps === undefined || trimmed === ""
    ? Either.left(`is not a path such as data.products, variants[0].price or images[*].src`)
    : Either.right({ up: ascent.split("^").length - 1, steps })
}

const templateOf = (text: string): Either.Either<JsonExpression, string> => {
  const pieces = text.split(/\{([^{}]*)\}/)
  const parts: Array<string | JsonPath> = []
  for (const [index, piece] of pieces.entries()) {
    if (index % 2 === 0) {
      if (/[{}]/.test(piece)) return Either.left(`has a brace without its other`)
      if (piece !== "") parts.push(piece)
      continue
    }
    const path = parsePath(piece)
    if (Either.isLeft(path)) return Either.left(`has {${piece}}, which ${path.left}`)
    parts.push(path.right)
  }
  return Either.right({ _tag: "Template", parts })
}

/** The expression that a text stands for, or a clause that follows the text ("is not a path such as …"). */
export const parseExpression = (text: string): Either.Either<JsonExpression, string> => {
  if (text.startsWith("=")) return Either.right({ _tag: "Constant", text: text.slice(1).trim() })
  if (/[{}]/.test(text)) return templateOf(text)
  return Either.map(parsePath(text), (path) => ({ _tag: "Path", path }))
}
