import { readFileSync } from "node:fs";
import { type ProviderServer, serveProvider } from "@stripe-customer-sync/provider-kit";
import { supabaseProvider } from "../../../providers/supabase/plugin/supabase-provider.ts";
import { EngineClient } from "../kit/engine-client.ts";
import { accessToken, ManagementApiDouble } from "./management-api-double.ts";
import { type PostgresServer, startPostgresServer } from "./postgres-server.ts";

const hostedProjectSql = readFileSync(new URL("hosted-project.sql", import.meta.url), "utf8");

/** A project on a server of its own, and the provider, in this process, configured for it. */
export class TestProject {
  readonly postgres: PostgresServer;
  readonly api: ManagementApiDouble;
  readonly engine: EngineClient;
  /** Of the Management API. */
  readonly endpoint: string;
  readonly #server: ProviderServer;

  private constructor(
    postgres: PostgresServer,
    api: ManagementApiDouble,
    endpoint: string,
    server: ProviderServer,
  ) {
    this.postgres = postgres;
    this.api = api;
    this.endpoint = endpoint;
    this.#server = server;
    this.engine = new EngineClient(server.port);
  }

  static async start(version: 15 | 18 = 18): Promise<TestProject> {
    const postgres = await startPostgresServer(version);
    await postgres.sql.unsafe(hostedProjectSql);
    const api = new ManagementApiDouble(postgres.url.replace("//postgres:", "//project_owner:"));
    const endpoint = await api.start();
    const server = await serveProvider(supabaseProvider({ environment: {}, budgetMs: 10_000 }));
    const project = new TestProject(postgres, api, endpoint, server);
    await project.engine.configure({ accessToken, endpoint });
    return project;
  }

  /** Runs SQL as the superuser, past the provider. */
  async sql(text: string): Promise<Record<string, unknown>[]> {
    const connection = await this.postgres.sql.reserve();
    try {
      return [...(await connection.unsafe(text))];
    } finally {
      await connection.unsafe("reset role");
      connection.release();
    }
  }

  async stop(): Promise<void> {
    this.engine.close();
    await this.#server.close();
    await this.api.stop();
    await this.postgres.stop();
  }
}
