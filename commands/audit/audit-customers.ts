import { customerPages, type ListedCustomer } from "../stack/customer-pages.ts";
import type { OpenStack } from "../stack/open-stack.ts";
import { type Beside, besideFindings } from "./beside.ts";
import type { Finding } from "./finding.ts";
import { judgeCustomer } from "./judge-customer.ts";
import { rowsOfCustomers } from "./rows-of-customers.ts";

/** What the customers came to. */
export interface AuditedCustomers {
  /** The live customers that stand in some organization's row. */
  readonly live: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly underWay: number;
  readonly stripeCalls: number;
}

/** Pages whose rows are read in one query: the Management API counts queries by the minute. */
const PAGES_A_QUERY = 10;

/** Compares every live customer of the account with the rows that concern it. */
export async function auditCustomers(
  stack: OpenStack,
  onCustomers: (count: number) => void,
): Promise<AuditedCustomers> {
  const live = new Set<string>();
  const beside: Beside[] = [];
  const findings: Finding[] = [];
  let underWay = 0;
  let stripeCalls = 0;
  let batch: ListedCustomer[] = [];

  for await (const page of customerPages(stack)) {
    stripeCalls += 1;
    batch.push(...page);
    if (stripeCalls % PAGES_A_QUERY === 0) await judgeBatch();
  }
  await judgeBatch();
  return { live, findings: [...findings, ...besideFindings(beside, live)], underWay, stripeCalls };

  async function judgeBatch(): Promise<void> {
    if (batch.length === 0) return;
    const rows = await rowsOfCustomers(stack, batch);
    const byId = new Map(rows.map((row) => [row.customer, row] as const));
    for (const customer of batch) {
      const row = byId.get(customer.id);
      if (row === undefined) continue;
      if (row.linked !== null) live.add(customer.id);
      const verdict = judgeCustomer(customer, row, stack.environment);
      if (verdict.is === "wrong") findings.push(verdict.finding);
      if (verdict.is === "under way") underWay += 1;
      if (verdict.is === "beside") beside.push({ customer: customer.id, ...verdict });
    }
    onCustomers(batch.length);
    batch = [];
  }
}
