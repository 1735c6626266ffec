import {
  type JsonRequest,
  type Properties,
  RequestError,
  requestJson,
  retry,
  UserError,
} from "@stripe-customer-sync/provider-kit";

/** SQL for a project's database. */
export interface Statement {
  /** What it is for, as a message says it: `read the schema "stripe_sync"`. */
  readonly purpose: string;
  /** One statement if there are parameters, else any number. */
  readonly sql: string;
  /** Values for `$1`, `$2`…; the place for secrets, which the text would carry into logs. */
  readonly parameters?: readonly string[];
  /** Run as the project's read-only role: for this, a token need not be allowed to write. */
  readonly readOnly?: boolean;
}

/** A statement failed in the database; the message is the database's own. */
export class StatementError extends UserError {
  override readonly name = "StatementError";
}

/** A token may do less than a statement needs. */
export class PermissionError extends UserError {
  override readonly name = "PermissionError";
}

/** A call about a project other than SQL. */
export interface ProjectCall {
  /** What it is for, as a message says it: `read the signing key …`. */
  readonly purpose: string;
  readonly method: JsonRequest["method"];
  /** Below `/v1/projects/<ref>`. */
  readonly path: string;
  readonly body?: unknown;
  readonly permission: Permission;
}

/** What an access token must be allowed, for the message when it is not. */
export interface Permission {
  /** Completes "The access token may not …". */
  readonly to: string;
  readonly name: string;
}

/** Such a call was refused, or its answer was lost: then there is no status. */
export class CallError extends UserError {
  override readonly name = "CallError";
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** Applying a schema may rewrite a table. */
const TIMEOUT_MS = 120_000;
/** Longer than the minute over which the API counts requests. */
const DEFAULT_BUDGET_MS = 90_000;

/**
 * Supabase's Management API.
 *
 * @see https://supabase.com/docs/reference/api/v1-run-a-query
 */
export class ManagementApi {
  readonly #endpoint: string;
  readonly #accessToken: string;
  readonly #budgetMs: number;

  constructor(settings: {
    readonly endpoint: string;
    readonly accessToken: string;
    /** How long 429, 5xx, lost answers and taken locks are tried again, in ms. */
    readonly budgetMs?: number | undefined;
  }) {
    this.#endpoint = settings.endpoint.replace(/\/+$/, "");
    this.#accessToken = settings.accessToken;
    this.#budgetMs = settings.budgetMs ?? DEFAULT_BUDGET_MS;
  }

  /**
   * Runs a statement, which must bear being run twice, and gives its rows.
   *
   * @throws StatementError when the database refuses it
   * @throws PermissionError when the token may not
   * @throws UserError when the token or the project does not exist or the API cannot be reached
   */
  async query<Row = Properties>(
    projectRef: string,
    statement: Statement,
    signal?: AbortSignal,
  ): Promise<Row[]> {
    const budget = { budgetMilliseconds: this.#budgetMs, signal };
    const rows = await retry(
      () => this.#request(projectRef, statement, signal),
      (error) => ({ retry: error instanceof StatementError && isPassing(error.message) }),
      budget,
    );
    if (!Array.isArray(rows)) {
      throw new UserError(`${this.#endpoint} gave no rows: is it a Supabase Management API?`);
    }
    return rows as Row[];
  }

  /**
   * Makes a call about a project that runs no SQL, and gives the answer's JSON.
   *
   * @throws CallError with the status of the answer, if there was one
   */
  async call(
    projectRef: string,
    { purpose, method, path, body, permission }: ProjectCall,
    signal?: AbortSignal,
  ): Promise<unknown> {
    try {
      return await this.#send(
        projectRef,
        { method, path, body, advice: advice(projectRef, permission) },
        signal,
      );
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const what = `Could not ${purpose} in project ${projectRef}`;
      throw new CallError(`${what}. ${error.message}`, error.status, error.cause);
    }
  }

  async #request(
    projectRef: string,
    { purpose, sql, parameters, readOnly = false }: Statement,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    try {
      return await this.#send(
        projectRef,
        {
          method: "POST",
          path: `/database/query${readOnly ? "/read-only" : ""}`,
          body: parameters === undefined ? { query: sql } : { query: sql, parameters },
          idempotent: true,
          advice: advice(
            projectRef,
            readOnly
              ? { to: "read the database", name: "database:read" }
              : { to: "run SQL on the database", name: "database:write" },
          ),
        },
        signal,
      );
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const what = `Could not ${purpose} in project ${projectRef}`;
      if (error.status === 400) {
        throw new StatementError(`${what}: ${databaseMessage(error.body) ?? error.message}`);
      }
      const Kind = error.status === 403 ? PermissionError : UserError;
      throw new Kind(`${what}. ${error.message}`, { cause: error.cause });
    }
  }

  #send(
    projectRef: string,
    request: Pick<JsonRequest, "method" | "body" | "idempotent" | "advice"> & { path: string },
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const { path, ...rest } = request;
    return requestJson(
      {
        ...rest,
        api: "the Supabase Management API",
        url: `${this.#endpoint}/v1/projects/${encodeURIComponent(projectRef)}${path}`,
        headers: { authorization: `Bearer ${this.#accessToken}` },
        timeoutMilliseconds: TIMEOUT_MS,
      },
      { budgetMilliseconds: this.#budgetMs, signal },
    );
  }
}

function advice(projectRef: string, permission: Permission): Record<number, string> {
  return {
    401:
      "The access token is not valid (any more). Make one at " +
      "https://supabase.com/dashboard/account/tokens and set it: " +
      "pulumi config set --secret supabase:accessToken, or SUPABASE_ACCESS_TOKEN.",
    403:
      `The access token may not ${permission.to} of project ${projectRef}: it needs the ` +
      `permission ${permission.name} there.`,
    404:
      `There is no project "${projectRef}" for this access token: compare projectRef with the ` +
      "project's settings, and the token's account with the project's organization.",
  };
}

/**
 * What the database said, from `Failed to run sql query: ERROR:  42P01: …` on. Detail and context
 * are left out: they quote rows and values, which may be personal data.
 */
function databaseMessage(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("message" in body)) return undefined;
  return String(body.message)
    .replace(/^Failed to run sql query:\s*/i, "")
    .replace(/^ERROR:\s+(\w{5}: )?/, "")
    .split(/\n(?=(?:DETAIL|HINT|CONTEXT|QUERY|LINE \d+):)/)
    .filter((part) => !/^(?:DETAIL|CONTEXT|QUERY):/.test(part))
    .join("\n")
    .trim();
}

/** Somebody else's work stood in the way: the same statement may succeed a little later. */
function isPassing(message: string): boolean {
  return /lock timeout|deadlock detected|could not serialize|concurrently updated/.test(message);
}
