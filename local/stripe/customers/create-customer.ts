import type { Endpoint } from "../api/endpoint.ts";
import { mergeMetadata } from "../form/read-metadata.ts";
import { eventOf } from "../webhooks/event-of.ts";
import type { Customer } from "./customer.ts";
import { readCustomerFields } from "./read-customer-fields.ts";

/** https://docs.stripe.com/api/customers/create */
export const createCustomer: Endpoint = {
  method: "POST",
  path: "/v1/customers",
  permission: "customer_write",
  prepare: ({ account, parameters, cause }) => {
    const fields = readCustomerFields(parameters);
    const metadata = mergeMetadata({}, fields.metadata);
    return () => {
      const { clock, ids, tenant } = account;
      const customer: Customer = {
        id: ids.customer(),
        object: "customer",
        address: fields.address ?? null,
        balance: fields.balance ?? 0,
        ...(fields.business_name && { business_name: fields.business_name }),
        created: clock.seconds(),
        currency: null,
        default_source: null,
        delinquent: false,
        description: fields.description ?? null,
        discount: null,
        email: fields.email ?? null,
        ...(fields.individual_name && { individual_name: fields.individual_name }),
        invoice_prefix: fields.invoice_prefix ?? ids.invoicePrefix(),
        invoice_settings: fields.invoice_settings ?? NO_INVOICE_SETTINGS,
        livemode: tenant.livemode,
        metadata,
        name: fields.name ?? null,
        next_invoice_sequence: fields.next_invoice_sequence ?? 1,
        phone: fields.phone ?? null,
        preferred_locales: fields.preferred_locales ?? [],
        shipping: fields.shipping ?? null,
        tax_exempt: fields.tax_exempt ?? "none",
        test_clock: null,
      };
      const event = eventOf(account, { type: "customer.created", object: customer }, cause);
      return {
        body: customer,
        changes: [{ type: "customer", customer, at: clock.now() }, event],
      };
    };
  },
};

const NO_INVOICE_SETTINGS = {
  custom_fields: null,
  default_payment_method: null,
  footer: null,
  rendering_options: null,
} as const;
