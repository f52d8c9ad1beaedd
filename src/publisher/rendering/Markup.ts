// A post's text as a small tree: what Telegram's HTML can say, and nothing else. Built by ParseHtml, cut by Fit, written by `toHtml`.
// Promises of `toHtml`: every text and attribute is escaped, every tag is closed in order, an element without text is left out.

export type Mark = "bold" | "italic" | "underline" | "strike" | "spoiler" | "quote" | "code"

export type Markup = ReadonlyArray<Node>

export type Node = TextNode | Element

export interface TextNode {
  readonly _tag: "Text"
  readonly text: string
}

export type Element =
  | { readonly _tag: "Mark"; readonly mark: Mark; readonly children: Markup }
  /** `href` is absolute: http, https or tg. */
  | { readonly _tag: "Link"; readonly href: string; readonly children: Markup }
  | { readonly _tag: "Pre"; readonly language?: string; readonly children: Markup }
  /** Not seen by readers: what may be shortened when the post is too long. */
  | { readonly _tag: "Cut"; readonly children: Markup }

/** What an element is before anything is in it. */
export type Opening =
  | { readonly _tag: "Mark"; readonly mark: Mark }
  | { readonly _tag: "Link"; readonly href: string }
  | { readonly _tag: "Pre"; readonly language?: string }
  | { readonly _tag: "Cut" }

export const text = (value: string): TextNode => ({ _tag: "Text", text: value })

const tagOf: Readonly<Record<Mark, string>> = {
  bold: "b",
  italic: "i",
  underline: "u",
  strike: "s",
  spoiler: "tg-spoiler",
  quote: "blockquote",
  code: "code"
}

/** UTF-16 units after parsing: how Telegram's limits are met under either reading of "characters". */
export const lengthOf = (markup: Markup): number =>
  markup.reduce((sum, node) => sum + (node._tag === "Text" ? node.text.length : lengthOf(node.children)), 0)

export const plainText = (markup: Markup): string =>
  markup.map((node) => (node._tag === "Text" ? node.text : plainText(node.children))).join("")

/** @source reference/telegram-bot-api.md §3: `& < >` in text, also `"` in attribute values */
export const escapeHtml = (value: string): string =>
  value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")

export const escapeAttribute = (value: string): string => escapeHtml(value).replace(/"/g, "&quot;")

/** What stands around the children of an element; nothing for a cut. */
export const tagsOf = (element: Opening): readonly [before: string, after: string] => {
  switch (element._tag) {
    case "Mark":
      return [`<${tagOf[element.mark]}>`, `</${tagOf[element.mark]}>`]
    case "Link":
      return [`<a href="${escapeAttribute(element.href)}">`, "</a>"]
    case "Pre":
      return element.language === undefined
        ? ["<pre>", "</pre>"]
        : [`<pre><code class="language-${escapeAttribute(element.language)}">`, "</code></pre>"]
    case "Cut":
      return ["", ""]
  }
}

export const toHtml = (markup: Markup): string =>
  markup
    .map((node) => {
      if (node._tag === "Text") return escapeHtml(node.text)
      const inner = toHtml(node.children)
      const [before, after] = tagsOf(node)
      return inner === "" ? "" : before + inner + after
    })
    .join("")

/** Every text, in reading order. */
export const textsOf = (markup: Markup): ReadonlyArray<TextNode> =>
  markup.flatMap((node) => (node._tag === "Text" ? [node] : textsOf(node.children)))

export const mapText = (markup: Markup, change: (node: TextNode) => Node): Markup =>
  markup.map((node) =>
    node._tag === "Text" ? change(node) : { ...node, children: mapText(node.children, change) }
  )

export const mapElements = (markup: Markup, change: (node: Element) => Element): Markup =>
  markup.map((node) => {
    if (node._tag === "Text") return node
    const changed = change(node)
    return { ...changed, children: mapElements(changed.children, change) }
  })
