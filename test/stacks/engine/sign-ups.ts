import { createClient } from "@supabase/supabase-js";
import { vi } from "vitest";
import type { AccountHandle, Customer } from "../../../local/stripe/index.ts";
import type { SupabaseProject } from "../../../local/supabase/index.ts";

let signUps = 0;

/** Signs somebody up through Supabase Auth; resolves to the new organization's id. */
export async function signUpSomebody(project: SupabaseProject): Promise<string> {
  signUps += 1;
  const client = createClient(project.url, project.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = await client.auth.signUp({
    email: `person-${signUps}@example.com`,
    password: "fake-password-of-a-test",
    options: {
      data: {
        name: `Person ${signUps}`,
        organization: `Organization ${signUps}`,
        industry: "testing",
        region: "eu-west",
      },
    },
  });
  if (error) throw new Error(`the sign-up failed: ${error.message}`);
  const [row] = await project.sql<{ id: string }[]>`
    select id from public.organizations where owner_id = ${data.user?.id ?? null}`;
  if (!row) throw new Error("the sign-up made no organization");
  return row.id;
}

/** The customer's id in the organization's row. */
export async function customerIdOf(
  project: SupabaseProject,
  organizationId: string,
): Promise<string | null> {
  const [row] = await project.sql<{ stripe_customer_id: string | null }[]>`
    select stripe_customer_id from public.organizations where id = ${organizationId}`;
  return row?.stripe_customer_id ?? null;
}

/** Waits until the organization has its customer's id; which it is. */
export function becomesLinked(project: SupabaseProject, organizationId: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const id = await customerIdOf(project, organizationId);
      if (id === null) throw new Error(`organization ${organizationId} is not linked`);
      return id;
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** Live customers that carry the organization's id. */
export function customersOf(stripe: AccountHandle, organizationId: string): Customer[] {
  return stripe.customers().filter(({ metadata }) => metadata.organization_id === organizationId);
}
