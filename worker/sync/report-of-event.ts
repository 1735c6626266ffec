import * as v from "valibot";
import { type CustomerId, customerIdSchema, type OrganizationId, organizationId } from "../ids.ts";
import type { CustomerEventKind } from "../jobs/jobs.ts";
import type { Settings } from "../settings/settings.ts";

/** An event of Stripe, its signature verified. */
export interface StripeEvent {
  readonly type: string;
  readonly livemode: boolean;
  /** Of a connected account, where the event is one of those. */
  readonly account?: unknown;
  readonly data: {
    readonly object: { readonly id?: unknown; readonly metadata?: unknown };
    readonly previous_attributes?: unknown;
  };
}

/** What the database is to be told about a customer. */
export interface CustomerReport {
  readonly customer: CustomerId;
  readonly kind: CustomerEventKind;
  /** As the customer's metadata has it now. */
  readonly organization: OrganizationId | undefined;
}

/** Why an event changes nothing. */
export interface Ignored {
  readonly reason:
    | "other_mode"
    | "other_account"
    | "other_environment"
    | "unknown_type"
    | "not_a_customer"
    | "no_organization"
    | "unchanged";
}

/**
 * What an event means: a created customer of ours may be one whose answer was lost; a deleted one
 * is to be reported; an updated one concerns us only when its organization's id is gone or wrong.
 */
export function reportOf(event: StripeEvent, settings: Settings): CustomerReport | Ignored {
  if (event.livemode !== settings.livemode) return { reason: "other_mode" };
  if (event.account !== undefined && event.account !== settings.stripe.account) {
    return { reason: "other_account" };
  }
  const kind = kinds.get(event.type);
  if (kind === undefined) return { reason: "unknown_type" };
  const { success, output: customer } = v.safeParse(customerIdSchema, event.data.object.id);
  if (!success) return { reason: "not_a_customer" };

  const metadata = metadataOf(event.data.object);
  const organization = organizationId(metadata.organization_id);
  const report = { customer, kind, organization };
  switch (kind) {
    case "deleted":
      return report;
    case "created":
      if (organization === undefined) return { reason: "no_organization" };
      return metadata.environment === settings.environment
        ? report
        : { reason: "other_environment" };
    case "updated":
      return organization === undefined || organizationChanged(event, organization)
        ? report
        : { reason: "unchanged" };
  }
}

const kinds: ReadonlyMap<string, CustomerEventKind> = new Map([
  ["customer.created", "created"],
  ["customer.updated", "updated"],
  ["customer.deleted", "deleted"],
]);

/** `previous_attributes` holds only what changed, with the values from before. */
function organizationChanged(event: StripeEvent, now: OrganizationId): boolean {
  const before = metadataOf(event.data.previous_attributes).organization_id;
  return typeof before === "string" && before !== now;
}

function metadataOf(object: unknown): Readonly<Record<string, unknown>> {
  const parsed = v.safeParse(v.object({ metadata: v.record(v.string(), v.unknown()) }), object);
  return parsed.success ? parsed.output.metadata : {};
}
