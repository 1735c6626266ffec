import type { Sql } from "postgres";
import type { SupabaseProjectServer } from "../project/supabase-project.ts";
import { queryTypes, runQuery } from "./run-query.ts";

const POOL_SIZE = 4;

/** The connections over which the API runs queries: as the owner, or as the read-only role. */
export class ProjectQueries {
  readonly #owner: Sql;
  readonly #readOnly: Sql;

  constructor(project: SupabaseProjectServer) {
    const options = { types: queryTypes } as never;
    this.#owner = project.connect("postgres", POOL_SIZE, options);
    this.#readOnly = project.connect("supabase_read_only_user", POOL_SIZE, options);
  }

  run(
    query: string,
    parameters: readonly unknown[] | undefined,
    { readOnly }: { readonly readOnly: boolean },
  ) {
    return runQuery(readOnly ? this.#readOnly : this.#owner, query, parameters);
  }

  async close(): Promise<void> {
    await Promise.all([this.#owner.end({ timeout: 1 }), this.#readOnly.end({ timeout: 1 })]);
  }
}
