import type { ConnectionContextOptions, IntrospectResult, VarsContext } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import type { Catalog } from "./catalog.ts";
import { jsonTypes } from "./json-types.ts";

const POOL_SIZE = 10;

/**
 * The REST interface's connections. They log in as `authenticator`, as hosted ones do, and every
 * request switches to the role of its token in its transaction: PostgreSQL itself refuses roles
 * that were not granted to `authenticator`, such as the owner. The library's own way runs as the
 * superuser until some table has row level security, and then grants all tables to everybody.
 */
export class RestConnection extends PostgresConnection {
  readonly #catalog: Catalog;

  constructor(authenticatorUrl: string, catalog: Catalog) {
    super({
      url: authenticatorUrl,
      postgresOptions: { max: POOL_SIZE, types: jsonTypes, onnotice: () => {} },
    });
    this.#catalog = catalog;
  }

  override introspect(): Promise<IntrospectResult> {
    return this.#catalog.read();
  }

  override withContext<T>(
    vars: VarsContext | undefined,
    run: (db: PostgresConnection["kysely"]) => Promise<T>,
    options?: ConnectionContextOptions,
  ): Promise<T> {
    const settings = Object.entries(contextSettings(vars, options));
    return this.kysely.transaction().execute(async (transaction) => {
      await transaction
        .selectNoFrom(({ fn, val }) =>
          settings.map(([name, value], index) =>
            fn("set_config", [val(name), val(value), val(true)]).as(`setting_${index}`),
          ),
        )
        .execute();
      return run(transaction);
    });
  }
}

/**
 * What a request sets for its transaction; one statement for all.
 *
 * @see https://docs.postgrest.org/en/stable/references/transactions.html
 */
function contextSettings(
  vars: VarsContext | undefined,
  { rpc }: ConnectionContextOptions = {},
): Record<string, string> {
  const auth = (vars?.auth ?? {}) as { role?: string; jwt?: Record<string, unknown> | null };
  const role = auth.role ?? "anon";
  const claims = auth.jwt ?? { role };
  return {
    role,
    "request.jwt.claims": JSON.stringify(claims),
    "request.jwt.claim.sub": String(claims.sub ?? ""),
    "request.jwt.claim.role": role,
    "request.jwt.claim.email": String(claims.email ?? ""),
    ...(rpc && {
      "response.status": "",
      "response.headers": "",
      "request.method": rpc.method,
      "request.path": rpc.path,
      "request.headers": JSON.stringify(rpc.requestHeaders ?? {}),
    }),
    ...(rpc?.readOnly && { transaction_read_only: "on" }),
  };
}
