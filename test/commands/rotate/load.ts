import { setTimeout as sleep } from "node:timers/promises";
import { expect, vi } from "vitest";
import type { AccountHandle as CloudflareAccount } from "../../../local/cloudflare/account-handle.ts";
import type { AccountHandle as StripeAccount } from "../../../local/stripe/index.ts";
import type { SupabaseProject } from "../../../local/supabase/index.ts";

const SIGN_UPS_PER_SECOND = 50;
/** So many of Stripe's answers are slow: an invocation always lasts from one step into the next. */
const SLOW_ONE_IN = 300;
const SLOW_MS = 6_000;

/** Pulls at once that take what is left in the end. */
const PULLS = [1, 2, 3];

/** The clouds of a stack under load. */
export interface Clouds {
  readonly project: SupabaseProject;
  readonly stripe: StripeAccount;
  readonly cloudflare: CloudflareAccount;
  readonly worker: string;
}

/** A machine that cannot link 50 a second gets no more sign-ups than it can take. */
const MOST_WAITING = 150;

/** Sign-ups that go on until `stop`. */
export interface Load {
  signedUp(): number;
  stop(): Promise<void>;
}

/** Room for the load: no limits of rate, and no wait for the next minute's pull. */
export async function makeRoom({ project, stripe }: Clouds): Promise<void> {
  Object.assign(stripe.limits, { globalPerSecond: 2_000, endpointPerSecond: 2_000 });
  await project.sql`update stripe_sync.settings set pace_per_second = 500`;
}

/** 50 organizations a second, each in its own transaction. */
export function startLoad({ project, stripe }: Clouds): Load {
  let count = 0;
  let going = true;
  let creates = 0;
  const fast = stripe.faults.always(({ endpoint }) => {
    if (endpoint !== "POST /v1/customers") return undefined;
    creates += 1;
    return creates % SLOW_ONE_IN === 0 ? { kind: "delay", when: "after", ms: SLOW_MS } : undefined;
  });
  const inserts = new Set<Promise<unknown>>();
  const room = async () => {
    while (going && (await waiting(project)) > MOST_WAITING) await sleep(200);
  };
  const running = (async () => {
    let due = performance.now();
    while (going) {
      count += 1;
      const insert = project.sql`
        insert into public.organizations (name, industry, region)
        values (${`Organization ${count}`}, 'testing', 'eu-west')`.finally(() =>
        inserts.delete(insert),
      );
      inserts.add(insert);
      if (count % SIGN_UPS_PER_SECOND === 0) await room();
      // What a pause has cost is not made up for.
      due = Math.max(due + 1_000 / SIGN_UPS_PER_SECOND, performance.now() - 100);
      await sleep(Math.max(0, due - performance.now()));
    }
    await Promise.all(inserts);
  })();
  return {
    signedUp: () => count,
    stop: async () => {
      going = false;
      await running;
      fast();
    },
  };
}

/** Organizations that are not linked yet. */
async function waiting(project: SupabaseProject): Promise<number> {
  const [row] = await project.sql<{ count: number }[]>`
    select count(*)::int as count from public.organizations where stripe_customer_id is null`;
  return row?.count ?? 0;
}

/** Pulls what is due until every organization has exactly one customer, and its id. */
export async function expectAllLinked({ project, stripe, cloudflare, worker }: Clouds) {
  await vi.waitFor(
    async () => {
      // What is rung for is under way; the pull takes what waits for its next attempt.
      await project.sql`update stripe_sync.jobs set next_attempt_at = now() where state = 'due'`;
      await Promise.all(PULLS.map(() => cloudflare.runCron(worker)));
      expect(await waiting(project)).toBe(0);
    },
    { timeout: 500_000, interval: 100 },
  );
  const [rows] = await project.sql<{ count: number }[]>`
    select count(*)::int as count from public.organizations`;
  const organizations = stripe.customers().map(({ metadata }) => metadata.organization_id);
  expect(new Set(organizations).size).toBe(rows?.count);
  expect(organizations).toHaveLength(rows?.count ?? 0);
}

/**
 * Every refusal that the clouds and the Worker know of. A server that is too busy to answer (503,
 * a time-out) has refused nobody: it is asked again.
 */
export async function refusals({ project, stripe, cloudflare, worker }: Clouds) {
  const rings = await project.sql<{ status: number; count: number }[]>`
    select status_code as status, count(*)::int as count from net._http_response
    where status_code between 400 and 499 group by 1 order by 1`;
  const events = stripe.webhooks
    .deliveries()
    .filter(({ status }) => isRefusal(status))
    .map(({ endpoint, status, type }) => `${endpoint} ${type}: ${status}`);
  const toStripe = stripe
    .requests()
    .filter(({ endpoint, status }) => endpoint === "POST /v1/customers" && isRefusal(status))
    .map(({ status }) => String(status));
  const lines = cloudflare.logs(worker, MOST_LINES).map(({ text }) => text);
  return {
    rings: rings.map(({ status, count }) => `${count} × ${status}`),
    events: [...new Set(events)],
    stripe: [...new Set(toStripe)],
    // Of a request to it, or of its own requests to the database.
    worker: [...new Set(lines.filter(tellsOfRefusal))],
  };
}

const MOST_LINES = 2_000;

function tellsOfRefusal(line: string): boolean {
  if (!line.startsWith("{")) return false; // an exception of the runtime, such as a lost connection
  const { event, status, class: kind } = JSON.parse(line) as Record<string, unknown>;
  return event === "refused" || isRefusal(status) || kind === "configuration";
}

function isRefusal(status: unknown): boolean {
  return typeof status === "number" && status >= 400 && status < 500;
}

/** Nobody was refused. */
export const NONE = { rings: [], events: [], stripe: [], worker: [] };
