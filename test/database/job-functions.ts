import type { TestDatabase } from "./test-database.ts";

/** A claimed job, as the Worker gets it. */
export interface Job {
  readonly organization_id: string;
  readonly action: "create" | "reconcile" | "update";
  readonly lease: string;
  readonly revision: number;
  readonly generation: number;
  readonly attempt: number;
  readonly idempotency_key: string;
  readonly request: {
    readonly name: string | null;
    readonly email: string | null;
    readonly metadata: Record<string, string>;
  };
  readonly customer_id: string | null;
  readonly first_attempt_at: string | null;
  readonly last_attempt_at: string | null;
}

export interface Claim {
  readonly jobs: Job[];
  readonly deferred: {
    reason: string;
    retry_after_seconds: number | null;
    customer_id: string | null;
  } | null;
  readonly more: boolean;
  /** Of a pull that the pace gave nothing: when to ask again. */
  readonly wait_ms: number | null;
}

interface Outcome {
  readonly outcome: string;
  readonly customer_id?: string | null;
  readonly next_attempt_at?: string | null;
}

/** The job functions of one database, as the Worker calls them. */
export function jobFunctions(database: TestDatabase) {
  const functions = {
    claim: (organization: string | null, args: Record<string, unknown> = {}) =>
      database.call<Claim>("claim", { organization, ...args }),

    /** Claims an organization that is known to be claimable. */
    async take(organization: string): Promise<Job> {
      const { jobs, deferred } = await functions.claim(organization);
      const [job] = jobs;
      if (!job) throw new Error(`not claimed: ${JSON.stringify(deferred)}`);
      return job;
    },
    complete: (job: Job, customer: string) =>
      database.call<Outcome>("complete", {
        organization: job.organization_id,
        lease: job.lease,
        customer,
        revision: job.revision,
      }),
    fail: (job: Job, failureClass: string, retryAfterSeconds: number | null = null) =>
      database.call<Outcome>("fail", {
        organization: job.organization_id,
        lease: job.lease,
        class: failureClass,
        error: { code: "example_code", message: "An example." },
        retry_after_seconds: retryAfterSeconds,
      }),
    renew: ({ organization_id: organization, lease }: Job) =>
      database.call<Job & Outcome>("renew", { organization, lease }),
    event: (customer: string, kind: string, organization: string | null = null) =>
      database.call<Outcome>("customer_event", { customer, kind, organization }),
    health: () => database.call<Record<string, unknown> & { jobs: unknown }>("health", {}),

    /** The whole way from claim to write-back. */
    async link(organization: string, customer: string): Promise<void> {
      await functions.complete(await functions.take(organization), customer);
    },
    customerOf: async (organization: string): Promise<string | null> => {
      const [row] = await database.sql<{ stripe_customer_id: string | null }[]>`
        select stripe_customer_id from public.organizations where id = ${organization}`;
      return row?.stripe_customer_id ?? null;
    },
    /** Moves the job's times into the past, as if so many seconds had gone by. */
    async letPass(organization: string, seconds: number): Promise<void> {
      await database.sql`
        update stripe_sync.jobs set
          next_attempt_at = next_attempt_at - make_interval(secs => ${seconds}),
          lease_until = lease_until - make_interval(secs => ${seconds}),
          first_attempt_at = first_attempt_at - make_interval(secs => ${seconds}),
          last_attempt_at = last_attempt_at - make_interval(secs => ${seconds}),
          created_at = created_at - make_interval(secs => ${seconds}),
          linked_at = linked_at - make_interval(secs => ${seconds})
        where organization_id = ${organization}`;
    },
    /** Fills the token bucket, for tests that are not about the pace. */
    async refillPace(): Promise<void> {
      await database.sql`update stripe_sync.pace set tokens = 25, refilled_at = clock_timestamp()`;
    },
  };
  return functions;
}

export type JobFunctions = ReturnType<typeof jobFunctions>;

export const HOUR = 3600;
