/** Everything that an audit can find, and what it means. */
export const findingKinds = {
  organization_without_customer: "an organization that has no customer, and none under way",
  customer_without_organization: "a live customer whose organization does not exist",
  points_elsewhere: "a customer and an organization of which one names another than the other",
  duplicate: "live customers with one organization's id, of which one is too many",
  wrong_mode: "a customer of Stripe's other mode than the environment's",
  deleted_customer: "an organization's row with a customer that was deleted in Stripe",
  missing_customer: "an organization's row with a customer that this account does not have",
  data_differs: "a customer with other data than its organization's row",
} as const satisfies Record<string, string>;

export type FindingKind = keyof typeof findingKinds;

/** Something wrong between the database and Stripe: ids and names of fields, no personal data. */
export interface Finding {
  readonly kind: FindingKind;
  readonly organization: string | null;
  readonly customer: string | null;
  /** What exactly, in a few words. */
  readonly detail: string;
}

/** What an audit looked at, and what it found. */
export interface AuditReport {
  readonly stack: string;
  readonly outcome: "clean" | "findings";
  readonly lookedAt: {
    readonly organizations: number;
    /** Live customers of the account, with those that do not belong to the sync. */
    readonly customers: number;
    readonly stripeCalls: number;
  };
  /** Organizations and customers whose work is under way and that were therefore not judged. */
  readonly underWay: number;
  readonly findings: readonly Finding[];
}
