import { isMissing } from "@pulumi/stripe/stripe-failure";
import type { OpenStack } from "../stack/open-stack.ts";
import type { Finding } from "./finding.ts";
import { type OrganizationRow, organizationPages } from "./organization-pages.ts";

/** What the organizations came to. */
export interface AuditedOrganizations {
  readonly findings: readonly Finding[];
  readonly underWay: number;
  readonly stripeCalls: number;
}

/**
 * Calls of Stripe about single customers: of organizations whose customer the list did not have,
 * because it is younger than the list or deleted. Further ones are not told apart.
 */
const MOST_SINGLE_CALLS = 200;

/**
 * Looks at every organization's row.
 *
 * @param live the customers that are known to exist
 */
export async function auditOrganizations(
  stack: OpenStack,
  live: ReadonlySet<string>,
  onOrganizations: (count: number) => void,
): Promise<AuditedOrganizations> {
  const findings: Finding[] = [];
  let underWay = 0;
  let stripeCalls = 0;
  for await (const organizations of organizationPages(stack)) {
    for (const organization of organizations) {
      const { id, customer } = organization;
      if (customer === null && organization.underWay) underWay += 1;
      else if (customer === null) findings.push(withoutCustomer(organization));
      else if (!live.has(customer)) {
        const mayAsk = stripeCalls < MOST_SINGLE_CALLS;
        if (mayAsk) stripeCalls += 1;
        const why = mayAsk ? await whyUnlisted(stack, customer) : TOO_MANY;
        if (why !== undefined)
          findings.push({ kind: why.kind, organization: id, customer, detail: why.detail });
      }
    }
    onOrganizations(organizations.length);
  }
  return { findings, underWay, stripeCalls };
}

function withoutCustomer({ id, state, reason }: OrganizationRow): Finding {
  const job = state === null ? "no job" : `its job is ${state}`;
  return {
    kind: "organization_without_customer",
    organization: id,
    customer: null,
    detail: reason === null ? job : `${job}: ${reason}`,
  };
}

type Why = Pick<Finding, "kind" | "detail">;

const TOO_MANY: Why = {
  kind: "missing_customer",
  detail: `not in Stripe's list; only the first ${MOST_SINGLE_CALLS} of these were asked for`,
};

/** Undefined for a customer that was made while the list was read. */
async function whyUnlisted(stack: OpenStack, customer: string): Promise<Why | undefined> {
  try {
    const found = await stack.stripe("Customers: Read", (client) =>
      client.customers.retrieve(customer),
    );
    return found.deleted ? { kind: "deleted_customer", detail: "deleted in Stripe" } : undefined;
  } catch (error) {
    if (!isMissing(error)) throw error;
    const isOfOtherMode =
      error instanceof Error && /similar object exists in (?:live|test) mode/.test(error.message);
    return isOfOtherMode
      ? { kind: "wrong_mode", detail: "it exists in Stripe's other mode" }
      : { kind: "missing_customer", detail: "not in this Stripe account" };
  }
}
