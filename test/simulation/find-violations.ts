import type { Customer } from "../../local/stripe/index.ts";
import type { World } from "./world.ts";

interface Row {
  readonly id: string;
  readonly stripe_customer_id: string | null;
  readonly state: string | null;
  readonly code: string | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly metadata: Record<string, string>;
  readonly written: number;
}

/**
 * What the guarantee forbids and yet is so, in a world at rest.
 *
 * @param after "pulled": Stripe has not told everything yet, so that what somebody did there by
 *   hand may be unknown; "told": it has
 */
export async function findViolations(world: World, after: "pulled" | "told"): Promise<string[]> {
  const rows = await world.run<Row>(`
    select o.id, o.stripe_customer_id, j.state, j.last_error ->> 'code' as code,
      p.name, p.email, jsonb_strip_nulls(p.metadata) as metadata,
      (select count(*)::int from witness.written w where w.organization_id = o.id) as written
    from public.organizations o
    join stripe_sync.customer_profiles p on p.organization_id = o.id
    left join stripe_sync.jobs j on j.organization_id = o.id`);
  return rows.flatMap((row) => violationsOf(row, world, after).map((text) => `${row.id} ${text}`));
}

function violationsOf(row: Row, world: World, after: "pulled" | "told"): string[] {
  const customers = world.account
    .customers()
    .filter(({ metadata }) => metadata.organization_id === row.id);
  const linked = row.stripe_customer_id
    ? world.account.customer(row.stripe_customer_id)
    : undefined;
  const found: string[] = [];
  if (row.written > 1) found.push(`had its id written ${row.written} times`);
  if (customers.length > 1) {
    found.push(`has ${customers.length} live customers: ${customers.map(({ id }) => id).join()}`);
  }
  if (row.stripe_customer_id === null) return [...found, `has no customer (${row.state})`];

  if (!linked) {
    // Only somebody's hand deletes.
    const isDeleted = world.account
      .deletedCustomers()
      .some(({ id }) => id === row.stripe_customer_id);
    if (!isDeleted) found.push("has a customer that never was");
    else if (after === "told" && row.code !== "customer_deleted") {
      found.push(`has a deleted customer that nobody reports (${row.state})`);
    }
    return found;
  }
  if (row.state !== "linked") found.push(`has a customer and its job is ${row.state}: ${row.code}`);
  // A hand took our metadata out; only Stripe's event tells.
  if (after === "pulled" && linked.metadata.organization_id === undefined) return found;
  return [...found, ...differences(row, linked)];
}

function differences({ name, email, metadata }: Row, customer: Customer): string[] {
  const expected = { name, email, metadata: sorted(metadata) };
  const actual = {
    name: customer.name,
    email: customer.email,
    metadata: sorted(customer.metadata),
  };
  const [wanted, has] = [JSON.stringify(expected), JSON.stringify(actual)];
  return wanted === has ? [] : [`has ${has} in Stripe instead of ${wanted}`];
}

function sorted(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
