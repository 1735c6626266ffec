import type { Metadata } from "../form/read-metadata.ts";

/** A live customer, as the API shows it (https://docs.stripe.com/api/customers/object). */
export interface Customer extends CustomerFields {
  readonly id: string;
  readonly object: "customer";
  /** Unix time in seconds. */
  readonly created: number;
  readonly currency: null;
  readonly default_source: null;
  readonly delinquent: false;
  readonly discount: null;
  readonly livemode: boolean;
  readonly metadata: Metadata;
  readonly test_clock: null;
}

/** What a caller can set, besides metadata. */
export interface CustomerFields {
  readonly address: Address | null;
  readonly balance: number;
  /** Absent until it is set, like `individual_name`. */
  readonly business_name?: string;
  readonly description: string | null;
  readonly email: string | null;
  readonly individual_name?: string;
  readonly invoice_prefix: string;
  readonly invoice_settings: InvoiceSettings;
  readonly name: string | null;
  readonly next_invoice_sequence: number;
  readonly phone: string | null;
  readonly preferred_locales: readonly string[];
  readonly shipping: Shipping | null;
  readonly tax_exempt: string;
}

export interface Address {
  readonly city: string | null;
  readonly country: string | null;
  readonly line1: string | null;
  readonly line2: string | null;
  readonly postal_code: string | null;
  readonly state: string | null;
}

export interface Shipping {
  readonly address: Address | null;
  readonly name: string | null;
  readonly phone: string | null;
}

export interface InvoiceSettings {
  readonly custom_fields: null;
  readonly default_payment_method: null;
  readonly footer: string | null;
  readonly rendering_options: null;
}

/** What is left of a deleted customer. */
export interface DeletedCustomer {
  readonly id: string;
  readonly object: "customer";
  readonly deleted: true;
}
