import { createClient } from "@supabase/supabase-js";
import type { SupabaseProject } from "../../local/supabase/index.ts";
import type { Person } from "./people.ts";

/** One sign-up and what came of it. */
export interface SignUp {
  readonly organization: string;
  readonly customerId: string | undefined;
  /** From the answer to the sign-up until the id stood in the row; undefined when it never did. */
  readonly linkedAfterMs: number | undefined;
}

const LINK_LIMIT_MS = 90_000;
const POLL_MS = 5;

/**
 * Signs a person up as the sample application's browser would, then watches the organization's
 * row until the customer's id stands in it. The limit is longer than a minute, so that even an
 * unheard doorbell is made good by the cron pull.
 *
 * @throws when Supabase Auth refuses the sign-up
 */
export async function signUp(project: SupabaseProject, person: Person): Promise<SignUp> {
  const client = createClient(project.url, project.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { name, organization, industry, region } = person;
  const { data, error } = await client.auth.signUp({
    email: `${person.mailbox}+${Date.now().toString(36)}@example.com`,
    password: crypto.randomUUID(),
    options: { data: { name, organization, industry, region } },
  });
  const answeredAt = performance.now();
  if (error) throw new Error(`Supabase Auth refused a sign-up: ${error.message}`);
  const userId = data.user?.id;
  if (userId === undefined) throw new Error("Supabase Auth answered a sign-up without a user.");

  while (performance.now() - answeredAt < LINK_LIMIT_MS) {
    const [row] = await project.sql<{ stripe_customer_id: string | null }[]>`
      select stripe_customer_id from public.organizations where owner_id = ${userId}`;
    if (row?.stripe_customer_id) {
      const linkedAfterMs = performance.now() - answeredAt;
      return { organization, customerId: row.stripe_customer_id, linkedAfterMs };
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { organization, customerId: undefined, linkedAfterMs: undefined };
}
