import type { OpenStack } from "../stack/open-stack.ts";
import { UNDER_WAY } from "./rows-of-customers.ts";

/** An organization as far as an audit needs it when it has seen the customers. */
export interface OrganizationRow {
  readonly id: string;
  readonly customer: string | null;
  /** Of its job; null without one. */
  readonly state: string | null;
  /** Code of its job's last failure. */
  readonly reason: string | null;
  readonly underWay: boolean;
}

const PAGE_ORGANIZATIONS = 5_000;

/** Every organization, by id; one query a page. */
export async function* organizationPages({
  sql,
}: OpenStack): AsyncGenerator<readonly OrganizationRow[]> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await sql<OrganizationRow>(QUERY, [after], { purpose: "read the organizations" });
    yield rows;
    const last = rows.at(-1);
    if (rows.length < PAGE_ORGANIZATIONS || last === undefined) return;
    after = last.id;
  }
}

const QUERY = `
  select
    o.id,
    o.stripe_customer_id as customer,
    job.state,
    job.last_error ->> 'code' as reason,
    o.stripe_customer_id is null and (${UNDER_WAY}) as "underWay"
  from public.organizations o
  left join stripe_sync.jobs job on job.organization_id = o.id
  where o.id > $1::uuid
  order by o.id
  limit ${PAGE_ORGANIZATIONS}
`;
