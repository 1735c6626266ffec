import { afterAll, afterEach, beforeAll } from "vitest";
import { type AccountHandle, type StripeCloud, startStripe } from "../../local/stripe/index.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import {
  type DatabaseServer,
  shareDatabaseServer,
  type TestDatabase,
} from "../database/test-database.ts";
import { type DatabaseOverRest, startDatabaseOverRest } from "./database-over-rest.ts";
import { type WorkerUnderTest, workerUnderTest } from "./worker-under-test.ts";

/** The Worker between a real database and the double of Stripe. */
export interface WholePath {
  readonly database: TestDatabase;
  readonly rest: DatabaseOverRest;
  readonly cloud: StripeCloud;
  readonly stripe: AccountHandle;
  readonly worker: WorkerUnderTest;
  /** The id in the organization's row. */
  linked(organization: string): Promise<string | null>;
  /** Requests that were to make a customer. */
  creates(): ReturnType<AccountHandle["requests"]>;
  /** Lets a wait of the job pass: its backoff, or the lease of a Worker that died. */
  waitPasses(organization: string): Promise<void>;
  /** Sets Stripe's clock back, for a test in which as many hours will pass. */
  beginHoursAgo(hours: number): void;
  /**
   * Lets hours pass for Stripe, and for the database, whose clock nobody can move, by making all
   * attempts so much older.
   */
  hoursPass(hours: number): Promise<void>;
}

/** Gives each test of a file a path of its own; the database server is started once. */
export function wholePaths(): () => Promise<WholePath> {
  let server: DatabaseServer;
  const toClose: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    server = await shareDatabaseServer();
  });
  afterEach(async () => {
    await Promise.all(toClose.splice(0).map((opened) => opened.close()));
  });
  afterAll(() => server?.stop());

  return async () => {
    const database = await server.createDatabase();
    const rest = await startDatabaseOverRest(database);
    const cloud = await startStripe({ tenants: [sandboxTenant.stripe] });
    toClose.push(rest, cloud);
    const stripe = cloud.account(sandboxTenant.stripe.accountId);
    const worker = workerUnderTest({
      ENVIRONMENT: "testing",
      SUPABASE_URL: rest.url,
      STRIPE_API_BASE: cloud.url,
      STRIPE_API_KEY: sandboxTenant.stripe.restrictedKey,
    });
    return {
      database,
      rest,
      cloud,
      stripe,
      worker,
      linked: async (organization) => {
        const [row] = await database.sql<{ stripe_customer_id: string | null }[]>`
          select stripe_customer_id from public.organizations where id = ${organization}`;
        return row?.stripe_customer_id ?? null;
      },
      creates: () => stripe.requests().filter(({ endpoint }) => endpoint === "POST /v1/customers"),
      waitPasses: async (organization) => {
        await database.sql`update stripe_sync.jobs set next_attempt_at = clock_timestamp()
          where organization_id = ${organization}`;
      },
      beginHoursAgo: (hours) => stripe.clock.advance(-hours * 3_600_000),
      hoursPass: async (hours) => {
        await database.sql`update stripe_sync.jobs set
          first_attempt_at = first_attempt_at - make_interval(hours => ${hours}),
          last_attempt_at = last_attempt_at - make_interval(hours => ${hours}),
          next_attempt_at = clock_timestamp()`;
        stripe.clock.advance(hours * 3_600_000);
      },
    };
  };
}
