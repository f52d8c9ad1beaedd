// What a piece of SQL work is written with: the synchronous statements of one connection, prepared once per text.
// `LIMIT +:limit`: the planner reads a bare parameter there, and SQLite plans such a statement anew at every run (10 to 150 µs).
// Rows are trusted to have the shape that the caller names: the schema is ours and STRICT.

export type Value = string | number | bigint | Uint8Array | null

/** By position (`?`) or by name (`:name`). */
export type Parameters = ReadonlyArray<Value> | Readonly<Record<string, Value>>

/** A statement that is ready to run. */
export interface Prepared {
  get(parameters: Parameters): unknown
  all(parameters: Parameters): ReadonlyArray<unknown>
  run(parameters: Parameters): { readonly changes: number; readonly lastInsertRowid: number | bigint }
}

/** The part of better-sqlite3's connection that the program works with. */
export interface Connection {
  readonly prepare: (sql: string) => Prepared
  readonly exec: (sql: string) => unknown
  readonly inTransaction: boolean
}

/** Valid only during the call that it is given to. */
export interface ReadStatements {
  /** The first row, if any. */
  readonly get: <Row extends object>(sql: string, parameters?: Parameters) => Row | undefined
  readonly all: <Row extends object>(sql: string, parameters?: Parameters) => ReadonlyArray<Row>
}

export interface Statements extends ReadStatements {
  /** Returns the number of rows that it changed, and the rowid that the last insert of the connection gave. */
  readonly run: (
    sql: string,
    parameters?: Parameters
  ) => { readonly changes: number; readonly lastInsertRowid: number }
}

/** The statements of a connection. Texts are constants of the program, so the cache is bounded by its source; one that is put together anew is hashed at each call. */
export const statementsOf = (connection: Connection): Statements => {
  const prepared = new Map<string, Prepared>()
  const statement = (sql: string): Prepared => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const made = connection.prepare(sql)
    prepared.set(sql, made)
    return made
  }
  return {
    // The row type is the caller's claim about its own SQL (see the header): the one place where it is made.
    get: <Row>(sql: string, parameters: Parameters = []) => statement(sql).get(parameters) as Row | undefined,
    all: <Row>(sql: string, parameters: Parameters = []) =>
      statement(sql).all(parameters) as ReadonlyArray<Row>,
    run: (sql, parameters = []) => {
      const { changes, lastInsertRowid } = statement(sql).run(parameters)
      return { changes, lastInsertRowid: Number(lastInsertRowid) }
    }
  }
}
