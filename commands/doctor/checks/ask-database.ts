import { UserError } from "@stripe-customer-sync/provider-kit";
import { supabaseApi } from "../apis.ts";
import { askVendor, bearer } from "../ask.ts";
import type { Patient } from "../patient.ts";

/**
 * Rows of a query that changes nothing, run over the Supabase Management API as the owner.
 *
 * @throws UserError when it is refused or not answered
 */
export async function askDatabase<Row>(patient: Patient, query: string): Promise<Row[]> {
  const { values } = patient;
  const { status, body } = await askVendor({
    whom: "the Supabase Management API",
    url: `${supabaseApi(values)}/v1/projects/${values.supabaseProjectRef}/database/query`,
    method: "POST",
    headers: bearer(values["supabase:accessToken"] ?? ""),
    body: { query },
  });
  if (status === 201 && Array.isArray(body)) return body as Row[];
  throw new UserError(`The database could not be asked: ${reasonOf(status)}`);
}

function reasonOf(status: number): string {
  switch (status) {
    case 401:
    case 403:
    case 404:
      return `the token in supabase:accessToken may not run SQL on it (answer ${status}); it needs "database: write" on this project.`;
    default:
      return `the Supabase Management API answered ${status}.`;
  }
}
