import { App } from "@supabase/lite";
import { type Credentials, callerOf } from "./caller.ts";
import { Catalog } from "./catalog.ts";
import { RestConnection } from "./rest-connection.ts";
import { silently } from "./silently.ts";

export interface RestOptions {
  /** Logs in as `authenticator`. */
  readonly authenticatorUrl: string;
  /** Reads the catalog. */
  readonly superuserUrl: string;
  readonly credentials: Credentials;
}

/** A project's REST interface: `/rest/v1/…`. */
export class RestInterface {
  readonly #credentials: Credentials;
  readonly #catalog: Catalog;
  readonly #connection: RestConnection;
  readonly #app: App;
  readonly #claims = new WeakMap<Request, Readonly<Record<string, unknown>>>();

  constructor({ authenticatorUrl, superuserUrl, credentials }: RestOptions) {
    this.#credentials = credentials;
    this.#catalog = new Catalog(superuserUrl);
    this.#connection = new RestConnection(authenticatorUrl, this.#catalog);
    this.#app = new App({
      connection: this.#connection,
      api: { enabled: true, schemas: ["public"], max_rows: 1000 },
      auth: { enabled: false },
      options: {
        server: {
          disableStudio: true,
          disableFallback: true,
          // Credentials are judged here, in front; the library gets what came of it.
          apiKeys: {
            resolver: async (_key, { req }) => {
              const claims = this.#claims.get(req.raw);
              return claims ? { type: "publishable", claims: { ...claims } } : null;
            },
          },
        },
      },
    });
  }

  /** Answers a request whose path begins with `/rest/v1/`. */
  async fetch(request: Request): Promise<Response> {
    if (request.method === "OPTIONS") return silently(() => this.#app.fetch(request));
    const caller = await callerOf(request, this.#credentials);
    if (caller.kind === "refused") return caller.response;
    const headers = new Headers(request.headers);
    headers.delete("authorization");
    headers.set("apikey", "judged");
    const judged = new Request(request, { headers });
    this.#claims.set(judged, caller.claims);
    return silently(() => this.#app.fetch(judged));
  }

  /** To be called when tables or functions have changed. */
  reload(): void {
    this.#catalog.outdated();
  }

  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), this.#catalog.close()]);
  }
}
