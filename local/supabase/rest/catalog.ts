import type { IntrospectResult } from "@supabase/lite";
import { createPostgresConnection } from "@supabase/lite/postgres";

const IDLE_SECONDS = 30;

/**
 * What tables and functions there are, as the REST interface sees them. Read by the superuser:
 * the role that the interface logs in as sees nothing.
 */
export class Catalog {
  readonly #connection;
  #known: Promise<IntrospectResult> | undefined;

  constructor(superuserUrl: string) {
    this.#connection = createPostgresConnection({
      url: superuserUrl,
      postgresOptions: { max: 1, idle_timeout: IDLE_SECONDS, onnotice: () => {} },
    });
  }

  /** Reads it once, for all who ask at the same time, until it is said to be outdated. */
  read(): Promise<IntrospectResult> {
    this.#known ??= this.#read();
    return this.#known;
  }

  /** The next one who asks gets what is there then. */
  outdated(): void {
    this.#known = undefined;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #read(): Promise<IntrospectResult> {
    const reading = this.#connection.introspect({ useCache: false });
    const found = await reading;
    // It answers a failure with an empty catalog, which must not be kept.
    if (found.tables.length === 0) this.outdated();
    return found;
  }
}
