import type { OpenStack } from "../stack/open-stack.ts";

/**
 * A state of a job, `no job` for an organization that the next pull gives one, or `unknown` for
 * an id that no organization and no job has.
 */
export type JobState =
  | "due"
  | "leased"
  | "linked"
  | "parked"
  | "dead"
  | "orphaned"
  | "no job"
  | "unknown";

/** What became of one organization's job. */
export interface Requeued {
  /** As the operator wrote it. */
  readonly organization: string;
  readonly before: JobState;
  /** Why it was there: code of the last failure, absent where there was none. */
  readonly reason: string | null;
  readonly after: JobState;
}

/** Puts the jobs of these organizations back; the answer is in their order. */
export async function requeueOrganizations(
  stack: OpenStack,
  organizations: readonly string[],
): Promise<Requeued[]> {
  return stack.sql<Requeued>(REQUEUE, [JSON.stringify(organizations)], {
    purpose: "requeue the organizations",
  });
}

/** Puts back every job that Stripe refused for its data. */
export async function requeueDead(stack: OpenStack): Promise<Requeued[]> {
  const dead = await stack.sql<{ organization: string }>(DEAD, undefined, {
    purpose: "read the dead jobs",
  });
  if (dead.length === 0) return [];
  return requeueOrganizations(
    stack,
    dead.map(({ organization }) => organization),
  );
}

// What was is read by the statement's snapshot, before any of its calls of requeue.
const REQUEUE = `
  with named as materialized (
    select n, word, stripe_sync.as_uuid(word) as id
    from jsonb_array_elements_text($1::jsonb) with ordinality named (word, n)
  ), found as materialized (
    select named.*, job.state, job.last_error ->> 'code' as code, o.id is not null as is_there
    from named
    left join stripe_sync.jobs job on job.organization_id = named.id
    left join public.organizations o on o.id = named.id
  ), requeued as materialized (
    select n, stripe_sync.requeue(id) as state from found where state is not null
  )
  select
    word as organization,
    coalesce(found.state, case when is_there then 'no job' else 'unknown' end) as before,
    code as reason,
    coalesce(requeued.state, case when is_there then 'no job' else 'unknown' end) as after
  from found left join requeued using (n)
  order by n
`;

const DEAD = `
  select organization_id as organization from stripe_sync.jobs
  where state = 'dead' and last_error ->> 'code' is distinct from 'customer_deleted'
  order by organization_id
`;
