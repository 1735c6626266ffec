import { customerPages, type ListedCustomer } from "../stack/customer-pages.ts";
import type { OpenStack } from "../stack/open-stack.ts";
import { unlinkedOrganizations } from "./unlinked-organizations.ts";

/** What a backfill would do, organization by organization. */
export interface Survey {
  /** Have no customer anywhere. */
  readonly create: readonly string[];
  /** Have a customer in Stripe that only their row does not name. */
  readonly adopt: readonly Match[];
  /** Cannot be linked: their customer stands in another organization's row. */
  readonly taken: readonly Match[];
  /** Dead jobs: left alone until somebody requeues them. */
  readonly dead: readonly string[];
  /** Being worked on already, from a sign-up or an earlier attempt. */
  readonly underWay: number;
  /** Have their customer's id in their row. */
  readonly linked: number;
}

export interface Match {
  readonly organization: string;
  readonly customer: string;
}

/**
 * Looks at all organizations and reads all customers once, a hundred with each call; decides by
 * the Worker's own rule (worker/sync/find-existing.ts) and changes nothing.
 */
export async function survey(
  stack: OpenStack,
  onCustomers: (count: number) => void = () => {},
): Promise<Survey> {
  const { toLookFor, dead, underWay, linked } = await unlinkedOrganizations(stack);
  const found = new Map<string, ListedCustomer>();
  if (toLookFor.size > 0) {
    for await (const page of customerPages(stack)) {
      for (const customer of page) {
        const organization = customer.metadata.organization_id?.toLowerCase();
        if (organization === undefined || !toLookFor.has(organization)) continue;
        if (isOfOther(customer, stack.environment.name)) continue;
        const other = found.get(organization);
        if (other === undefined || isOlder(customer, other)) found.set(organization, customer);
      }
      onCustomers(page.length);
    }
  }
  const matches = [...found].map(([organization, { id }]) => ({ organization, customer: id }));
  const taken = await takenCustomers(stack, matches);
  return {
    create: [...toLookFor].filter((organization) => !found.has(organization)),
    adopt: matches.filter(({ customer }) => !taken.has(customer)),
    taken: matches.filter(({ customer }) => taken.has(customer)),
    dead,
    underWay,
    linked,
  };
}

function isOfOther({ metadata }: ListedCustomer, environment: string): boolean {
  return metadata.environment !== undefined && metadata.environment !== environment;
}

function isOlder(one: ListedCustomer, other: ListedCustomer): boolean {
  return one.created < other.created || (one.created === other.created && one.id < other.id);
}

/** Those of these customers that stand in some organization's row. */
async function takenCustomers(
  { sql }: OpenStack,
  matches: readonly Match[],
): Promise<ReadonlySet<string>> {
  if (matches.length === 0) return new Set();
  const rows = await sql<{ customer: string }>(
    `select stripe_customer_id as customer from public.organizations
     where stripe_customer_id in (select jsonb_array_elements_text($1::jsonb))`,
    [JSON.stringify(matches.map(({ customer }) => customer))],
    { purpose: "read the organizations of customers" },
  );
  return new Set(rows.map(({ customer }) => customer));
}
