import type { OpenStack } from "../stack/open-stack.ts";

/** Organizations without a customer, of those that were there at a certain moment. */
export interface Backlog {
  /** The Worker has still to deal with them. */
  readonly waiting: number;
  /** Wait for longer than a minute because an attempt failed. */
  readonly backingOff: number;
  readonly dead: number;
}

/** The database's own time, for `backlogUntil`. */
export async function databaseTime({ sql }: OpenStack): Promise<string> {
  const [row] = await sql<{ now: string }>("select clock_timestamp()::text as now", undefined, {
    purpose: "read the time",
  });
  return row?.now ?? "";
}

/** What is left of the organizations whose jobs were made until then; later ones do not count. */
export async function backlogUntil({ sql }: OpenStack, time: string): Promise<Backlog> {
  const [backlog] = await sql<Backlog>(QUERY, [time], { purpose: "count the backlog" });
  return backlog ?? { waiting: 0, backingOff: 0, dead: 0 };
}

const QUERY = `
  select
    count(*) filter (where job.state <> 'dead')::int as waiting,
    count(*) filter (
      where job.state in ('due', 'parked')
        and job.next_attempt_at > clock_timestamp() + interval '1 minute'
    )::int as "backingOff",
    count(*) filter (where job.state = 'dead')::int as dead
  from public.organizations o
  join stripe_sync.jobs job on job.organization_id = o.id
  where o.stripe_customer_id is null and job.created_at <= $1::timestamptz`;
