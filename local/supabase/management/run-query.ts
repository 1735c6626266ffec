import postgres, { type ReservedSql, type Sql } from "postgres";

/** The database refused a query; the message is what the API answers. */
export class QueryError extends Error {
  override readonly name = "QueryError";
}

/**
 * Runs a query on a connection that is as new, and gives the rows of its last statement. With
 * parameters it may have one statement only: PostgreSQL's own rule.
 *
 * @throws QueryError when the database refuses it
 */
export async function runQuery(
  sql: Sql,
  query: string,
  parameters: readonly unknown[] | undefined,
): Promise<readonly Record<string, unknown>[]> {
  const connection = await sql.reserve();
  try {
    const result = await connection.unsafe(query, parameters && [...(parameters as string[])]);
    return lastResult(result);
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    throw new QueryError(messageOf(error, query), { cause: error });
  } finally {
    await forget(connection);
    connection.release();
  }
}

/** Types as the API gives them: dates and bytes as PostgreSQL writes them, no lost digits. */
export const queryTypes = {
  json: type(114, JSON.parse),
  jsonb: type(3802, JSON.parse),
  boolean: type(16, (text) => text === "t"),
  bigint: type(20, (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)),
  date: type(1082, String),
  timestamp: type(1114, String),
  timestamptz: type(1184, String),
  bytea: type(17, String),
};

function type(oid: number, parse: (text: string) => unknown) {
  const serialize = (value: unknown) =>
    typeof value === "object" ? JSON.stringify(value) : String(value);
  return { to: oid, from: [oid], serialize, parse };
}

/** Several statements give an array of results. */
function lastResult(result: readonly unknown[]): readonly Record<string, unknown>[] {
  const results = Array.isArray(result[0]) ? (result as readonly unknown[][]) : [result];
  return (results.at(-1) ?? []) as readonly Record<string, unknown>[];
}

/** No transaction, role or setting goes over to the next query. */
async function forget(connection: ReservedSql): Promise<void> {
  try {
    await connection.unsafe("rollback");
    await connection.unsafe("discard all");
  } catch {
    // The connection is gone, and with it everything that it knew.
  }
}

function messageOf(error: postgres.PostgresError, query: string): string {
  const lines = [`Failed to run sql query: ERROR:  ${error.code}: ${error.message}`];
  const position = Number(error.position);
  if (position > 0) lines.push(...excerpt(query, position - 1));
  if (error.detail) lines.push(`DETAIL:  ${error.detail}`);
  if (error.hint) lines.push(`HINT:  ${error.hint}`);
  if (error.where) lines.push(`CONTEXT:  ${error.where}`);
  return `${lines.join("\n")}\n`;
}

/** The line with the error, and a mark below the place. */
function excerpt(query: string, position: number): readonly string[] {
  const before = query.slice(0, position).split("\n");
  const label = `LINE ${before.length}: `;
  const line = query.split("\n")[before.length - 1] ?? "";
  return [`${label}${line}`, `${" ".repeat(label.length + (before.at(-1) ?? "").length)}^`];
}
