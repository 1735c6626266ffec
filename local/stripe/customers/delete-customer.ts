import type { Endpoint } from "../api/endpoint.ts";
import { eventOf } from "../webhooks/event-of.ts";
import { deletedCustomer } from "./deleted-customer.ts";
import { findCustomer } from "./find-customer.ts";

/** https://docs.stripe.com/api/customers/delete; there is no way back. */
export const deleteCustomer: Endpoint = {
  method: "DELETE",
  path: "/v1/customers/:id",
  permission: "customer_write",
  prepare: ({ account, parameters, id, cause }) => {
    parameters.end();
    return () => {
      const customer = findCustomer(account.state, id);
      const event = eventOf(account, { type: "customer.deleted", object: customer }, cause);
      return { body: deletedCustomer(id), changes: [{ type: "customer-deleted", id }, event] };
    };
  },
};
