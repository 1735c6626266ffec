import type { Finding } from "./finding.ts";

/** A live customer that carries the id of an organization whose row does not name it. */
export interface Beside {
  readonly customer: string;
  readonly organization: string;
  /** The customer in the organization's row. */
  readonly rowNames: string | null;
}

/**
 * What these customers mean, which only shows when all of them are known: too many where the
 * organization has another live one; else the row just names the wrong one, or none yet.
 *
 * @param live the live customers that stand in rows
 */
export function besideFindings(beside: readonly Beside[], live: ReadonlySet<string>): Finding[] {
  const byOrganization = Map.groupBy(beside, ({ organization }) => organization);
  return [...byOrganization].flatMap(([organization, customers]) =>
    customers.flatMap(({ customer, rowNames }): Finding[] => {
      const others = customers.map((other) => other.customer).filter((id) => id !== customer);
      if (rowNames !== null && live.has(rowNames)) {
        const detail = `the row names ${rowNames}`;
        return [{ kind: "duplicate", organization, customer, detail }];
      }
      if (others.length > 0) {
        const detail = `beside ${others.join(", ")}; the row names ${rowNames ?? "none"}`;
        return [{ kind: "duplicate", organization, customer, detail }];
      }
      // An organization without a customer is a finding of its own.
      if (rowNames === null) return [];
      const detail = `the organization's row names ${rowNames}`;
      return [{ kind: "points_elsewhere", organization, customer, detail }];
    }),
  );
}
