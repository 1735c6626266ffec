import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import postgres from "postgres";

export const projectRef = "abcdefghijklmnopqrst";
export const accessToken = "sbp_fake_provider_tests";

type Answer = { status: number; body: unknown; headers?: Record<string, string> };
type Asked = {
  path: string;
  authorization: string | undefined;
  query: string;
  parameters: unknown;
};

/**
 * The SQL calls of Supabase's Management API on a real server, run as the project's owner, who is
 * no superuser there. Answers can be scripted.
 */
export class ManagementApiDouble {
  readonly requests: Asked[] = [];
  /** Given instead of the next answers, in order; the query is not run. */
  readonly scripted: Answer[] = [];
  readonly #sql: postgres.Sql;
  readonly #server = createServer((request, response) => this.#answer(request, response));
  /** Set to false for a token without `database:write`. */
  mayWrite = true;

  constructor(ownerUrl: string) {
    // As on a hosted project each query may come over another connection.
    this.#sql = postgres(ownerUrl, { max: 3, onnotice: () => {} });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (typeof address !== "object" || address === null) throw new Error("no port");
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#sql.end({ timeout: 5 });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query, parameters } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const path = request.url ?? "";
    this.requests.push({ path, authorization: request.headers.authorization, query, parameters });
    const answer = this.scripted.shift() ?? (await this.#run(path, request, query, parameters));
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  }

  async #run(
    path: string,
    { headers }: IncomingMessage,
    query: string,
    parameters: string[] | undefined,
  ): Promise<Answer> {
    const base = `/v1/projects/${projectRef}/database/query`;
    if (headers.authorization !== `Bearer ${accessToken}`) {
      return { status: 401, body: { message: "Unauthorized" } };
    }
    if (!path.startsWith("/v1/projects/") || !path.startsWith(base)) {
      return { status: 404, body: { message: "Project not found" } };
    }
    const readOnly = path === `${base}/read-only`;
    if (!readOnly && !this.mayWrite) return { status: 403, body: { message: "Forbidden" } };
    const connection = await this.#sql.reserve();
    try {
      if (readOnly)
        await connection.unsafe("begin read only; set local role supabase_read_only_user");
      const rows = await connection.unsafe(query, parameters);
      return { status: 201, body: rows };
    } catch (error) {
      if (!(error instanceof postgres.PostgresError)) throw error;
      const message = `Failed to run sql query: ERROR:  ${error.code}: ${error.message}\n`;
      return { status: 400, body: { message } };
    } finally {
      await connection.unsafe("rollback").catch(() => {});
      connection.release();
    }
  }
}
