import type { Change } from "../account/change.ts";
import type { Endpoint } from "../api/endpoint.ts";
import { mergeMetadata } from "../form/read-metadata.ts";
import { eventOf } from "../webhooks/event-of.ts";
import type { Customer } from "./customer.ts";
import { findCustomer } from "./find-customer.ts";
import { previousAttributes } from "./previous-attributes.ts";
import { readCustomerFields } from "./read-customer-fields.ts";

/** https://docs.stripe.com/api/customers/update */
export const updateCustomer: Endpoint = {
  method: "POST",
  path: "/v1/customers/:id",
  permission: "customer_write",
  prepare: ({ account, parameters, id, cause }) => {
    const { metadata, ...fields } = readCustomerFields(parameters);
    const given = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== undefined),
    );
    return () => {
      const present = findCustomer(account.state, id);
      const customer: Customer = {
        ...present,
        ...given,
        metadata: mergeMetadata(present.metadata, metadata),
      };
      const previous = previousAttributes(present, customer);
      // Nothing changed: nobody is told.
      if (!previous) return { body: present };
      const happening = { type: "customer.updated", object: customer, previous };
      const changes: Change[] = [
        { type: "customer", customer, at: account.clock.now() },
        eventOf(account, happening, cause),
      ];
      return { body: customer, changes };
    };
  },
};
