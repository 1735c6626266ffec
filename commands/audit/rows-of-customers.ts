import type { ListedCustomer } from "../stack/customer-pages.ts";
import type { OpenStack } from "../stack/open-stack.ts";

/** What Stripe should have of an organization: the body of the request that would create it. */
export interface Profile {
  readonly name: string | null;
  readonly email: string | null;
  /** Null for a key that a customer should not have. */
  readonly metadata: Readonly<Record<string, string | null>>;
}

/** What the database says about one customer. */
export interface RowsOfCustomer {
  readonly customer: string;
  /** The organization whose row names the customer. */
  readonly linked: { readonly id: string; readonly underWay: boolean } | null;
  readonly profile: Profile | null;
  /** The organization whose id the customer carries; its row may name another customer, or none. */
  readonly carried: {
    readonly id: string;
    readonly customer: string | null;
    readonly underWay: boolean;
  } | null;
}

/** Looks the organizations of some customers up, in one query. */
export async function rowsOfCustomers(
  { sql }: OpenStack,
  customers: readonly ListedCustomer[],
): Promise<RowsOfCustomer[]> {
  const asked = customers.map(({ id, metadata }) => ({
    customer: id,
    organization: metadata.organization_id ?? null,
  }));
  return sql<RowsOfCustomer>(QUERY, [JSON.stringify(asked)], {
    purpose: "read the organizations of customers",
  });
}

/**
 * Whether the Worker is about to do something for an organization, so that a difference may be
 * gone in a moment. Work that waits for long, or failed again and again, is no excuse.
 */
export const UNDER_WAY = `
  exists (
    select from stripe_sync.jobs job
    where job.organization_id = o.id and job.state in ('due', 'leased') and job.attempts < 5
      and job.next_attempt_at > clock_timestamp() - interval '10 minutes'
  )
  or exists (select from stripe_sync.changes changed where changed.organization_id = o.id)`;

const QUERY = `
  select
    asked.customer,
    (
      select jsonb_build_object('id', o.id, 'underWay', ${UNDER_WAY})
      from public.organizations o where o.stripe_customer_id = asked.customer
    ) as linked,
    (
      select jsonb_build_object('name', name, 'email', email, 'metadata', metadata)
      from stripe_sync.customer_profiles
      where organization_id =
        (select o.id from public.organizations o where o.stripe_customer_id = asked.customer)
    ) as profile,
    (
      select jsonb_build_object(
        'id', o.id, 'customer', o.stripe_customer_id, 'underWay', ${UNDER_WAY})
      from public.organizations o where o.id = stripe_sync.as_uuid(asked.organization)
    ) as carried
  from jsonb_to_recordset($1::jsonb) as asked (customer text, organization text)
`;
