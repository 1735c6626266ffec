import type { OpenStack } from "../stack/open-stack.ts";

/** The organizations by what a backfill has to do with them. */
export interface UnlinkedOrganizations {
  /** Without a customer, and none can have been made by the sync: Stripe is to be asked. */
  readonly toLookFor: ReadonlySet<string>;
  readonly dead: readonly string[];
  readonly underWay: number;
  readonly linked: number;
}

interface Row {
  readonly id: string;
  readonly fate: "look" | "dead" | "under way";
}

const PAGE_ORGANIZATIONS = 5_000;

/** Reads every organization that has no customer's id, by pages, and counts the others. */
export async function unlinkedOrganizations({ sql }: OpenStack): Promise<UnlinkedOrganizations> {
  const purpose = "read the organizations";
  const [counted] = await sql<{ linked: number }>(LINKED, undefined, { purpose });
  const toLookFor = new Set<string>();
  const dead: string[] = [];
  let underWay = 0;
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await sql<Row>(UNLINKED, [after], { purpose });
    for (const { id, fate } of rows) {
      if (fate === "look") toLookFor.add(id);
      else if (fate === "dead") dead.push(id);
      else underWay += 1;
    }
    const last = rows.at(-1);
    if (rows.length < PAGE_ORGANIZATIONS || last === undefined) break;
    after = last.id;
  }
  return { toLookFor, dead, underWay, linked: counted?.linked ?? 0 };
}

const LINKED = `
  select count(*)::int as linked from public.organizations where stripe_customer_id is not null`;

// A job at rest without a customer is awoken by the pull, to look first.
const UNLINKED = `
  select o.id, case
    when job.state = 'dead' then 'dead'
    when job.state in ('due', 'leased', 'parked') and not job.must_reconcile then 'under way'
    else 'look'
  end as fate
  from public.organizations o
  left join stripe_sync.jobs job on job.organization_id = o.id
  where o.stripe_customer_id is null and o.id > $1::uuid
  order by o.id
  limit ${PAGE_ORGANIZATIONS}`;
