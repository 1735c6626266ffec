import type { Endpoint } from "../api/endpoint.ts";
import { page, readPaging } from "../api/page.ts";
import { readRange } from "../api/read-range.ts";

/** https://docs.stripe.com/api/customers/list: `email` must be the same to the letter. */
export const listCustomers: Endpoint = {
  method: "GET",
  path: "/v1/customers",
  permission: "customer_read",
  prepare: ({ account, parameters }) => {
    const paging = readPaging(parameters);
    const isInRange = readRange(parameters);
    const email = parameters.string("email", 512) ?? undefined;
    parameters.list("expand");
    parameters.end();
    return () => {
      const body = page({
        objects: account.state.customers,
        paging,
        url: "/v1/customers",
        kind: "customer",
        fits: (customer) =>
          isInRange(customer) && (email === undefined || customer.email === email),
      });
      return { body };
    };
  },
};
