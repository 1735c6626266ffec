import * as v from "valibot";

/** Id of a row of `public.organizations`: a UUID in lower case. */
export const organizationIdSchema = v.pipe(
  v.string(),
  v.uuid(),
  v.toLowerCase(),
  v.brand("OrganizationId"),
);
export type OrganizationId = v.InferOutput<typeof organizationIdSchema>;

/** Id of a Stripe customer: `cus_…`. */
export const customerIdSchema = v.pipe(
  v.string(),
  v.regex(/^cus_\w{1,250}$/),
  v.brand("CustomerId"),
);
export type CustomerId = v.InferOutput<typeof customerIdSchema>;

/** Token of the claim under which a job is worked on; a report with another token is refused. */
export const leaseSchema = v.pipe(v.string(), v.uuid(), v.brand("Lease"));
export type Lease = v.InferOutput<typeof leaseSchema>;

/** The organization id in `value`, or undefined when it is no UUID. */
export function organizationId(value: unknown): OrganizationId | undefined {
  const parsed = v.safeParse(organizationIdSchema, value);
  return parsed.success ? parsed.output : undefined;
}
