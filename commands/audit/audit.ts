import type { OpenStack } from "../stack/open-stack.ts";
import { auditCustomers } from "./audit-customers.ts";
import { auditOrganizations } from "./audit-organizations.ts";
import type { AuditReport } from "./finding.ts";

/** How far an audit has come. */
export interface Looked {
  customers: number;
  organizations: number;
}

/**
 * Compares all customers with all organizations, both ways, and changes nothing. In memory are
 * the ids of the customers that belong to the sync, the findings, and one page of everything
 * else.
 *
 * @throws UserError when one of them cannot be read to the end
 */
export async function audit(
  stack: OpenStack,
  onProgress: (looked: Readonly<Looked>) => void = () => {},
): Promise<AuditReport> {
  const looked: Looked = { customers: 0, organizations: 0 };
  const customers = await auditCustomers(stack, (count) => {
    looked.customers += count;
    onProgress(looked);
  });
  const organizations = await auditOrganizations(stack, customers.live, (count) => {
    looked.organizations += count;
    onProgress(looked);
  });
  const findings = [...customers.findings, ...organizations.findings];
  return {
    stack: stack.name,
    outcome: findings.length === 0 ? "clean" : "findings",
    lookedAt: { ...looked, stripeCalls: customers.stripeCalls + organizations.stripeCalls },
    underWay: customers.underWay + organizations.underWay,
    findings,
  };
}
