// A page as it is read from its row. Pure.
import type { Millis } from "../domain/Names.ts"
import type { KnownPage } from "../sources/Pages.ts"

/** The columns of a page that a visit needs. */
export interface PageRow {
  readonly url: string
  readonly kind: KnownPage["kind"]
  readonly modifiedAt: Millis | null
  readonly failures: number
  readonly urlHash: string | null
  readonly etag: string | null
  readonly lastModified: string | null
  readonly bodyHash: string | null
  readonly fetchedAt: Millis | null
}

export const pageOf = ({ url, kind, failures, modifiedAt, ...row }: PageRow): KnownPage => ({
  ...{ url, kind, failures },
  ...(modifiedAt === null ? {} : { modifiedAt }),
  cursor: {
    ...(row.urlHash !== null && { urlHash: row.urlHash }),
    ...(row.etag !== null && { etag: row.etag }),
    ...(row.lastModified !== null && { lastModified: row.lastModified }),
    ...(row.bodyHash !== null && { bodyHash: row.bodyHash }),
    ...(row.fetchedAt !== null && { fetchedAt: row.fetchedAt })
  }
})
