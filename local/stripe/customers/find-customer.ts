import type { AccountState } from "../account/account-state.ts";
import { ApiError } from "../api/api-error.ts";
import type { Customer } from "./customer.ts";

/** @throws ApiError 404 for one that never was, and for one that was deleted */
export function findCustomer(state: AccountState, id: string): Customer {
  const customer = state.customers.get(id);
  if (!customer) throw ApiError.missing("customer", id, "id");
  return customer;
}
