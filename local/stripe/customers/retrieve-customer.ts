import type { Endpoint } from "../api/endpoint.ts";
import { deletedCustomer } from "./deleted-customer.ts";
import { findCustomer } from "./find-customer.ts";

/** https://docs.stripe.com/api/customers/retrieve: a deleted one is still known to be deleted. */
export const retrieveCustomer: Endpoint = {
  method: "GET",
  path: "/v1/customers/:id",
  permission: "customer_read",
  prepare: ({ account, parameters, id }) => {
    parameters.list("expand");
    parameters.end();
    return () => {
      const isDeleted = account.state.deletedCustomers.has(id);
      return { body: isDeleted ? deletedCustomer(id) : findCustomer(account.state, id) };
    };
  },
};
