// The category tree of a shop catalog, as its lines arrive → the path of each. Promises an end whatever the tree looks like: loops are
// cut, missing parents are left out, and a category nobody declared is called by its id.

/** Real trees are five deep; what is deeper is a loop or abuse. */
const maxDepth = 32
/** The largest shops declare some 20,000. */
const maxCategories = 200_000

interface Category {
  readonly name: string
  readonly parent: string | undefined
}

export class Categories {
  private readonly known = new Map<string, Category>()
  private readonly paths = new Map<string, ReadonlyArray<string>>()

  add(id: string, name: string, parent: string | undefined): void {
    if (id === "" || name === "" || this.known.size >= maxCategories) return
    this.known.set(id, { name, parent })
    this.paths.clear()
  }

  /** Names from the root down. */
  pathOf(id: string): ReadonlyArray<string> {
    const known = this.paths.get(id)
    if (known !== undefined) return known
    const path = this.climb(id)
    if (this.known.has(id)) this.paths.set(id, path)
    return path
  }

  private climb(id: string): ReadonlyArray<string> {
    const path: Array<string> = []
    const seen = new Set<string>()
    for (let at: string | undefined = id; at !== undefined && !seen.has(at) && seen.size < maxDepth; ) {
      seen.add(at)
      const category: Category | undefined = this.known.get(at)
      if (category !== undefined) path.unshift(category.name)
      at = category?.parent
    }
    return path.length === 0 && id !== "" ? [id] : path
  }
}
