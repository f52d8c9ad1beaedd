// What a piece of SQL work is written with: the synchronous statements of one connection, prepared once per text.
// Rows are trusted to have the shape that the caller names: the schema is ours and STRICT.
import type Sqlite from "better-sqlite3"

export type Value = string | number | bigint | Uint8Array | null

/** By position (`?`) or by name (`:name`). */
export type Parameters = ReadonlyArray<Value> | Readonly<Record<string, Value>>

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

/** The statements of a connection. Texts are constants of the program, so the cache is bounded by its source. */
export const statementsOf = (connection: Sqlite.Database): Statements => {
  const prepared = new Map<string, Sqlite.Statement>()
  const statement = (sql: string): Sqlite.Statement => {
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
