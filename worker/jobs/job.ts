import * as v from "valibot";
import { customerIdSchema, leaseSchema, organizationIdSchema } from "../ids.ts";

/**
 * What Stripe is to be told about an organization: prepared, cleaned and frozen by the database,
 * and sent as it is. An absent name or e-mail is null; metadata values are texts, and an empty
 * one removes its key in an update.
 */
const customerRequestSchema = v.object({
  name: v.nullish(v.string()),
  email: v.nullish(v.string()),
  metadata: v.record(v.string(), v.string()),
});
export type CustomerRequest = v.InferOutput<typeof customerRequestSchema>;

const common = {
  organization_id: organizationIdSchema,
  lease: leaseSchema,
  revision: v.number(),
  generation: v.number(),
  attempt: v.number(),
  idempotency_key: v.string(),
  request: customerRequestSchema,
  /** When this key was first sent; null when no attempt of this generation is open. */
  first_attempt_at: v.nullable(v.pipe(v.string(), v.toDate())),
};

/**
 * A claimed job. `create` makes the customer; `reconcile` looks for one in Stripe before any
 * create, because an earlier attempt may have made it; `update` sends changed data to the
 * customer that is linked already.
 */
export const jobSchema = v.variant("action", [
  v.object({ ...common, action: v.literal("create"), customer_id: v.nullable(customerIdSchema) }),
  v.object({
    ...common,
    action: v.literal("reconcile"),
    customer_id: v.nullable(customerIdSchema),
  }),
  v.object({ ...common, action: v.literal("update"), customer_id: customerIdSchema }),
]);

export type Job = v.InferOutput<typeof jobSchema>;
export type CreateJob = Extract<Job, { action: "create" }>;
export type ReconcileJob = Extract<Job, { action: "reconcile" }>;
export type UpdateJob = Extract<Job, { action: "update" }>;
