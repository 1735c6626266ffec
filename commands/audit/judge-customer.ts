import type { Environment } from "../../stacks/environments/index.ts";
import type { ListedCustomer } from "../stack/customer-pages.ts";
import type { Finding, FindingKind } from "./finding.ts";
import type { Profile, RowsOfCustomer } from "./rows-of-customers.ts";

/** What one customer came to. `beside` is judged when all customers are known. */
export type Verdict =
  | { readonly is: "fine" | "not ours" | "under way" }
  | { readonly is: "wrong"; readonly finding: Finding }
  /** Carries the id of an organization whose row does not name it. */
  | { readonly is: "beside"; readonly organization: string; readonly rowNames: string | null };

/** Compares a live customer with the rows that concern it. */
export function judgeCustomer(
  customer: ListedCustomer,
  rows: RowsOfCustomer,
  environment: Environment,
): Verdict {
  const { linked, carried, profile } = rows;
  const says = customer.metadata.organization_id;
  if (linked === null && (says === undefined || isOfOther(customer, environment))) {
    return { is: "not ours" };
  }
  const organization = linked?.id ?? carried?.id ?? null;
  const wrong = (kind: FindingKind, detail: string): Verdict => ({
    is: "wrong",
    finding: { kind, organization, customer: customer.id, detail },
  });
  if (customer.livemode !== environment.livemode) {
    const { name, livemode } = environment;
    const detail = `livemode ${customer.livemode}, but ${name} has livemode ${livemode}`;
    return wrong("wrong_mode", detail);
  }
  if (linked === null) {
    if (carried === null) {
      const detail = "no organization has the id in its metadata";
      return wrong("customer_without_organization", detail);
    }
    return carried.underWay
      ? { is: "under way" }
      : { is: "beside", organization: carried.id, rowNames: carried.customer };
  }
  if (says !== undefined && says !== linked.id) {
    const detail = `its metadata names ${carried === null ? "no organization that exists" : carried.id}`;
    return wrong("points_elsewhere", detail);
  }
  const different = profile === null ? [] : differentFields(customer, profile);
  if (different.length === 0) return { is: "fine" };
  if (linked.underWay) return { is: "under way" };
  return wrong("data_differs", different.join(", "));
}

/** Two environments may share an account; a customer says to which one it belongs. */
function isOfOther({ metadata }: ListedCustomer, { name }: Environment): boolean {
  return metadata.environment !== undefined && metadata.environment !== name;
}

/**
 * Names of the fields that Stripe has otherwise. A name or an address that the row has no more
 * stays in Stripe, and what others add to the metadata is theirs.
 */
function differentFields(customer: ListedCustomer, profile: Profile): string[] {
  const texts = (["name", "email"] as const).filter(
    (field) => profile[field] !== null && profile[field] !== (customer[field] ?? null),
  );
  const keys = Object.entries(profile.metadata)
    .filter(([key, value]) => (value ?? "") !== (customer.metadata[key] ?? ""))
    .map(([key]) => `metadata.${key}`);
  return [...texts, ...keys.sort()];
}
