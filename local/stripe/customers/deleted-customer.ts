import type { DeletedCustomer } from "./customer.ts";

/** What the API shows of a customer once it is deleted. */
export function deletedCustomer(id: string): DeletedCustomer {
  return { id, object: "customer", deleted: true };
}
