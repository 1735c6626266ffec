import { ApiError } from "../api/api-error.ts";
import type { ParameterReader } from "../form/parameter-reader.ts";
import { type MetadataChange, readMetadata } from "../form/read-metadata.ts";
import type { Address, CustomerFields, Shipping } from "./customer.ts";

/** Limits of https://docs.stripe.com/api/customers/create, in characters. */
const MAX_EMAIL = 512;
const MAX_NAME = 256;
const MAX_LEGAL_NAME = 150;
const MAX_BALANCE = 99_999_999;

/** Parameters of Stripe that have no meaning without payments, which the double does not make. */
const NOT_IN_THE_DOUBLE = [
  "cash_balance",
  "default_source",
  "payment_method",
  "source",
  "tax",
  "tax_id_data",
  "test_clock",
  "validate",
];

/** A change of a customer: what is absent stays. */
export type CustomerChange = {
  readonly [Name in keyof CustomerFields]?: CustomerFields[Name] | undefined;
} & { readonly metadata?: MetadataChange | undefined };

/**
 * The parameters that create and update share.
 *
 * @throws ApiError 400 for anything that Stripe would refuse before it looks at the customer
 */
export function readCustomerFields(parameters: ParameterReader): CustomerChange {
  for (const name of NOT_IN_THE_DOUBLE) {
    if (parameters.string(name) !== undefined) throw notInTheDouble(name);
  }
  parameters.list("expand");
  const change: CustomerChange = {
    address: readAddress(parameters),
    balance: parameters.integer("balance", -MAX_BALANCE, MAX_BALANCE),
    business_name: parameters.string("business_name", MAX_LEGAL_NAME) ?? undefined,
    description: parameters.string("description"),
    email: readEmail(parameters),
    individual_name: parameters.string("individual_name", MAX_LEGAL_NAME) ?? undefined,
    invoice_prefix: readInvoicePrefix(parameters),
    invoice_settings: readInvoiceSettings(parameters),
    metadata: readMetadata(parameters),
    name: parameters.string("name", MAX_NAME),
    next_invoice_sequence: parameters.integer("next_invoice_sequence", 1, 1_000_000_000),
    phone: parameters.string("phone", 20),
    preferred_locales: emptied(parameters.list("preferred_locales"), []),
    shipping: readShipping(parameters),
    tax_exempt: readTaxExempt(parameters),
  };
  parameters.end();
  return change;
}

function readEmail(parameters: ParameterReader): string | null | undefined {
  const email = parameters.string("email", MAX_EMAIL);
  if (email === null || email === undefined) return email;
  if (/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email)) return email;
  const param = "email";
  throw ApiError.invalid(`Invalid email address: ${email}`, { code: "email_invalid", param });
}

function readAddress(parameters: ParameterReader): Address | null | undefined {
  const hash = parameters.hash("address");
  if (!hash) return hash;
  const part = (name: string) => hash.string(name) ?? null;
  const address: Address = {
    city: part("city"),
    country: part("country"),
    line1: part("line1"),
    line2: part("line2"),
    postal_code: part("postal_code"),
    state: part("state"),
  };
  hash.end();
  return address;
}

function readShipping(parameters: ParameterReader): Shipping | null | undefined {
  const hash = parameters.hash("shipping");
  if (!hash) return hash;
  const shipping: Shipping = {
    address: readAddress(hash) ?? null,
    name: hash.string("name") ?? null,
    phone: hash.string("phone") ?? null,
  };
  hash.end();
  return shipping;
}

function readInvoiceSettings(
  parameters: ParameterReader,
): CustomerFields["invoice_settings"] | undefined {
  const hash = parameters.hash("invoice_settings");
  if (!hash) return undefined;
  const footer = hash.string("footer") ?? null;
  hash.end();
  return { custom_fields: null, default_payment_method: null, footer, rendering_options: null };
}

function readInvoicePrefix(parameters: ParameterReader): string | undefined {
  const prefix = parameters.string("invoice_prefix") ?? undefined;
  if (prefix === undefined || /^[A-Z0-9]{1,12}$/.test(prefix)) return prefix;
  throw ApiError.invalid("Invalid invoice_prefix: must be 1 to 12 uppercase letters or numbers.", {
    param: "invoice_prefix",
  });
}

function readTaxExempt(parameters: ParameterReader): string | undefined {
  const value = emptied(parameters.string("tax_exempt"), "none");
  if (value === undefined || ["none", "exempt", "reverse"].includes(value)) return value;
  throw ApiError.invalid("Invalid tax_exempt: must be one of none, exempt, or reverse", {
    param: "tax_exempt",
  });
}

/** An unset value becomes the default; an absent one stays absent. */
function emptied<T>(value: T | null | undefined, byDefault: T): T | undefined {
  return value === null ? byDefault : value;
}

function notInTheDouble(name: string): ApiError {
  return ApiError.invalid(
    `The local Stripe has no payments: it does not know what ${name} means.`,
    {
      param: name,
    },
  );
}
