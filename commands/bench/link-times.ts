import { setTimeout as sleep } from "node:timers/promises";
import type { LocalCloud } from "../../local/cloud.ts";
import { sandboxTenant } from "../../local/tenants.ts";
import { people } from "../start/people.ts";
import { signUp } from "../start/sign-up.ts";

const WARM_UP_SIGN_UPS = 5;
/** Between two sign-ups, so that the pace of the sync is not what is measured. */
const PAUSE_MS = 60;

/** Milliseconds for each sign-up until its customer's id stood in the row. */
export interface LinkTimes {
  /** From Auth's answer, as the person sees it; 0 when the id was there before the answer. */
  readonly sinceAnswer: readonly number[];
  /** From the beginning of the transaction that made the organization, by the database's clock. */
  readonly sinceCommit: readonly number[];
}

/** One sign-up after the other. @throws when one is not linked */
export async function linkTimes(cloud: LocalCloud, count: number): Promise<LinkTimes> {
  const project = cloud.supabase.project(sandboxTenant.supabase.ref);
  const sinceAnswer: number[] = [];
  for (let index = 0; index < WARM_UP_SIGN_UPS + count; index += 1) {
    const person = people[index % people.length];
    if (!person) break;
    const { linkedAfterMs } = await signUp(project, person);
    if (linkedAfterMs === undefined) throw new Error("A sign-up was not linked.");
    if (index >= WARM_UP_SIGN_UPS) sinceAnswer.push(linkedAfterMs);
    await sleep(PAUSE_MS);
  }
  const rows = await project.sql<{ ms: number }[]>`
    select extract(epoch from linked_at - o.created_at)::float8 * 1000 as ms
    from stripe_sync.jobs join public.organizations o on o.id = organization_id
    order by o.created_at offset ${WARM_UP_SIGN_UPS}`;
  return { sinceAnswer, sinceCommit: rows.map(({ ms }) => ms) };
}
