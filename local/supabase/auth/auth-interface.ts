import { App, InMemoryEmailDriver } from "@supabase/lite";
import { createPostgresConnection, type PostgresConnection } from "@supabase/lite/postgres";
import type { ProjectKeys } from "../project/project-keys.ts";
import { jsonTypes } from "../rest/json-types.ts";
import { silently } from "../rest/silently.ts";

const POOL_SIZE = 8;

export interface AuthOptions {
  /** Logs in as `supabase_auth_admin`. */
  readonly authAdminUrl: string;
  readonly jwtSecret: string;
  readonly keys: ProjectKeys;
}

/** A project's Supabase Auth: `/auth/v1/…`. A sign-up is confirmed at once. */
export class AuthInterface {
  readonly #connection: PostgresConnection;
  readonly #app: App;

  constructor({ authAdminUrl, jwtSecret, keys }: AuthOptions) {
    // The least that bcrypt takes: nothing here needs to withstand a guess.
    process.env.LITE_AUTH_BCRYPT_COST ??= "4";
    this.#connection = createPostgresConnection({
      url: authAdminUrl,
      postgresOptions: { max: POOL_SIZE, types: jsonTypes, onnotice: () => {} },
    });
    this.#app = new App({
      connection: this.#connection,
      api: { enabled: false },
      auth: {
        enabled: true,
        jwt_secret: jwtSecret,
        publishable_key: keys.publishableKey,
        secret_key: keys.secretKey,
        email: { enable_confirmations: false },
      },
      options: {
        server: { disableStudio: true, disableFallback: true },
        drivers: { email: new InMemoryEmailDriver() },
      },
    });
  }

  /** Answers a request whose path begins with `/auth/v1/`. */
  fetch(request: Request): Promise<Response> {
    return silently(() => this.#app.fetch(request));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}
